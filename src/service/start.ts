// Starting a service in the background: a process of its own, waited for until it answers or ends.
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { errnoOf, messageOf, WgError } from "../base/error.ts";
import { makeFolder } from "../base/file.ts";
import type { Env, Project } from "../base/home.ts";
import { call } from "../ipc/client.ts";
import type { ServiceStatus } from "../ipc/protocol.ts";
import { socketPathOf } from "../ipc/socket.ts";
import type { Program } from "./context.ts";
import { humanLine, linesFrom, logPath } from "./log.ts";
import { alreadyRuns } from "./service.ts";
import { serviceEnvironment } from "./spawn.ts";

/** A service answers within a fraction of a second; longer than this it hangs. */
const startLimitMs = 20_000;

/**
 * Starts `wg service start --foreground` with `args` as a process that outlives this one, its output in the service's log,
 * and answers its first status. Refuses with `service-runs` when another one answers, with `service-died` and its last
 * words when it ends, with `service-slow` when it does neither.
 */
export async function startService(
  project: Project,
  env: Env,
  program: Program,
  args: readonly string[],
  signal: AbortSignal,
): Promise<ServiceStatus> {
  const running = await statusOf(project, signal);
  if (running !== undefined) throw alreadyRuns(running.pid);
  const log = logPath(project);
  const logEnd = fs.statSync(log, { throwIfNoEntry: false })?.size ?? 0;
  const output = openLogFile(project, log);
  const child = spawn(program.node, [program.main, "service", "start", "--foreground", "--logged", ...args], {
    cwd: project.root,
    env: serviceEnvironment(env),
    detached: true,
    stdio: ["ignore", output, output],
  });
  fs.closeSync(output);
  let ended: string | undefined;
  child.on("error", (error) => {
    ended = `it could not be started: ${error.message}`;
  });
  child.on("exit", (code, killedBy) => {
    ended = killedBy === null ? `it ended with status ${code}` : `it was ended by ${killedBy}`;
  });
  child.unref();
  const untilMs = performance.now() + startLimitMs;
  while (performance.now() < untilMs) {
    if (ended !== undefined) throw died(ended, log, logEnd);
    const status = await statusOf(project, signal);
    if (status !== undefined && status.pid === child.pid) return status;
    await sleep(20, undefined, { signal });
  }
  throw new WgError("service-slow", `the service does not answer, pid ${child.pid}`, {
    hint: "wg service logs says more",
  });
}

/** What a running service says of itself; undefined when there is none. */
async function statusOf(project: Project, signal: AbortSignal): Promise<ServiceStatus | undefined> {
  try {
    return await call(socketPathOf(project), "status", {}, { timeoutMs: 5000, signal });
  } catch (error) {
    if (error instanceof WgError && (error.code === "no-service" || error.code === "service-gone"))
      return undefined;
    throw error;
  }
}

const fullHint = "the disk is full; free some room and run it again";
const logHints: Readonly<Record<string, string>> = {
  EACCES: "check who owns the folder",
  EROFS: "the disk is mounted read-only",
  ENOSPC: fullHint,
};

function openLogFile(project: Project, log: string): number {
  try {
    makeFolder(project.service);
    return fs.openSync(log, "a", 0o600);
  } catch (cause) {
    const hint = logHints[errnoOf(cause) ?? ""];
    throw new WgError("cannot-write", `cannot write ${log}: ${messageOf(cause)}`, {
      at: { path: log },
      cause,
      ...(hint !== undefined && { hint }),
    });
  }
}

function died(how: string, log: string, logEnd: number): WgError {
  const words = linesFrom(log, logEnd).lines.slice(-10).map(humanLine);
  const said = words.length > 0 ? `; its last words:\n  ${words.join("\n  ")}` : "";
  const hint = words.length === 0 && isFull(log) ? { hint: fullHint } : {};
  return new WgError("service-died", `the service did not start: ${how}${said}`, {
    at: { path: log },
    ...hint,
  });
}

/** True where a service that says nothing could write nothing. */
function isFull(log: string): boolean {
  return fs.statfsSync(path.dirname(log)).bavail === 0;
}
