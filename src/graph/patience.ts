// Which failures pass by themselves, and how long to wait for that: pure.
import type { Failure, FailureClass } from "./result.ts";

/**
 * Waits in milliseconds before the next attempt, by how many attempts in a row have ended so; the last one for ever. A
 * class that is not here does not pass: a bad request, a missing program, work that was tried in earnest. A wrong key
 * does not either, but may be another one later, or elsewhere.
 */
const waitsMs: Partial<Record<FailureClass, readonly number[]>> = {
  quota: [60_000, 300_000, 900_000, 3_600_000],
  auth: [60_000, 300_000, 900_000, 3_600_000],
  unreachable: [15_000, 60_000, 300_000, 600_000],
  server: [10_000, 60_000, 300_000, 600_000],
  hang: [10_000, 60_000],
  // By somebody else, or for want of memory: whoever wants a run gone cancels it.
  killed: [5_000, 60_000],
};

/** Nobody waits longer than this before looking again, whatever a server says about when its quota is back. */
export const maxWaitMs = 3_600_000;

/** What a failure asks for. `free`: the attempt never got to its work, and does not count against the limit. */
export interface Patience {
  waitMs: number;
  free: boolean;
}

/**
 * How long to wait after the `inRow`th failure of this class in a row (from 1); undefined when waiting is no use, as it is
 * after a wrong key, unless `afterAuth` says that there is more to try than that key.
 */
export function patienceFor(
  failure: Failure,
  inRow: number,
  now: Date,
  { afterAuth }: { afterAuth: boolean },
): Patience | undefined {
  const waits = waitsMs[failure.class];
  if (waits === undefined || (failure.class === "auth" && !afterAuth)) return undefined;
  const free = failure.class === "quota";
  const usual = waits[Math.min(inRow, waits.length) - 1] ?? maxWaitMs;
  const resetMs = failure.resetsAt === undefined ? undefined : Date.parse(failure.resetsAt) - now.getTime();
  const waitMs = resetMs === undefined || Number.isNaN(resetMs) ? usual : Math.max(resetMs, 1000);
  return { waitMs: Math.min(waitMs, maxWaitMs), free };
}
