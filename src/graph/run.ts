// Runs: one attempt each, from the claim to the result, and what it does to its task.
import { WgError } from "../base/error.ts";
import type { ProcessMark } from "../base/process.ts";
import type { Role } from "../base/role.ts";
import { timeId } from "../base/time-id.ts";
import { settleTask } from "./after-run.ts";
import { change, type Graph } from "./database.ts";
import type { AfterRun } from "./found.ts";
import type { Failover, Plan } from "./plan.ts";
import { execute, query, rowOf, rowsOf } from "./query.ts";
import type { RunResult, Usage } from "./result.ts";
import { resultColumns, resultOf, servedModelsOf, usageColumns, usageOf } from "./result-row.ts";
import type { Arm, Cancel, Reported, RunRow, RunStatus } from "./tables.ts";

/**
 * What is recorded about a run, without its plan. Times are ISO 8601 UTC; `service` is who claimed it. `usage`,
 * `sessionId` and the models are there as soon as the handler told them, `result` once it has ended.
 */
export interface Run {
  id: string;
  task: string;
  role: Role;
  /** The run that this one is about: what it judges, or repeats. */
  subject?: string;
  status: RunStatus;
  attempt: number;
  profile: string;
  revision: string;
  /** Its side of a canary. */
  arm?: Arm;
  route: string;
  /** sha256 of whom its agent was told to be. */
  identity?: string;
  service: string;
  process?: ProcessMark;
  leaseUntil: string;
  claimedAt: string;
  startedAt?: string;
  endedAt?: string;
  sessionId?: string;
  resolvedModel?: string;
  servedModels: string[];
  usage?: Usage;
  result?: RunResult;
  /** What the agent said of its own work by `wg done` or `wg fail`. */
  reported?: { status: Reported; message: string };
  /** It was asked to stop; what then becomes of the task. */
  cancel?: Cancel;
  /** It runs on a fallback: instead of which profile, and why. */
  failover?: Failover;
  /** What its worktree began at, and what it held when the run had ended. */
  baseCommit?: string;
  headCommit?: string;
}

/** A run with its frozen plan. */
export interface PlannedRun extends Run {
  plan: Plan;
}

/** What a handler told so far. */
export interface Progress {
  sessionId?: string;
  resolvedModel?: string;
  servedModels?: readonly string[];
  usage?: Usage;
}

/** `r-20261123-130501-k3f9xq`. `random` gives [0, 1). */
export function newRunId(now: Date, random: () => number): string {
  return `r-${timeId(now, random)}`;
}

/**
 * Moves a claimed run to running under the process that carries it out; exactly one caller wins, the others get
 * undefined, as for a run that has ended or does not exist.
 */
export function startRun(graph: Graph, id: string, mark: ProcessMark, now: Date): PlannedRun | undefined {
  return change(graph, () => {
    const started = { status: "running", started_at: now.toISOString() } as const;
    const update = query.updateTable("run").set({ ...started, pid: mark.pid, pid_started: mark.started });
    const won = execute(graph, update.where("id", "=", id).where("status", "=", "claimed")) === 1;
    return won ? findRun(graph, id) : undefined;
  });
}

/** Moves the lease of a live run; false when the run has ended, so its worker must stop. */
export function renewLease(graph: Graph, id: string, until: Date): boolean {
  const update = query.updateTable("run").set({ lease_until: until.toISOString() });
  return execute(graph, update.where("id", "=", id).where("status", "!=", "ended")) === 1;
}

/** Records what is known so far; what is not given stays. Nothing happens to a run that has ended. */
export function recordProgress(graph: Graph, id: string, progress: Progress): void {
  const { sessionId, resolvedModel, servedModels, usage } = progress;
  const patch = {
    ...(sessionId !== undefined && { session_id: sessionId }),
    ...(resolvedModel !== undefined && { resolved_model: resolvedModel }),
    ...(servedModels !== undefined && { served_models: JSON.stringify(servedModels) }),
    ...(usage !== undefined && usageColumns(usage)),
  };
  if (Object.keys(patch).length === 0) return;
  execute(graph, query.updateTable("run").set(patch).where("id", "=", id).where("status", "!=", "ended"));
}

/** Records what a live run's worktree began at and holds now. Nothing happens to a run that has ended. */
export function recordCommits(
  graph: Graph,
  id: string,
  { baseCommit, headCommit }: { baseCommit: string; headCommit: string },
): void {
  const commits = { base_commit: baseCommit, head_commit: headCommit };
  execute(graph, query.updateTable("run").set(commits).where("id", "=", id).where("status", "!=", "ended"));
}

/**
 * Ends a run and moves its task on (see `settle`) in one change. Undefined, and nothing happens, when the run has
 * ended already or does not exist. What progress recorded stays where the result does not know it.
 */
export function endRun(
  graph: Graph,
  id: string,
  result: RunResult,
  now: Date,
  more: AfterRun,
): Run | undefined {
  return change(graph, () => {
    const before = rowOf(graph, query.selectFrom("run").select(listed).where("id", "=", id));
    if (before === undefined || before.status === "ended") return undefined;
    const ended = { status: "ended", ended_at: now.toISOString() } as const;
    execute(
      graph,
      query
        .updateTable("run")
        .set({ ...ended, ...resultColumns(result, before) })
        .where("id", "=", id),
    );
    settleTask(graph, before, result, now, more);
    const after = rowOf(graph, query.selectFrom("run").select(listed).where("id", "=", id));
    return after && runOf(after);
  });
}

/** Asks a live run to stop; the later word wins. False when it has ended or does not exist. */
export function requestCancel(graph: Graph, id: string, cancel: Cancel): boolean {
  const update = query.updateTable("run").set({ cancel });
  return execute(graph, update.where("id", "=", id).where("status", "!=", "ended")) === 1;
}

/** The run of exactly this id, with its plan. */
export function findRun(graph: Graph, id: string): PlannedRun | undefined {
  const row = rowOf(graph, query.selectFrom("run").selectAll().where("id", "=", id));
  return row && { ...runOf(row), plan: JSON.parse(row.plan) as Plan };
}

/** The run of this id or of the only one that begins so. Refuses `no-run` and `ambiguous-run`. */
export function requireRun(graph: Graph, prefix: string): PlannedRun {
  const exact = findRun(graph, prefix);
  if (exact !== undefined) return exact;
  const select = query.selectFrom("run").select("id").where("id", ">=", prefix);
  const [first, second] = rowsOf(
    graph,
    select.where("id", "<", `${prefix}\u{10ffff}`).orderBy("id").limit(2),
  );
  if (prefix !== "" && first !== undefined && second !== undefined) {
    throw new WgError("ambiguous-run", `several runs begin with "${prefix}"`, {
      hint: `${first.id} and ${second.id} among them; give more of the id`,
    });
  }
  const found = prefix === "" || first === undefined ? undefined : findRun(graph, first.id);
  if (found === undefined) {
    throw new WgError("no-run", `there is no run ${JSON.stringify(prefix.slice(0, 64))}`, {
      hint: "wg runs lists them",
    });
  }
  return found;
}

/** Runs without their plans, the latest claim first. `attempts`: only those that were to do a task, once or again. */
export function listRuns(
  graph: Graph,
  filter: {
    task?: string;
    role?: Role;
    attempts?: true;
    live?: boolean;
    since?: string;
    limit?: number;
  } = {},
): Run[] {
  let select = query.selectFrom("run").select(listed);
  if (filter.task !== undefined) select = select.where("task", "=", filter.task);
  if (filter.role !== undefined) select = select.where("role", "=", filter.role);
  if (filter.attempts) select = select.where("role", "=", "worker").where("subject", "is", null);
  // Ordered by the time it asks for, so that an index gives them.
  if (filter.since !== undefined) {
    select = select.where("claimed_at", ">=", filter.since).orderBy("claimed_at", "desc");
  }
  if (filter.live !== undefined) select = select.where("status", filter.live ? "!=" : "=", "ended");
  select = select.orderBy("number", "desc");
  if (filter.limit !== undefined) select = select.limit(filter.limit);
  return rowsOf(graph, select).map(runOf);
}

/** Every run that has not ended, the oldest claim first. */
export function liveRuns(graph: Graph): Run[] {
  const select = query.selectFrom("run").select(listed).where("status", "!=", "ended");
  return rowsOf(graph, select.orderBy("number")).map(runOf);
}

/** Every column but the order, the plan and the token, which a listing never reads. */
const listed = [
  "id",
  "task",
  "role",
  "subject",
  "status",
  "attempt",
  "profile",
  "revision",
  "arm",
  "route",
  "identity",
  "service",
  "lease_until",
  "claimed_at",
  "started_at",
  "ended_at",
  "pid",
  "pid_started",
  "cancel",
  "reported",
  "reported_message",
  "outcome",
  "failure_class",
  "failure_message",
  "failure_status",
  "resets_at",
  "summary",
  "input_tokens",
  "output_tokens",
  "cached_tokens",
  "cost_usd",
  "cost_source",
  "turns",
  "session_id",
  "resolved_model",
  "served_models",
  "served_by",
  "exit_code",
  "signal",
  "denials",
  "base_commit",
  "head_commit",
  "failover",
] as const satisfies readonly (keyof RunRow)[];

function runOf(row: RunRow): Run {
  const usage = usageOf(row);
  const result = resultOf(row);
  return {
    id: row.id,
    task: row.task,
    role: row.role,
    ...(row.subject !== null && { subject: row.subject }),
    status: row.status,
    attempt: row.attempt,
    profile: row.profile,
    revision: row.revision,
    ...(row.arm !== null && { arm: row.arm }),
    route: row.route,
    ...(row.identity !== null && { identity: row.identity }),
    service: row.service,
    ...(row.pid !== null && { process: { pid: row.pid, started: row.pid_started ?? "" } }),
    leaseUntil: row.lease_until,
    claimedAt: row.claimed_at,
    ...(row.started_at !== null && { startedAt: row.started_at }),
    ...(row.ended_at !== null && { endedAt: row.ended_at }),
    ...(row.session_id !== null && { sessionId: row.session_id }),
    ...(row.resolved_model !== null && { resolvedModel: row.resolved_model }),
    servedModels: servedModelsOf(row),
    ...(usage !== undefined && { usage }),
    ...(result !== undefined && { result }),
    ...(row.reported !== null && {
      reported: { status: row.reported, message: row.reported_message ?? "" },
    }),
    ...(row.cancel !== null && { cancel: row.cancel }),
    ...(row.failover !== null && { failover: JSON.parse(row.failover) as Failover }),
    ...(row.base_commit !== null && { baseCommit: row.base_commit }),
    ...(row.head_commit !== null && { headCommit: row.head_commit }),
  };
}
