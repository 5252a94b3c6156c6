// A person's own command within a run, such as a task's verify: run by the shell handler, in the same place with the same pins.
import * as fs from "node:fs";
import * as path from "node:path";
import type { RunResult } from "../graph/result.ts";
import type { Job, RunEvent, StopReason } from "../handlers/handler.ts";
import { durationText } from "../handlers/limits.ts";
import { handlerFor } from "../handlers/registry.ts";

/** Such a command has this long, within what is left of the run's own time. */
const limitMs = 10 * 60_000;
const toldLength = 16_000;

/**
 * Runs `command` as a shell run of the same plan; its output goes to `log`, and to `tell` as a tool call called `name`.
 * Answers `done` when it exits with 0, else `failed` with its last words, or what `signal` says.
 */
export async function runOwnCommand(
  job: Job,
  { name, command, log }: { name: "verify" | "setup"; command: string; log: string },
  tell: (event: RunEvent) => void,
  signal: AbortSignal,
): Promise<Pick<RunResult, "outcome" | "failure">> {
  tell({ kind: "tool", id: name, name, input: command });
  const { result, output } = await runToEnd(job, name, command, log, signal);
  tell({ kind: "tool-result", id: name, ok: result?.outcome === "done", output });
  if (result?.outcome === "done") return { outcome: "done" };
  const { outcome = "failed", failure } = result ?? {};
  if (signal.aborted && failure !== undefined) return { outcome, failure };
  const message = `${name} failed: ${failure?.message ?? "it gave no result"}`;
  return { outcome: "failed", failure: { class: "agent", message } };
}

async function runToEnd(
  job: Job,
  name: string,
  command: string,
  log: string,
  signal: AbortSignal,
): Promise<{ result: RunResult | undefined; output: string }> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(tooLong()), limitMs);
  const folder = path.join(job.folder, name);
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    const shell = await handlerFor("shell");
    // A person wrote this command: what the agent may do does not bind it.
    const plan = {
      ...job.plan,
      route: { handler: "shell" as const, model: "" },
      exec: command,
      permissions: "full" as const,
    };
    let output = "";
    let result: RunResult | undefined;
    for await (const event of shell.run({ ...job, plan, folder }, AbortSignal.any([signal, limit.signal]))) {
      if (event.kind === "text") output = `${output}${event.text}\n`.slice(-toldLength);
      if (event.kind === "result") result = event.result;
    }
    return { result, output };
  } finally {
    clearTimeout(timer);
    moveOutput(folder, log);
  }
}

function tooLong(): StopReason {
  const message = `not finished within ${durationText(limitMs)}`;
  return { outcome: "failed", failure: { class: "agent", message } };
}

/** What the command printed, from where the shell handler keeps it; a missing log fails no run. */
function moveOutput(folder: string, log: string): void {
  try {
    fs.renameSync(path.join(folder, "output.log"), log);
    fs.rmSync(folder, { recursive: true });
  } catch {
    // Nothing was kept, or the disk is full: the events say what is known.
  }
}
