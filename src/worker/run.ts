// One run in a process of its own: the plan is executed, its events are recorded, and last of all what came of it.
import { listener, type Play } from "../agency/ask.ts";
import { messageOf, WgError } from "../base/error.ts";
import type { Project } from "../base/home.ts";
import { processMark } from "../base/process.ts";
import { isAsking } from "../base/role.ts";
import { closeGraph, type Graph, openGraph } from "../graph/database.ts";
import type { Plan } from "../graph/plan.ts";
import type { Failure, RunResult } from "../graph/result.ts";
import { endRun, findRun, type PlannedRun, startRun } from "../graph/run.ts";
import { giveToken } from "../graph/token.ts";
import type { RunEvent, StopReason } from "../handlers/handler.ts";
import { handlerFor } from "../handlers/registry.ts";
import { sweepRun } from "../handlers/sweep.ts";
import type { RoleEnd } from "./asking.ts";
import { runOwnCommand } from "./command.ts";
import { type Destination, openDestination } from "./destination.ts";
import { jobEnvironment } from "./environment.ts";
import { fillRunFolder, runFolder } from "./folder.ts";
import { openInbox } from "./inbox.ts";
import { insist } from "./insist.ts";
import { openJournal } from "./journal.ts";
import { mismatchIn, resultIn } from "./listen.ts";
import { resultSoFar, startRecord } from "./record.ts";
import { type Running, stopped, type WorkerIo } from "./running.ts";
import { cancelled, startWatch } from "./watch.ts";

/** A locked or full disk may last this long before a start, or an end, is given up. */
const startLimitMs = 20_000;
const endLimitMs = 60 * 60_000;
/** The longest that one step on a locked graph may block the thread. */
const graphWaitMs = 2000;

/**
 * Executes a claimed run to its end and records the result, whatever happens in between; answers it. Answers
 * undefined, with nothing done, when the run is not there to be started: another worker has it, or it is over.
 * Throws only when the graph cannot be opened, or the end not be recorded for an hour.
 */
export async function runWorker(
  project: Project,
  runId: string,
  io: WorkerIo,
): Promise<RunResult | undefined> {
  const graph = await insist(() => openGraph(project, graphWaitMs), startLimitMs);
  try {
    const mark = processMark(process.pid) ?? { pid: process.pid, started: "" };
    const run = await insist(() => startRun(graph, runId, mark, io.now()), startLimitMs);
    if (run === undefined) return undefined;
    // Who only answers a question has nothing to report.
    const token = isAsking(run.plan) ? undefined : await insist(() => giveToken(graph, runId), startLimitMs);
    const destination = openDestination(run.plan, project, { env: io.env, mark, startedAt: io.now() });
    return await execute(graph, project, run, token, destination, io);
  } finally {
    closeGraph(graph);
  }
}

async function execute(
  graph: Graph,
  project: Project,
  run: PlannedRun,
  token: string | undefined,
  destination: Destination,
  io: WorkerIo,
): Promise<RunResult> {
  const { plan } = run;
  const folder = runFolder(project, plan.run);
  const env = jobEnvironment(plan, token, folder.bin, io.env);
  const stop = new AbortController();
  const journal = openJournal(folder.events);
  const record = startRecord(graph, plan, journal, io.now);
  const watch = startWatch(graph, plan, record, stop, io.signal);
  const inbox = openInbox(graph, plan, folder, io.now);
  // A handler's library may throw where nobody awaits it; the run still has to be cleaned up and recorded.
  const onBug = (error: unknown) => stop.abort(brokenBy(error, "agent"));
  process.on("uncaughtException", onBug);
  try {
    if (run.cancel !== undefined) stop.abort(cancelled("cancelled before it started"));
    const running = {
      graph,
      project,
      plan,
      folder,
      io,
      env,
      record,
      inbox,
      destination,
      watch,
      stop,
      warned: new Set<string>(),
    };
    const { result: given, found, passed } = await endOf(running);
    const result = await lostIfUnasked(given, running);
    const { left } = await sweepRun(plan.run);
    if (left.length > 0) record.note(`processes ${left.join(", ")} of the run cannot be killed`);
    const unmerged =
      result.outcome === "lost" ? undefined : await leaveWorktree(running, result.outcome, passed);
    record.event({ kind: "result", result });
    // Nobody asked for this end, so the task deserves another attempt: a service finds the run without its process
    // and decides, since only it knows how many attempts there may be.
    if (result.outcome === "lost")
      throw new WgError("interrupted", `the worker was ${result.failure?.message}`);
    const unnoted = destination.ended(result, io.now());
    if (unnoted !== undefined) record.note(`other runs do not know of this failure: ${unnoted}`);
    const more = {
      maxAttempts: plan.maxAttempts ?? plan.attempt,
      failsOver: plan.fallback !== undefined,
      ...(unmerged !== undefined && { unmerged }),
      ...(found && { found }),
    };
    await insist(() => endRun(graph, plan.run, result, io.now(), more), endLimitMs);
    // Only now: a disk that had no room for events has none for this either, until the end could be recorded.
    const problem = journal.problem();
    if (problem !== undefined) record.note(problem);
    return result;
  } finally {
    process.off("uncaughtException", onBug);
    watch.end();
    inbox.close();
    journal.close();
  }
}

/** What came of the run. Never rejects: a bug of ours is a failure of the run. */
async function endOf(running: Running): Promise<RoleEnd> {
  if (!isAsking(running.plan)) return { result: await resultOf(running) };
  try {
    if (running.stop.signal.aborted) return { result: stopped(running) };
    fill(running);
    const { runRole } = await import("./role.ts");
    const end = await runRole({ ...running, now: running.io.now }, (plan) => play(plan, running));
    const result = await judged(end.result, running);
    return result.outcome === "done" ? { ...end, result } : { result };
  } catch (error) {
    return { result: resultSoFar(running.record.progress, brokenBy(error, "agent")) };
  }
}

/** One question to the handler: what it said last, and how that ended. */
async function play(plan: Plan, running: Running): ReturnType<Play> {
  const heard = listener();
  running.watch.heard();
  const events = await startHandler(running, plan);
  return { result: await resultIn(events, running, heard.told), text: heard.text() };
}

function fill({ folder, plan, io, record }: Running): void {
  for (const message of fillRunFolder(folder, plan, io.program)) record.event({ kind: "warning", message });
}

/** As `endOf`, for a run that works. */
async function resultOf(running: Running): Promise<RunResult> {
  const { plan, record, stop, watch } = running;
  let broken: Failure["class"] = "spawn";
  try {
    if (stop.signal.aborted) return stopped(running);
    fill(running);
    const problem = await enterWorktree(running);
    if (problem !== undefined) return resultSoFar(record.progress, problem);
    watch.heard();
    const events = await startHandler(running, plan);
    broken = "agent";
    const given = await resultIn(events, running);
    watch.ignoreSilence();
    const result = await judged(given, running);
    if (result.outcome !== "done" || plan.verify === undefined) return result;
    return await verified(result, plan.verify, running);
  } catch (error) {
    return resultSoFar(record.progress, brokenBy(error, broken));
  }
}

async function startHandler(
  { folder, env, inbox, stop }: Running,
  plan: Plan,
): Promise<AsyncIterable<RunEvent>> {
  const handler = await handlerFor(plan.route.handler);
  // What people say to a task is for who works on it.
  const said = isAsking(plan) ? {} : { inbox };
  return handler.run({ plan, env, folder: folder.root, ...said }, stop.signal);
}

/** Why the run cannot work in the worktree that it is planned in; undefined when it can, and for one without. */
async function enterWorktree(running: Running): Promise<StopReason | undefined> {
  if (running.plan.worktree === undefined) return undefined;
  return (await import("./isolation.ts")).enter(running, running.plan.worktree, running.stop.signal);
}

/**
 * Keeps what was done in the run's worktree, and merges it where it is done, or the work of the run that has `passed` its
 * gate; why it is not merged, if it is not.
 */
async function leaveWorktree(
  running: Running,
  outcome: RunResult["outcome"],
  passed: PlannedRun | undefined,
): Promise<string | undefined> {
  const { plan } = passed ?? running;
  if (plan.worktree === undefined) return undefined;
  const { leave } = await import("./isolation.ts");
  return leave({ ...running, plan }, plan.worktree, {
    outcome,
    merges: passed !== undefined || !isKept(plan),
    ...(passed?.headCommit !== undefined && { judged: passed.headCommit }),
  });
}

/** True for work that is not merged by who did it: it has to pass a gate first, or is only a comparison. */
function isKept({ review, subject }: Plan): boolean {
  return review?.gate !== undefined || subject !== undefined;
}

/**
 * A signal alone does not say whether the run is not wanted any more or only its worker has to go, because the machine
 * goes down: then nobody asked in the graph, and the run is lost, not cancelled.
 */
async function lostIfUnasked(result: RunResult, { graph, plan, io }: Running): Promise<RunResult> {
  if (result.outcome !== "cancelled" || !io.signal.aborted) return result;
  const run = await insist(() => findRun(graph, plan.run), endLimitMs);
  if (run?.cancel === undefined) return { ...result, outcome: "lost" };
  return { ...result, failure: cancelled("cancelled on request").failure };
}

/** A handler's word against what else is known: the models it was served, and what the agent itself reported. */
async function judged(given: RunResult, running: Running): Promise<RunResult> {
  const { graph, plan } = running;
  const mismatch = mismatchIn(given, running);
  if (given.outcome === "done" && mismatch !== undefined) {
    return { ...given, outcome: "failed", failure: mismatch };
  }
  const isOpen = given.outcome === "done" || given.failure?.class === "agent";
  if (!isOpen) return given;
  const run = await insist(() => findRun(graph, plan.run), endLimitMs);
  if (run?.reported?.status !== "failed") return given;
  return { ...given, outcome: "failed", failure: { class: "agent", message: run.reported.message } };
}

async function verified(result: RunResult, command: string, running: Running): Promise<RunResult> {
  const { plan, folder, env, record, stop } = running;
  const verify = { name: "verify", command, log: folder.verifyLog } as const;
  const found = await runOwnCommand({ plan, env, folder: folder.root }, verify, record.event, stop.signal);
  return found.outcome === "done" ? result : { ...result, ...found };
}

function brokenBy(error: unknown, failureClass: Failure["class"]): StopReason {
  return {
    outcome: "failed",
    failure: { class: failureClass, message: `wg's worker broke: ${messageOf(error)}` },
  };
}
