// What the end of a run makes of its task: a pure decision.
import { patienceFor } from "./patience.ts";
import type { RunResult } from "./result.ts";
import type { Cancel, Reported, TaskStatus } from "./tables.ts";

/** What is known about the run and its task when the run ends. `counted` attempts are those that are not forgiven. */
export interface Ending {
  result: RunResult;
  reported?: { status: Reported; message: string };
  cancel?: Cancel;
  counted: number;
  maxAttempts: number;
  /** How many attempts in a row, this one among them, have failed with the class of this result. */
  inRow: number;
  /** Why the work is not where it belongs although it is done: it waits for a person to merge it. */
  unmerged?: string;
  /** Whether it is done is for who scores it to say. */
  gated?: boolean;
  /** The task can go on with another profile, so a wrong key is not the end of it. */
  failsOver: boolean;
  now: Date;
}

export interface Settled {
  status: Extract<TaskStatus, "open" | "done" | "failed">;
  reason?: string;
  summary?: string;
  /** The attempt does not count against the limit. */
  forgiven: boolean;
  /** The next attempt starts no sooner. */
  notBefore?: Date;
  /** What it might spend is spent: the task waits until a person allows more, or there is more. */
  overBudget?: { reason: string; until?: string };
  /** The work is done and waits to be merged, for this reason. */
  unmerged?: string;
  /** The work is finished and waits to be scored. */
  inReview?: boolean;
}

/**
 * done -> done, unless the agent reported that it failed; open, and held, while the work is not merged or has not passed its gate. failed -> open, and
 * held, when its budget is spent; open after a while where the failure may pass and
 * attempts are left, else failed. timed-out -> failed. cancelled -> failed, or open
 * when it was to be requeued. lost -> open while attempts are left, else failed; a lost run that was to be cancelled
 * counts as cancelled.
 */
export function settle(ending: Ending): Settled {
  const { result, reported, cancel } = ending;
  const failed = (reason: string): Settled => ({ status: "failed", reason, forgiven: false });
  const why = result.failure?.message ?? `the run was ${result.outcome}`;
  switch (result.outcome) {
    case "done": {
      if (reported?.status === "failed") return failed(reported.message);
      const summary = reported?.message || result.summary;
      const said = { ...(summary !== "" && { summary }) };
      if (ending.unmerged !== undefined) {
        return { status: "open", ...said, forgiven: true, unmerged: ending.unmerged };
      }
      if (ending.gated) return { status: "open", ...said, forgiven: true, inReview: true };
      return { status: "done", ...said, forgiven: false };
    }
    case "failed":
      if (result.failure?.class === "budget" && reported?.status !== "failed") {
        const { resetsAt: until } = result.failure;
        return { status: "open", forgiven: true, overBudget: { reason: why, ...(until && { until }) } };
      }
      return retried(ending) ?? failed(why);
    case "timed-out":
      return failed(why);
    case "cancelled":
      return cancel === "requeue" ? { status: "open", forgiven: true } : failed("run cancelled");
    case "lost":
      if (cancel === "requeue") return { status: "open", forgiven: true };
      if (cancel === "fail") return failed("run cancelled");
      return ending.counted < ending.maxAttempts ? { status: "open", forgiven: false } : failed(why);
  }
}

/** The task's next attempt, where the failure may pass; an agent that gave up itself has decided otherwise. */
function retried(ending: Ending): Settled | undefined {
  const { result, reported, counted, maxAttempts, inRow, failsOver, now } = ending;
  const patience = result.failure && patienceFor(result.failure, inRow, now, { afterAuth: failsOver });
  if (patience === undefined || reported?.status === "failed") return undefined;
  if (!patience.free && counted >= maxAttempts) return undefined;
  const notBefore = new Date(now.getTime() + patience.waitMs);
  return { status: "open", forgiven: patience.free, notBefore };
}
