// Which failures are waited out, and for how long.
import { describe, expect, it } from "vitest";
import { maxWaitMs, patienceFor } from "./patience.ts";
import { type FailureClass, failureClasses } from "./result.ts";

const now = new Date("2026-11-23T12:00:00Z");
const fail = (kind: FailureClass, resetsAt?: string) => ({
  class: kind,
  message: "it broke",
  ...(resetsAt !== undefined && { resetsAt }),
});
const wait = (kind: FailureClass, inRow = 1, resetsAt?: string) =>
  patienceFor(fail(kind, resetsAt), inRow, now, { afterAuth: false })?.waitMs;

describe("patience", () => {
  it("is for what passes by itself, and for nothing else", () => {
    const passing = failureClasses.filter(
      (kind) => patienceFor(fail(kind), 1, now, { afterAuth: false }) !== undefined,
    );
    expect(passing.sort()).toEqual(["hang", "killed", "quota", "server", "unreachable"]);
  });

  it("grows with each failure in a row, up to a limit", () => {
    expect([1, 2, 3, 4, 99].map((inRow) => wait("unreachable", inRow))).toEqual([
      15_000, 60_000, 300_000, 600_000, 600_000,
    ]);
  });

  it("is as long as a quota says, but never longer than the limit", () => {
    expect(wait("quota", 1, "2026-11-23T12:20:00Z")).toBe(20 * 60_000);
    expect(wait("quota", 1, "2026-11-28T04:48:00Z")).toBe(maxWaitMs);
    expect(wait("quota", 1, "2026-11-23T11:00:00Z")).toBe(1000);
    expect(wait("quota", 1, "never")).toBe(60_000);
  });

  it("does not count an attempt that a quota turned away", () => {
    expect(patienceFor(fail("quota"), 1, now, { afterAuth: false })?.free).toBe(true);
    expect(patienceFor(fail("server"), 1, now, { afterAuth: false })?.free).toBe(false);
  });
});
