// Cooling: a destination that turned a run away is left alone for a while, then tried by one run. Pure.
import type { ProcessMark } from "../base/process.ts";
import { maxWaitMs, patienceFor } from "../graph/patience.ts";
import type { Failure, FailureClass, RunResult } from "../graph/result.ts";

/** Failures that the next run at the same destination would meet as well. */
export const coolingClasses = ["quota", "auth", "unreachable"] as const satisfies readonly FailureClass[];
export type CoolingClass = (typeof coolingClasses)[number];

/** Times are ISO 8601 UTC. Kept on disk, so without any secret: of keys only where they come from. */
export interface Cooling {
  destination: string;
  class: CoolingClass;
  /** The first line of what the latest run was told. */
  message: string;
  /** The first failure in this row, and the latest. */
  since: string;
  last: string;
  until: string;
  /** What the server said of its quota, which may be days away. */
  resetsAt?: string;
  /** How many runs in a row were turned away, those that were under way together counted once. */
  failures: number;
  /** The latest run that was. */
  by: RunName;
  /** The one run that tries it now. */
  probe?: Probe;
}

export interface RunName {
  run: string;
  project: string;
  profile: string;
}

/** `process` is there once the run's worker has begun. */
export interface Probe {
  run: string;
  project: string;
  at: string;
  process?: ProcessMark;
}

/** `over`: it has rested, and one run may try it. Without `until` one is trying it. */
export type Standing =
  | { kind: "free" }
  | { kind: "over"; cooling: Cooling }
  | { kind: "cooling"; cooling: Cooling; until?: Date };

/** What the end of a run says of its destination; `startedAt` is when the run began. */
export interface Ended {
  destination: string;
  startedAt: Date;
  failure: Failure & { class: CoolingClass };
  by: RunName;
}

/** A probe whose worker has not begun after this long has none. */
const probeStartMs = 60_000;
const maxMessage = 300;

/** The failure, where it is one that cools. */
export function coolingFailure({ failure }: RunResult): Ended["failure"] | undefined {
  const found = coolingClasses.find((name) => name === failure?.class);
  return found === undefined || failure === undefined ? undefined : { ...failure, class: found };
}

/**
 * What a failure makes of a destination: it cools until its quota is back, or longer with each failure in a row, and
 * never for more than an hour before it is tried again, whatever a server says.
 */
export function cooled(before: Cooling | undefined, ended: Ended, now: Date): Cooling {
  const { destination, startedAt, failure, by } = ended;
  // Runs that were under way together meet the same wall; only one that began after it says that it still stands.
  const isSame = before !== undefined && startedAt.toISOString() <= before.last;
  const failures = (before?.failures ?? 0) + (isSame ? 0 : 1);
  const waitMs = patienceFor(failure, failures, now, { afterAuth: true })?.waitMs ?? maxWaitMs;
  const [message = ""] = failure.message.split("\n");
  const keepsProbe = before?.probe !== undefined && before.probe.run !== by.run;
  return {
    destination,
    class: failure.class,
    message: message.slice(0, maxMessage),
    since: before?.since ?? now.toISOString(),
    last: now.toISOString(),
    until: new Date(now.getTime() + waitMs).toISOString(),
    ...(failure.resetsAt !== undefined && { resetsAt: failure.resetsAt }),
    failures,
    by,
    ...(keepsProbe && { probe: before.probe }),
  };
}

/** What an answer makes of it: nothing cools any more, unless the run began before the latest failure. */
export function answered(before: Cooling | undefined, startedAt: Date): Cooling | undefined {
  return before !== undefined && startedAt.toISOString() <= before.last ? before : undefined;
}

/** How a destination stands. A probe whose process is gone, as `alive` tells, counts no more. */
export function standingOf(
  cooling: Cooling | undefined,
  now: Date,
  alive: (mark: ProcessMark) => boolean,
): Standing {
  if (cooling === undefined) return { kind: "free" };
  const until = new Date(cooling.until);
  if (until > now && !isSetBack(until, now)) return { kind: "cooling", cooling, until };
  const { probe } = cooling;
  if (probe === undefined || isGone(probe, now, alive)) return { kind: "over", cooling };
  return { kind: "cooling", cooling };
}

/** Nothing rests for longer than an hour: the clock was set back, and how long it has rested nobody knows. */
function isSetBack(until: Date, now: Date): boolean {
  return until.getTime() - now.getTime() > maxWaitMs + 60_000;
}

function isGone({ process, at }: Probe, now: Date, alive: (mark: ProcessMark) => boolean): boolean {
  if (process !== undefined) return !alive(process);
  return Math.abs(now.getTime() - Date.parse(at)) > probeStartMs;
}
