// Starting the worker of a claimed run: a process of its own that outlives the service.
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { messageOf } from "../base/error.ts";
import type { Env } from "../base/home.ts";
import { type ProcessMark, processMark } from "../base/process.ts";
import type { Context } from "./context.ts";

/** In the environment of a worker and of all it starts, with the run's id: what is left of a dead worker is found by it. */
export const workerMarker = "WG_WORKER";

/** Variables of a run or a chat that must not reach a service, should one be started from inside it. */
const ownVariables = [
  ...["WG_RUN", "WG_RUN_ID", "WG_TASK", "WG_MODEL", "WG_PROJECT", "WG_TOKEN", "WG_CHAT"],
  workerMarker,
];

/** A service's environment without the traces of a run or a chat it may have been started from. */
export function serviceEnvironment(env: Env): Env {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !ownVariables.includes(name)));
}

/**
 * Starts `wg worker <run>` in a process group of its own, its output in `runs/<run>/worker.log`. Undefined when the
 * system could not start it; never throws. Looks again when it has ended.
 */
export function spawnWorker(
  context: Pick<Context, "project" | "program" | "env" | "log" | "wake">,
  run: string,
): ProcessMark | undefined {
  const { project, program, env, log, wake } = context;
  let output: number | undefined;
  try {
    fs.mkdirSync(path.join(project.runs, run), { recursive: true, mode: 0o700 });
    output = fs.openSync(workerLog(context, run), "a", 0o600);
    const child = spawn(program.node, [program.main, "worker", run], {
      cwd: project.root,
      detached: true,
      stdio: ["ignore", output, output],
      env: { ...env, [workerMarker]: run },
    });
    child.on("error", (error) => log.write("error", `worker not started: ${error.message}`, { run }));
    child.on("exit", wake);
    child.unref();
    return child.pid === undefined ? undefined : processMark(child.pid);
  } catch (error) {
    log.write("error", `worker not started: ${messageOf(error)}`, { run });
    return undefined;
  } finally {
    if (output !== undefined) fs.closeSync(output);
  }
}

/** The last words of a worker, at most 300 characters of its last line; empty when it said nothing. */
export function lastWords(context: Pick<Context, "project">, run: string): string {
  try {
    const lines = fs.readFileSync(workerLog(context, run), "utf8").trimEnd().split("\n");
    return (lines.at(-1) ?? "").slice(0, 300);
  } catch {
    return "";
  }
}

function workerLog({ project }: Pick<Context, "project">, run: string): string {
  return path.join(project.runs, run, "worker.log");
}
