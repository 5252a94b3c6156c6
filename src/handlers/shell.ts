// The shell handler: a task's own command, with no model behind it.
import { WgError } from "../base/error.ts";
import type { Failure } from "../graph/result.ts";
import type { Ended } from "./child.ts";
import { runEnvironment } from "./environment.ts";
import { failure } from "./failure.ts";
import { cut } from "./fields.ts";
import type { Handler, Job, RunEvent } from "./handler.ts";
import { emptyReport, type Prepared, type Reader, runChild } from "./run-child.ts";

/** Output is told as events up to here; all of it is in the run's folder. */
const maxToldBytes = 1024 * 1024;
const maxText = 16_000;
/** Characters of output kept for the summary and for a failure's message. */
const summaryLength = 2000;
const messageLength = 600;

/** Runs `plan.exec` by `sh -c` in the plan's working directory; done when it exits with 0. */
export const shell: Handler = {
  name: "shell",
  run: (job, signal) => runChild(job, signal, prepare),
};

function prepare(job: Job): Prepared {
  const { plan } = job;
  if (plan.exec === undefined) throw new WgError("bad-plan", "a shell run without a command");
  if (plan.permissions === "read-only") {
    throw new WgError("bad-permissions", "a shell command cannot be held to read-only", {
      hint: "let it run with agent.permissions workspace or full, or give the task to an agent",
    });
  }
  const { env, secrets } = runEnvironment(job);
  // One pipe for both outputs, so that their lines keep the order they were written in.
  const args = ["-c", 'exec sh -c "$1" 2>&1', "sh", plan.exec];
  return {
    launch: { program: "/bin/sh", args, cwd: plan.cwd, env },
    reader: outputReader(),
    streamName: "output.log",
    secrets,
  };
}

function outputReader(): Reader {
  let tail = "";
  let told = 0;
  return {
    read(line): RunEvent[] {
      tail = `${tail}${line}\n`.slice(-summaryLength);
      if (told > maxToldBytes) return [];
      told += Buffer.byteLength(line) + 1;
      if (told <= maxToldBytes) return [{ kind: "text", text: cut(line, maxText) }];
      return [{ kind: "warning", message: "more output than is shown; all of it is in output.log" }];
    },
    hopeless: () => undefined,
    patience: () => undefined,
    failure: (ended) => exitFailure(ended, tail.trim()),
    report: async () => ({ ...emptyReport, summary: tail.trim() }),
  };
}

function exitFailure({ exitCode, signal }: Ended, tail: string): Failure | undefined {
  if (exitCode === 0) return undefined;
  if (signal !== undefined) return failure("killed", `the command was ended by ${signal}`);
  const last = tail.slice(-messageLength).trim();
  return failure("agent", `the command ended with exit code ${exitCode}${last === "" ? "" : `\n${last}`}`);
}
