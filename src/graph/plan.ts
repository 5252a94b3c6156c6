// The plan of a run: everything it needs, frozen when it is claimed, so that no switch can reach it.

import type { Weights } from "../base/dimension.ts";
import type { Endpoint } from "../base/endpoint.ts";
import type { MergeMode } from "../base/merge-mode.ts";
import type { Rates } from "../base/rates.ts";
import type { OnModelMismatch, Permissions, Role } from "../base/role.ts";
import type { Route } from "../base/route.ts";
import type { PinnedValue } from "../base/secret.ts";
import type { Arm, ReviewRole } from "./tables.ts";

/** Where a planned value came from, for people: `profile ~/.wg/profiles/codex.toml:4`. */
export type OriginText = string;

/** Limits in milliseconds and counts; every run has them all. */
export interface Limits {
  /** Wall time of the whole run. */
  timeoutMs: number;
  /** Longest silence of the handler before it counts as hung. */
  hangAfterMs: number;
  /** Model turns, where the handler can count them. */
  maxTurns: number;
}

/** What may be spent, and whose runs count towards it. */
export interface BudgetLimit {
  /** `approval` is what a person has allowed the task beyond the others. */
  of: "task" | "day" | "approval";
  usd: number;
  /** Only runs on this profile count. */
  profile?: string;
  /** Only runs that were claimed since then count; ISO 8601 UTC. */
  since?: string;
  /** Then it begins anew. */
  until?: string;
}

/** The run is stopped before the turn after which any of the limits is reached. */
export interface PlannedBudget {
  limits: BudgetLimit[];
  /** The prices of the settings, by model. */
  prices: Record<string, Rates>;
}

/** A checkout of the task's own, and how what is done there comes back. */
export interface PlannedWorktree {
  /** Where it is, absolute; the run's working directory is this or a folder in it. */
  folder: string;
  branch: string;
  /** The topmost folder of the checkout that the project is in. */
  repository: string;
  /** The commit that a first attempt begins at. */
  from: string;
  /** The branch that was checked out there, and that the work goes back to; none on a detached HEAD. */
  target?: string;
  merge: MergeMode;
  /** The title of the task, for commits of wg's own. */
  title: string;
  /** Run once, when the worktree is fresh. */
  setup?: string;
}

/** A run on a fallback of the active profile. `why` is a failure class, `until` ISO 8601 UTC. */
export interface Failover {
  /** The active profile, whose destination cools. */
  from: string;
  why: string;
  /** Absent where another run was just trying it. */
  until?: string;
}

/** Whom an agent is told to be: the sha256 of what that says, its name then, and the text as it is told. */
export interface PlannedIdentity {
  hash: string;
  name: string;
  text: string;
}

/** Who looks at the work of a run that is done, and what hangs on it. */
export interface PlannedReview {
  roles: ReviewRole[];
  /** Below `least`, from 0 to 1, the task is tried again, `reopens` times; then a person is asked. */
  gate?: { least: number; reopens: number };
}

/** How an evaluator or flip run judges. */
export interface PlannedJudging {
  weights: Weights;
  /** As the common judge of a comparison: what it says counts for nothing else. */
  isJudge?: true;
}

/** Whom an assigner may choose, and what it may decide besides; empty where the task or the settings leave nothing open. */
export interface PlannedAssigning {
  /** `about` is a line on what it is good at and how it works; `mean` its score in `runs` runs so far. */
  candidates: { hash: string; name: string; about: string; runs: number; mean?: number }[];
  tiers: string[];
  permissions: Permissions[];
}

/** JSON through and through: kept in the database and copied to `runs/<run>/plan.json`. Holds no secret value. */
export interface Plan {
  schemaVersion: 1;
  run: string;
  task: string;
  role: Role;
  /** The run that this one is about: what an evaluator judges, what a rerun repeats. */
  subject?: string;
  /** Which attempt at the task this is, from 1; of a chat, which turn. */
  attempt: number;
  project: string;
  /** The working directory, absolute. */
  cwd: string;
  worktree?: PlannedWorktree;
  /** `base` when no profile is active. */
  profile: string;
  revision: string;
  /** Its side of a canary; absent where there is none. */
  arm?: Arm;
  identity?: PlannedIdentity;
  route: Route;
  endpoint?: Endpoint;
  /** Pins for the handler's environment; a secret is a reference. */
  env: Record<string, PinnedValue>;
  permissions: Permissions;
  /** The run has no commands, so it is given the tools of `wg mcp` to report by. */
  mcp?: true;
  limits: Limits;
  onModelMismatch: OnModelMismatch;
  /** Absent where nothing limits it. */
  budget?: PlannedBudget;
  /** The handler's program, where settings name one; else it is looked up on PATH. */
  command?: string;
  /** Route `shell` only: what to run in `sh -c`. */
  exec?: string;
  /** Run after the handler said done; a non-zero exit fails the run. */
  verify?: string;
  prompt: string;
  /** A handler session to go on with. */
  resume?: string;
  /** The chat that this is a turn of; then there is no task, and no project where the chat has none. */
  chat?: string;
  /** How often its task is tried when a failure may pass; absent where every failure is final. */
  maxAttempts?: number;
  /** The profiles its task may go on with, in order; absent where there are none. */
  fallback?: string[];
  failover?: Failover;
  review?: PlannedReview;
  judging?: PlannedJudging;
  assigning?: PlannedAssigning;
  /** It is the one run that tries whether its destination, which has cooled, answers again. */
  probe?: true;
  /** Setting key -> origin, for each value above that a setting decided. */
  origins: Record<string, OriginText>;
}
