// Carrying out what was decided: each action one short step that leaves truth in the graph.
import { WgError } from "../base/error.ts";
import { type Lock, takeLock } from "../base/lock.ts";
import { markedProcesses } from "../base/marked.ts";
import { isAlive, killGroup, type ProcessMark, signalProcess } from "../base/process.ts";
import { readCoolings } from "../cooling/files.ts";
import { artifacts } from "../graph/artifact.ts";
import { claimRun } from "../graph/claim.ts";
import { change, type Graph } from "../graph/database.ts";
import { addLog, taskLog } from "../graph/log.ts";
import { takeMessages, unseenMessages } from "../graph/message.ts";
import type { Failover, Plan } from "../graph/plan.ts";
import type { RunResult } from "../graph/result.ts";
import { endRun, findRun, listRuns, newRunId, type Run, requireRun } from "../graph/run.ts";
import { findTask, requireTask, type Task } from "../graph/task.ts";
import { findRepository, type Repository } from "../worktree/repository.ts";
import { allowanceFor, holdForBudget } from "./budget.ts";
import type { Context } from "./context.ts";
import { type Action, startDeadlineMs } from "./decide.ts";
import { coolingCode, failoverText, type Way, wayFor } from "./failover.ts";
import { planRun, type Work, wishOf } from "./plan.ts";
import type { NeedResult } from "./prompt.ts";
import { lastWords, spawnWorker, workerMarker } from "./spawn.ts";

/** A switch holds the pointer's lock for one rename; longer than this it hangs, and claims wait for the next tick. */
const pointerWaitMs = 2000;
/** What is not gone so long after SIGKILL hangs in the kernel; its run is ended all the same. */
const sweepLimitMs = 10_000;

/** Does one action. */
export function act(context: Context, action: Action): void {
  switch (action.kind) {
    case "start":
      startTask(context, action.task);
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
  const startedMs = performance.now();
  // Before the lock and the change of the graph, which others wait for: it may start a program.
  const repository = findRepository(context.project.root, context.env);
  const plan = underPointerLock(context, () => claim(context, task, repository));
  if (plan === undefined) return;
  const claimedMs = performance.now();
  const worker = spawnWorker(context, plan.run);
  context.watch.assigned(plan.run, worker);
  if (worker === undefined) context.wake();
  context.log.write("info", `started ${plan.run} for ${task}`, {
    pid: worker?.pid,
    profile: plan.profile,
    revision: plan.revision,
    claimMs: round(claimedMs - startedMs),
    spawnMs: round(performance.now() - claimedMs),
  });
}

/**
 * Looks at the settings, plans and claims in one piece. Undefined when there is no plan, or the task is not to be had
 * any more.
 */
function claim(context: Context, id: string, repository: Repository | undefined): Plan | undefined {
  const { graph, applied, waiting, where, name } = context;
  const now = context.now();
  applied.refresh(now);
  const settings = applied.settings();
  // One change, so that the plan is of the task and its needs as they are when it is claimed.
  return change(graph, () => {
    const task = findTask(graph, id);
    if (task === undefined) return undefined;
    let plan: Plan;
    let way: Way | undefined;
    try {
      const work = workOn(context, task, now);
      way = wayFor(context, { run: work.run, wish: wishOf(task), samePlan: work.samePlan }, settings);
      const whole = { ...work, marks: way.marks, ...(repository && { repository }) };
      plan = planRun(whole, way.settings, context.project);
    } catch (error) {
      way?.giveUp();
      if (!(error instanceof WgError)) throw error;
      const mark = error.code === coolingCode ? readCoolings(where, now).mark : undefined;
      if (waiting.add(task, settings, error, now, mark)) noteWaiting(context, task, error, now);
      return undefined;
    }
    const allowance = allowanceFor(context, plan, way.settings);
    if ("reached" in allowance) {
      way.giveUp();
      holdForBudget(context, plan, allowance.reached);
      return undefined;
    }
    plan = { ...plan, ...allowance };
    const until = new Date(now.getTime() + startDeadlineMs);
    if (!claimRun(graph, plan, { service: name, until }, now)) {
      way.giveUp();
      return undefined;
    }
    if (plan.failover !== undefined) noteFailover(context, plan, plan.failover, now);
    if (task.exec === undefined) takeMessages(graph, id, plan.run, "prompt", now);
    return plan;
  });
}

/**
 * Runs `step` while no switch can move the pointer, so that a run claimed after `use` has returned is on what it set.
 * Undefined, with the step not run, when a switch holds the pointer for too long.
 */
function underPointerLock<T>({ home, log }: Context, step: () => T): T | undefined {
  let lock: Lock | undefined;
  try {
    lock = takeLock(home.pointerLock, "shared", pointerWaitMs);
  } catch (error) {
    if (!(error instanceof WgError)) throw error;
    // A home that cannot be written cannot be switched in either: there is nothing to keep apart.
    return step();
  }
  if (lock === undefined) {
    log.write("warn", `waiting: ${home.pointerLock} is held by a switch that does not end`);
    return undefined;
  }
  try {
    return step();
  } finally {
    lock.release();
  }
}

function workOn({ graph, random }: Context, task: Task, now: Date): Work {
  const before = task.attempts > 0 ? listRuns(graph, { task: task.id, live: false, limit: 1 })[0] : undefined;
  const lastFailure =
    unmergedText(graph, before) ?? before?.reported?.message ?? before?.result?.failure?.message;
  const run = newRunId(now, random);
  return {
    run,
    task,
    messages: unseenMessages(graph, task.id, run),
    needs: task.needs.map((id) => needResult(graph, id)),
    ...(lastFailure !== undefined && { lastFailure }),
    ...(task.samePlanAs !== undefined && { samePlan: requireRun(graph, task.samePlanAs).plan }),
  };
}

/** Why the work of a run that was done did not arrive, as the task's log has it. */
function unmergedText(graph: Graph, run: Run | undefined): string | undefined {
  if (run?.result?.outcome !== "done") return undefined;
  const entries = taskLog(graph, run.task).filter((entry) => entry.run === run.id);
  const told = entries
    .map(({ message }) => message)
    .find((message) => message.startsWith("done: not merged"));
  return told && `${told}\nWhere it conflicts, your worktree has the marks of it: solve them in the files.`;
}

function needResult(graph: Graph, id: string): NeedResult {
  const { title, status, summary } = requireTask(graph, id);
  const paths = artifacts(graph, id).map((artifact) => artifact.path);
  return { id, title, status, ...(summary !== undefined && { summary }), artifacts: paths };
}

function noteFailover({ graph, log }: Context, plan: Plan, failover: Failover, now: Date): void {
  const message = failoverText(failover, plan.profile);
  log.write("warn", message, { run: plan.run, task: plan.task });
  addLog(graph, plan.task, { by: "wg", message, run: plan.run }, now);
}

function noteWaiting({ graph, log }: Context, task: Task, error: WgError, now: Date): void {
  const message = `cannot start: ${error.message}`;
  log.write("warn", message, { task: task.id, ...(error.hint !== undefined && { hint: error.hint }) });
  // A service that was started again finds the same problem; the task's log has it already.
  if (taskLog(graph, task.id).at(-1)?.message === message) return;
  addLog(graph, task.id, { by: "wg", message }, now);
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
