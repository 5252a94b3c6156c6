// What to do next, decided from one look at everything: pure, so that every rule of it can be tested.
import type { Outcome } from "../graph/result.ts";
import type { Review } from "../graph/review.ts";

/** A claimed run nobody executes after this long has lost its worker. */
export const startDeadlineMs = 20_000;
/** A lease that we have watched being over for this long belongs to a stuck worker: after a sleep of the machine it renews it sooner. */
export const leaseGraceMs = 10_000;
/** From being told to end until being made to. */
export const killAfterMs = 10_000;
/** Claims take milliseconds each; after so many in a row callers get their answers before the next ones. */
export const startsPerLook = 4;

/** Times are milliseconds of one monotonic clock, so that a machine that slept does not look like a hang. */
export interface Look {
  nowMs: number;
  maxAgents: number;
  /** False once the service is stopping: what runs is still watched. */
  dispatching: boolean;
  /** Ready tasks that can be started, best first. */
  ready: readonly string[];
  /** Finished work that somebody is to look at. */
  reviews: readonly Review[];
  live: readonly LiveRun[];
}

/** A run that is not over, and what can be seen of its process. */
export interface LiveRun {
  run: string;
  state: "claimed" | "running";
  /** `unseen`: no process of it was met yet. */
  process: "alive" | "dead" | "unseen";
  /** When we first saw it, in whatever state. */
  seenMs: number;
  /** Since when its lease is over; undefined while it holds. */
  leaseOverMs?: number;
  /** When we told it to end. */
  terminatedMs?: number;
  cancel?: "fail" | "requeue";
}

export type Action =
  | { kind: "end"; run: string; outcome: Extract<Outcome, "lost" | "cancelled">; why: string }
  | { kind: "terminate"; run: string; why: string }
  | { kind: "kill"; run: string }
  | { kind: "review"; review: Review }
  | { kind: "start"; task: string };

/**
 * At most one action for each run, then as many starts as there is room for: what is finished is looked at before more is
 * begun. A run that is not over holds its place.
 */
export function decide(look: Look): Action[] {
  const forRuns = look.live.map((run) => forRun(run, look.nowMs)).filter((action) => action !== undefined);
  const starts = [
    ...look.reviews.map((review) => ({ kind: "review" as const, review })),
    ...look.ready.map((task) => ({ kind: "start" as const, task })),
  ];
  return [...forRuns, ...starts.slice(0, roomIn(look))];
}

/** How many tasks one look may start. */
export function roomIn({
  maxAgents,
  dispatching,
  live,
}: Pick<Look, "maxAgents" | "dispatching" | "live">): number {
  if (!dispatching) return 0;
  return Math.min(startsPerLook, Math.max(0, maxAgents - live.length));
}

function forRun(run: LiveRun, nowMs: number): Action | undefined {
  if (run.process === "dead") return ended(run, "its worker is gone");
  if (run.process === "unseen") {
    return nowMs - run.seenMs < startDeadlineMs ? undefined : ended(run, "no worker took it up");
  }
  if (run.terminatedMs !== undefined) {
    return nowMs - run.terminatedMs < killAfterMs ? undefined : { kind: "kill", run: run.run };
  }
  if (run.state === "claimed") {
    const isLate = nowMs - run.seenMs >= startDeadlineMs;
    return isLate ? { kind: "terminate", run: run.run, why: "its worker does not start" } : undefined;
  }
  const isStuck = run.leaseOverMs !== undefined && nowMs - run.leaseOverMs >= leaseGraceMs;
  return isStuck
    ? { kind: "terminate", run: run.run, why: "its worker renews its lease no more" }
    : undefined;
}

function ended(run: LiveRun, why: string): Action {
  if (run.cancel === undefined) return { kind: "end", run: run.run, outcome: "lost", why };
  return { kind: "end", run: run.run, outcome: "cancelled", why: `cancelled; ${why}` };
}
