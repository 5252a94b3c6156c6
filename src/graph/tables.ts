// The tables of the graph as types: what kysely checks every query against.
import type { Generated } from "kysely";
import type { Permissions, Role } from "../base/role.ts";
import type { Cost, FailureClass, Outcome, RunResult } from "./result.ts";

export const taskStatuses = ["open", "in-progress", "done", "failed", "abandoned"] as const;
export type TaskStatus = (typeof taskStatuses)[number];

export type RunStatus = "claimed" | "running" | "ended";
/** What becomes of the task of a cancelled run. */
export type Cancel = "fail" | "requeue";
export type Reported = "done" | "failed";
/** Which side of a canary a run is on. */
export type Arm = "main" | "canary";
/** Who looks at finished work: for how well it was done, or for whether it is what was asked for. */
export type ReviewRole = Extract<Role, "evaluator" | "flip">;
/** Who chose an identity; `default`: nobody could. */
export type AssignedBy = "auto" | "model" | "default" | "person";

/** Times are ISO 8601 UTC with milliseconds, so that text order is time order. */
export interface TaskTable {
  /** The order of creation. */
  number: Generated<number>;
  id: string;
  status: TaskStatus;
  /** How many of its needs are neither done nor abandoned. Kept by triggers. */
  blockers: Generated<number>;
  priority: number;
  attempts: Generated<number>;
  /** Attempts that do not count against the limit: those before a retry, and requeued ones. */
  forgiven: Generated<number>;
  created_at: string;
  started_at: string | null;
  completed_at: string | null;
  model: string | null;
  tier: string | null;
  same_plan_as: string | null;
  title: string;
  exec: string | null;
  verify: string | null;
  reason: string | null;
  summary: string | null;
  description: string;
  /** What was imported with it and has no column: a JSON object. */
  extra: string | null;
  /** Its own gate: what its work has to be scored before it counts as done, 0 to 1. */
  gate: number | null;
  /** How often a gate has sent it back since a person last had it tried. */
  reopened: Generated<number>;
}

/** `task` cannot start before `needs` is done or abandoned. */
export interface NeedTable {
  task: string;
  needs: string;
}

export interface TagTable {
  task: string;
  tag: string;
}

export interface RunTable {
  /** The order of claims. */
  number: Generated<number>;
  id: string;
  task: string;
  role: Role;
  /** The run that this one is about: what an evaluator judges, what a rerun repeats. */
  subject: string | null;
  status: RunStatus;
  attempt: number;
  profile: string;
  revision: string;
  arm: Arm | null;
  route: string;
  /** sha256 of whom its agent was told to be. */
  identity: string | null;
  service: string;
  lease_until: string;
  claimed_at: string;
  started_at: string | null;
  ended_at: string | null;
  pid: number | null;
  pid_started: string | null;
  cancel: Cancel | null;
  reported: Reported | null;
  reported_message: string | null;
  outcome: Outcome | null;
  failure_class: FailureClass | null;
  failure_message: string | null;
  failure_status: number | null;
  resets_at: string | null;
  summary: string | null;
  input_tokens: number | null;
  output_tokens: number | null;
  cached_tokens: number | null;
  cost_usd: number | null;
  cost_source: Cost["source"] | null;
  turns: number | null;
  session_id: string | null;
  resolved_model: string | null;
  /** A JSON array of names. */
  served_models: string | null;
  served_by: RunResult["servedBy"] | null;
  exit_code: number | null;
  signal: string | null;
  denials: number | null;
  /** What its worktree began at, and what it held when the run had ended. */
  base_commit: string | null;
  head_commit: string | null;
  /** The plan's `failover` as JSON, for listings. */
  failover: string | null;
  /** sha256 of the token that its agent was given. */
  token_hash: string | null;
  /** The frozen plan as JSON; behind what a listing reads, so that it never does. */
  plan: string;
}

/** A run as a listing reads it. */
export type RunRow = Omit<RunTable, "number" | "plan" | "token_hash">;

export interface LogTable {
  number: Generated<number>;
  task: string;
  at: string;
  by: string;
  run: string | null;
  message: string;
  /** What was imported with it and has no column: a JSON object. */
  extra: string | null;
}

export interface ArtifactTable {
  task: string;
  path: string;
  at: string;
  run: string | null;
}

export interface MessageTable {
  number: Generated<number>;
  task: string;
  at: string;
  by: string;
  text: string;
}

/** How a run came to see a message: in its first prompt, between two turns, or when its agent called wg. */
export type Seen = "prompt" | "turn" | "command";

/** `run` was shown `message`. */
export interface MessageSeenTable {
  message: number;
  run: string;
  at: string;
  how: Seen;
}

/**
 * `retry`: a failure that may pass; `budget`: what it might spend is spent; `merge`: its work waits to be merged;
 * `assign`: it is being looked for who is to do it; `review`: its work is being judged; `gate`: it was judged, and a person
 * has to say what becomes of it.
 */
export type HoldKind = "retry" | "budget" | "merge" | "assign" | "review" | "gate";

/** The task does not start before `until`, or before a person lets go. Counted among its blockers, by triggers. */
export interface HoldTable {
  task: string;
  kind: HoldKind;
  reason: string;
  since: string;
  until: string | null;
}

/** A person allows the task to spend so many dollars from then on, whatever its budget is. */
export interface ApprovalTable {
  task: string;
  at: string;
  usd: number;
}

/** What somebody may want to be told of; gone once it was told. `text` is the reason or the summary. */
export interface NoticeTable {
  number: Generated<number>;
  at: string;
  kind: string;
  task: string;
  run: string | null;
  text: string | null;
  /** The ways that it was told already, separated by spaces. */
  told: Generated<string>;
  tries: Generated<number>;
  next_at: string | null;
}

/** Work of `run` that somebody is to look at: gone once that was done, or given up. */
export interface ReviewTable {
  run: string;
  role: ReviewRole;
  task: string;
  /** How often it failed so far. */
  tries: Generated<number>;
  not_before: string | null;
}

/** What the run `by_run` said of the work of `run`. Without a total there is a problem. */
export interface EvaluationTable {
  number: Generated<number>;
  task: string;
  run: string;
  by_run: string;
  role: ReviewRole;
  /** 1: said by a common judge, for a comparison; it counts for nothing else. */
  judge: Generated<number>;
  at: string;
  total: number | null;
  /** A JSON object: dimension -> 0 to 1, 1 is best. */
  scores: string;
  notes: string;
  problem: string | null;
}

/** Who is to do a task; without `identity` nobody in particular. */
export interface AssignmentTable {
  task: string;
  identity: string | null;
  name: string | null;
  by: AssignedBy;
  reason: string;
  run: string | null;
  at: string;
  /** What was left open by the task and is decided with it. */
  tier: string | null;
  permissions: Permissions | null;
}

/** Lines of imported files that are no tasks, such as actors and resources; kept as they stood. */
export interface OtherLineTable {
  number: Generated<number>;
  line: string;
}

export interface Tables {
  task: TaskTable;
  need: NeedTable;
  tag: TagTable;
  run: RunTable;
  log: LogTable;
  artifact: ArtifactTable;
  hold: HoldTable;
  approval: ApprovalTable;
  notice: NoticeTable;
  message: MessageTable;
  message_seen: MessageSeenTable;
  review: ReviewTable;
  evaluation: EvaluationTable;
  assignment: AssignmentTable;
  other_line: OtherLineTable;
}
