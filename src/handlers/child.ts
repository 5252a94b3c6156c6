// A handler's child process: started in a group of its own, read within limits, and surely ended with all it started.
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { errnoOf, messageOf, WgError } from "../base/error.ts";
import { linesOf } from "../base/jsonl.ts";
import { type ProcessMark, processMark } from "../base/process.ts";
import { openCapped } from "./capped-file.ts";
import { runProcesses, sweepRun } from "./sweep.ts";

/** What is kept of a handler's own output on disk. */
const maxStreamBytes = 50 * 1024 * 1024;
const maxStderrBytes = 5 * 1024 * 1024;
const maxStderrLine = 64 * 1024;
/** Characters of stderr kept in memory for messages. */
const tailLength = 4000;
/** What is still there this long after its handler has ended was left behind. */
const leaveMs = 400;
/** An output that says nothing for this long after the end is held open by somebody we cannot find. */
const drainMs = 1000;

/** What to start. `env` is the whole environment; `input` is what stdin gets: it ends where that ends, or at once. */
export interface Launch {
  program: string;
  args: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string>>;
  input?: string | Readable;
}

/** Where and how a child's output is kept: `redact` is applied to every line before anything else sees it. */
export interface Keeping {
  run: string;
  folder: string;
  /** The file in `folder` for stdout. */
  streamName: string;
  redact: (text: string) => string;
  /** What of a line goes into that file, where that is not all of it. */
  kept?: (line: string) => string;
}

/** How a child ended; `signal` is set when one ended it. */
export interface Ended {
  exitCode?: number;
  signal?: string;
}

export interface Child {
  pid: number;
  /** Its stdout by lines; ends soon after the process, even when something holds the pipe open. To be read once. */
  lines: AsyncGenerator<string>;
  /** Kept when the process has ended and nothing of its tree is left; `leftovers` had to be ended by us. */
  ended: Promise<Ended & { leftovers: number }>;
  /** The last words on stderr. */
  stderrTail(): string;
  /** Ends the whole tree within 5 s: SIGTERM, then SIGKILL, wherever its processes hid. May be called twice. */
  stop(): Promise<void>;
}

/** Starts a child. Refuses (`cannot-start`) when the system turns it away, or its working directory is missing. */
export async function startChild(launch: Launch, keeping: Keeping): Promise<Child> {
  if (!fs.statSync(launch.cwd, { throwIfNoEntry: false })?.isDirectory()) {
    throw new WgError("cannot-start", `the working directory ${launch.cwd} does not exist`);
  }
  const { pid, stdout, stderr, exited } = await spawned(launch);
  const root = processMark(pid) ?? { pid, started: "" };
  const tail = keepStderr(stderr, keeping);
  let stopping: Promise<void> | undefined;
  let swept = (_: Ended) => {};
  // What hangs in the kernel beyond SIGKILL is not waited for.
  const gone = new Promise<Ended>((resolve) => {
    swept = resolve;
  });
  const endTree = async () => {
    await sweepRun(keeping.run, { root });
    setTimeout(swept, 300, { signal: "SIGKILL" });
  };
  const stop = () => {
    stopping ??= endTree();
    return stopping;
  };
  const ended = (async () => {
    const end = await Promise.race([exited, gone]);
    const leftovers = stopping === undefined ? await endLeftovers(keeping.run, root) : 0;
    await stopping;
    void releaseOutput(stdout);
    void releaseOutput(stderr);
    await Promise.race([tail.done, sleep(drainMs)]);
    return { ...end, leftovers };
  })();
  return {
    pid,
    lines: keptLines(stdout, keeping),
    ended,
    stderrTail: tail.text,
    stop,
  };
}

interface Spawned {
  pid: number;
  stdout: Readable;
  stderr: Readable;
  exited: Promise<Ended>;
}

function spawned({ program, args, cwd, env, input }: Launch): Promise<Spawned> {
  return new Promise((resolve, reject) => {
    const refuse = (error: unknown) => reject(cannotStart(program, error));
    const options: SpawnOptions = { cwd, env, detached: true, stdio: ["pipe", "pipe", "pipe"] };
    let child: ChildProcess;
    try {
      child = spawn(program, args, options);
    } catch (error) {
      return refuse(error);
    }
    const { pid, stdin, stdout, stderr } = child;
    const exited = new Promise<Ended>((end) => {
      child.once("exit", (code, signal) =>
        end({ ...(code !== null && { exitCode: code }), ...(signal !== null && { signal }) }),
      );
    });
    child.on("error", refuse);
    child.once("spawn", () => {
      if (pid === undefined || !stdin || !stdout || !stderr) return refuse(new Error("no pipes"));
      // A child that does not read its input to the end is no failure of ours.
      stdin.on("error", () => {});
      if (input instanceof Readable) input.pipe(stdin);
      else stdin.end(input ?? "");
      resolve({ pid, stdout, stderr, exited });
    });
  });
}

function cannotStart(program: string, error: unknown): WgError {
  const reasons: Record<string, string> = {
    ENOENT: "its interpreter does not exist",
    EACCES: "it is not executable",
    ENOEXEC: "it is no program for this machine",
    E2BIG: "its arguments and environment are too long",
    EAGAIN: "too many processes",
  };
  const reason = reasons[errnoOf(error) ?? ""] ?? messageOf(error);
  return new WgError("cannot-start", `cannot start ${program}: ${reason}`, { cause: error });
}

async function* keptLines(
  stdout: Readable,
  { folder, streamName, redact, kept = (line) => line }: Keeping,
): AsyncGenerator<string> {
  const note = `{"wg":"the rest is not kept: more than ${maxStreamBytes} bytes"}`;
  const file = openCapped(path.join(folder, streamName), maxStreamBytes, note);
  try {
    for await (const line of linesOf(stdout)) {
      const clean = redact(line);
      file.write(kept(clean));
      yield clean;
    }
  } catch (error) {
    // We closed it ourselves, since somebody else would not.
    if (errnoOf(error) !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
  } finally {
    file.close();
  }
}

function keepStderr(
  stderr: Readable,
  { folder, redact }: Keeping,
): { text: () => string; done: Promise<void> } {
  const file = openCapped(path.join(folder, "stderr.log"), maxStderrBytes, "(the rest is not kept)");
  let tail = "";
  const read = async () => {
    try {
      for await (const line of linesOf(stderr, maxStderrLine)) {
        const clean = redact(line);
        file.write(clean);
        tail = `${tail}${clean}\n`.slice(-tailLength);
      }
    } catch {
      // Closed under our hands, by us or by the system: what was read is all there is.
    } finally {
      file.close();
    }
  };
  return { text: () => tail.trim(), done: read() };
}

/** Ends what a handler that has ended left running; the number of processes that were met. */
async function endLeftovers(run: string, root: ProcessMark): Promise<number> {
  const untilMs = performance.now() + leaveMs;
  while (performance.now() < untilMs) {
    if (runProcesses(run, root).length === 0) return 0;
    await sleep(50);
  }
  return (await sweepRun(run, { root, graceMs: 1000 })).met.length;
}

/** Closes an output that a process out of our reach holds open; one that still has data for its reader is left alone. */
async function releaseOutput(output: Readable): Promise<void> {
  for (let quiet = 0; quiet < 2 && !output.readableEnded && !output.destroyed; ) {
    await sleep(drainMs / 2, undefined, { ref: false });
    quiet = output.readableLength === 0 ? quiet + 1 : 0;
  }
  output.destroy();
}
