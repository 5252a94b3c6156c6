// The tables of the graph as types: what kysely checks every query against.
import type { Generated } from "kysely";
import type { Role } from "../base/role.ts";
import type { Cost, FailureClass, Outcome, RunResult } from "./result.ts";

export const taskStatuses = ["open", "in-progress", "done", "failed", "abandoned"] as const;
export type TaskStatus = (typeof taskStatuses)[number];

export type RunStatus = "claimed" | "running" | "ended";
/** What becomes of the task of a cancelled run. */
export type Cancel = "fail" | "requeue";
export type Reported = "done" | "failed";

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
  status: RunStatus;
  attempt: number;
  profile: string;
  revision: string;
  route: string;
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
  /** The frozen plan as JSON; behind what a listing reads, so that it never does. */
  plan: string;
  /** sha256 of the token that its agent was given. */
  token_hash: string | null;
  /** The plan's `failover` as JSON, for listings. */
  failover: string | null;
}

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

/** `retry`: a failure that may pass; `budget`: what it might spend is spent. */
export type HoldKind = "retry" | "budget" | "merge" | "gate";

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
  other_line: OtherLineTable;
}
