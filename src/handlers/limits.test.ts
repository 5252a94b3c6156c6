// When a run has lasted or kept silent for too long.
import { describe, expect, it } from "vitest";
import { durationText, stopDue } from "./limits.ts";

const limits = { timeoutMs: 60_000, hangAfterMs: 10_000, maxTurns: 5 };

describe("a run goes on", () => {
  it("while it is within its time and talks", () => {
    expect(stopDue(limits, { nowMs: 59_999, startedMs: 0, silentSinceMs: 50_000 })).toBeUndefined();
  });

  it("in silence when nobody is expected to speak", () => {
    expect(stopDue(limits, { nowMs: 59_999, startedMs: 0, silentSinceMs: undefined })).toBeUndefined();
  });
});

describe("a run is stopped", () => {
  it("as timed out when its time is over, however lively it is", () => {
    const reason = stopDue(limits, { nowMs: 60_000, startedMs: 0, silentSinceMs: 60_000 });
    expect(reason).toEqual({
      outcome: "timed-out",
      failure: { class: "killed", message: "not finished within 1 min" },
    });
  });

  it("as hung when it has been silent for too long", () => {
    const reason = stopDue(limits, { nowMs: 20_000, startedMs: 0, silentSinceMs: 10_000 });
    expect(reason).toEqual({
      outcome: "failed",
      failure: { class: "hang", message: "no sign of life for 10 s" },
    });
  });
});

it.each([
  [1500, "1.5 s"],
  [60_000, "1 min"],
  [90_000, "90 s"],
  [600_000, "10 min"],
  [3_600_000, "1 h"],
  [5_400_000, "90 min"],
  [7_200_000, "2 h"],
])("%i ms is said as %s", (ms, text) => expect(durationText(ms)).toBe(text));
