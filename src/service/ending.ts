// Ending runs that do not end by themselves: told to, made to, and recorded as over once nothing of them is left.
import * as fs from "node:fs";
import * as path from "node:path";
import { messageOf } from "../base/error.ts";
import { markedProcesses } from "../base/marked.ts";
import { isAlive, killGroup, type ProcessMark, signalProcess } from "../base/process.ts";
import { isAsking } from "../base/role.ts";
import type { RunResult } from "../graph/result.ts";
import { endRun, findRun } from "../graph/run.ts";
import type { Context } from "./context.ts";
import type { Action } from "./decide.ts";
import { lastWords, workerMarker } from "./spawn.ts";

/** What is not gone so long after SIGKILL hangs in the kernel; its run is ended all the same. */
const sweepLimitMs = 10_000;

/** What it takes to end a run. */
export type Ending = Pick<Context, "graph" | "project" | "log" | "watch" | "now" | "wake">;

/** Does one action on a live run. `maxAttempts` is how often its task may be tried. */
export function bringToEnd(
  context: Ending,
  action: Extract<Action, { kind: "end" | "terminate" | "kill" }>,
  maxAttempts: number,
): void {
  switch (action.kind) {
    case "end":
      endLostRun(context, action, maxAttempts);
      break;
    case "terminate":
      terminate(context, action);
      break;
    case "kill":
      killRun(context, action.run);
      context.log.write("warn", `killed ${action.run}: it did not end when told to`);
      context.wake();
  }
}

/** First makes sure that nothing of the run lives on, then records its end, so that a next attempt is alone. */
function endLostRun(context: Ending, action: Extract<Action, { kind: "end" }>, maxAttempts: number): void {
  const { graph, log, watch, wake } = context;
  const nowMs = performance.now();
  const met = sweep(action.run);
  const { sinceMs, clean } = watch.swept(action.run, nowMs, met);
  // Twice: a process that is just replacing itself by another shows no environment for a moment.
  if (clean < 2 && nowMs - sinceMs < sweepLimitMs) {
    setTimeout(wake, 20);
    return;
  }
  const words = lastWords(context, action.run);
  const why = words === "" ? action.why : `${action.why}; its last words: ${words}`;
  const ended = endRun(graph, action.run, lostResult(action.outcome, why), context.now(), { maxAttempts });
  if (ended === undefined) return;
  removeFolder(context, action.run);
  log.write("warn", `${action.outcome} ${action.run} of ${ended.task}: ${why}`, {
    ...(met > 0 && { cannotBeKilled: met }),
  });
  wake();
}

/** The folder outside of the project that a judge worked in, which it could not remove itself. */
function removeFolder({ graph, log }: Ending, run: string): void {
  const plan = findRun(graph, run)?.plan;
  // By its name, so that nothing else goes whatever the graph says.
  if (plan === undefined || !isAsking(plan) || path.basename(plan.cwd) !== `wg-${run}`) return;
  try {
    fs.rmSync(plan.cwd, { recursive: true, force: true });
  } catch (error) {
    log.write("warn", `cannot remove ${plan.cwd}: ${messageOf(error)}`);
  }
}

function terminate(context: Ending, { run, why }: Extract<Action, { kind: "terminate" }>): void {
  const { log, watch } = context;
  log.write("warn", `telling ${run} to end: ${why}`);
  watch.terminated(run, performance.now());
  const mark = processOf(context, run);
  if (mark !== undefined) signalProcess(mark, "SIGTERM");
}

/** SIGKILL for the whole group of a run's worker, and for whatever of the run has left that group. */
export function killRun(context: Ending, run: string): void {
  const mark = processOf(context, run);
  // A worker leads its own group, so the group has its pid.
  if (mark !== undefined && isAlive(mark)) killGroup(mark.pid);
  sweep(run);
}

function processOf({ graph, watch }: Ending, id: string): ProcessMark | undefined {
  const run = findRun(graph, id);
  return run && watch.processOf(run);
}

/** Kills what carries the run's mark; answers how many that were. */
function sweep(run: string): number {
  return markedProcesses(workerMarker, run).filter((mark) => signalProcess(mark, "SIGKILL")).length;
}

function lostResult(outcome: "lost" | "cancelled", why: string): RunResult {
  return {
    outcome,
    failure: { class: "killed", message: why },
    summary: "",
    usage: { input: 0, output: 0, cached: 0 },
    cost: { source: "unknown" },
    turns: 0,
    servedModels: [],
    servedBy: "requested-only",
    denials: 0,
  };
}
