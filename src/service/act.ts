// Carrying out what was decided: each action one short step that leaves truth in the graph.
import { markedProcesses } from "../base/marked.ts";
import { isAlive, killGroup, type ProcessMark, signalProcess } from "../base/process.ts";
import type { Plan } from "../graph/plan.ts";
import type { RunResult } from "../graph/result.ts";
import { endRun, findRun } from "../graph/run.ts";
import { findRepository } from "../worktree/repository.ts";
import { claimReview } from "./claim-review.ts";
import { claimTask } from "./claim-task.ts";
import type { Context } from "./context.ts";
import type { Action } from "./decide.ts";
import { underPointerLock } from "./pointer-lock.ts";
import { lastWords, spawnWorker, workerMarker } from "./spawn.ts";

/** What is not gone so long after SIGKILL hangs in the kernel; its run is ended all the same. */
const sweepLimitMs = 10_000;

/** Does one action. */
export function act(context: Context, action: Action): void {
  switch (action.kind) {
    case "start":
      startTask(context, action.task);
      break;
    case "review":
      startClaimed(context, () => claimReview(context, action.review));
      break;
    case "end":
      endLostRun(context, action);
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

/** Claims a task with the settings of this very moment and starts its worker. */
function startTask(context: Context, task: string): void {
  // Before the lock and the change of the graph, which others wait for: it may start a program.
  const repository = findRepository(context.project.root, context.env);
  startClaimed(context, () => claimTask(context, task, repository));
}

/** Claims by `claim`, which looks at the settings, and starts the worker of what was claimed. */
function startClaimed(context: Context, claim: () => Plan | undefined): void {
  const startedMs = performance.now();
  const plan = underPointerLock(context, claim);
  if (plan === undefined) return;
  const claimedMs = performance.now();
  const worker = spawnWorker(context, plan.run);
  context.watch.assigned(plan.run, worker);
  if (worker === undefined) context.wake();
  const what = plan.role === "worker" ? plan.task : `${plan.role} of ${plan.task}`;
  context.log.write("info", `started ${plan.run} for ${what}`, {
    pid: worker?.pid,
    profile: plan.profile,
    revision: plan.revision,
    claimMs: round(claimedMs - startedMs),
    spawnMs: round(performance.now() - claimedMs),
  });
}

/** First makes sure that nothing of the run lives on, then records its end, so that a next attempt is alone. */
function endLostRun(context: Context, action: Extract<Action, { kind: "end" }>): void {
  const { graph, applied, log, watch, wake } = context;
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
  const { maxAttempts } = applied.settings().general.agent;
  const ended = endRun(graph, action.run, lostResult(action.outcome, why), context.now(), { maxAttempts });
  if (ended === undefined) return;
  log.write("warn", `${action.outcome} ${action.run} of ${ended.task}: ${why}`, {
    ...(met > 0 && { cannotBeKilled: met }),
  });
  wake();
}

function terminate(context: Context, { run, why }: Extract<Action, { kind: "terminate" }>): void {
  const { log, watch } = context;
  log.write("warn", `telling ${run} to end: ${why}`);
  watch.terminated(run, performance.now());
  const mark = processOf(context, run);
  if (mark !== undefined) signalProcess(mark, "SIGTERM");
}

/** SIGKILL for the whole group of a run's worker, and for whatever of the run has left that group. */
export function killRun(context: Context, run: string): void {
  const mark = processOf(context, run);
  // A worker leads its own group, so the group has its pid.
  if (mark !== undefined && isAlive(mark)) killGroup(mark.pid);
  sweep(run);
}

function processOf({ graph, watch }: Context, id: string): ProcessMark | undefined {
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

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
