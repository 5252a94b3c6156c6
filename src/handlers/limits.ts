// When a run has to be stopped early: too long, too silent, or told to.
import type { Limits } from "../graph/plan.ts";
import type { StopReason } from "./handler.ts";

/** Milliseconds on one monotonic clock. `silentSinceMs` is undefined while nobody is expected to speak. */
export interface Clock {
  nowMs: number;
  startedMs: number;
  silentSinceMs: number | undefined;
}

/** Why the run has to stop at `nowMs`, or undefined when it may go on. */
export function stopDue(limits: Limits, clock: Clock): StopReason | undefined {
  const { nowMs, startedMs, silentSinceMs } = clock;
  if (nowMs - startedMs >= limits.timeoutMs) {
    return {
      outcome: "timed-out",
      failure: { class: "killed", message: `not finished within ${durationText(limits.timeoutMs)}` },
    };
  }
  if (silentSinceMs !== undefined && nowMs - silentSinceMs >= limits.hangAfterMs) {
    return {
      outcome: "failed",
      failure: { class: "hang", message: `no sign of life for ${durationText(limits.hangAfterMs)}` },
    };
  }
  return undefined;
}

/** `90 s`, `1.5 s`, `10 min`, `2 h`: the largest unit that keeps it short. */
export function durationText(ms: number): string {
  const units: [string, number][] = [
    ["h", 3_600_000],
    ["min", 60_000],
  ];
  for (const [name, size] of units) if (ms >= 2 * size || ms === size) return `${round(ms / size)} ${name}`;
  return `${round(ms / 1000)} s`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
