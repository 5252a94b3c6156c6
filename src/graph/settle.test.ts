// What the end of a run makes of its task.
import { describe, expect, it } from "vitest";
import type { Outcome, RunResult } from "./result.ts";
import { type Ending, settle } from "./settle.ts";

function result(outcome: Outcome, message = "it broke"): RunResult {
  return {
    outcome,
    ...(outcome !== "done" && { failure: { class: "agent", message } }),
    summary: "closing words",
    usage: { input: 0, output: 0, cached: 0 },
    cost: { source: "unknown" },
    turns: 0,
    servedModels: [],
    servedBy: "requested-only",
    denials: 0,
  };
}

const ending = (outcome: Outcome, more: Partial<Ending> = {}): Ending => ({
  result: result(outcome),
  counted: 1,
  maxAttempts: 3,
  inRow: 1,
  failsOver: false,
  now: new Date("2026-11-23T12:00:00Z"),
  ...more,
});

describe("settle", () => {
  it("done makes the task done, with the agent's closing words", () => {
    expect(settle(ending("done"))).toEqual({ status: "done", summary: "closing words", forgiven: false });
  });

  it("the summary an agent reported goes before its closing words", () => {
    const reported = { status: "done", message: "all of it" } as const;
    expect(settle(ending("done", { reported }))).toMatchObject({ status: "done", summary: "all of it" });
  });

  it("an agent that reported failure has failed, however well its run ended", () => {
    const reported = { status: "failed", message: "the spec contradicts itself" } as const;
    expect(settle(ending("done", { reported }))).toEqual({
      status: "failed",
      reason: "the spec contradicts itself",
      forgiven: false,
    });
  });

  it("work that is done and not merged leaves its task open and waiting, with what was said of it", () => {
    expect(settle(ending("done", { unmerged: "it conflicts", counted: 3 }))).toEqual({
      status: "open",
      summary: "closing words",
      forgiven: true,
      unmerged: "it conflicts",
    });
    expect(settle(ending("failed", { unmerged: "it conflicts" })).status).toBe("failed");
  });

  it("a run that has spent its budget leaves its task open and waiting, whatever attempts it had", () => {
    const failure = { class: "budget", message: "$2 spent" } as const;
    const spent = { ...result("failed"), failure };
    expect(settle(ending("failed", { result: spent, counted: 3 }))).toEqual({
      status: "open",
      forgiven: true,
      overBudget: { reason: "$2 spent" },
    });
    const until = "2026-11-24T00:00:00.000Z";
    const today = { ...spent, failure: { ...failure, resetsAt: until } };
    expect(settle(ending("failed", { result: today }))).toMatchObject({ overBudget: { until } });
    const reported = { status: "failed", message: "gave up" } as const;
    expect(settle(ending("failed", { result: spent, reported }))).toMatchObject({ status: "failed" });
  });

  it("an agent that reported done has failed all the same when its run failed", () => {
    const reported = { status: "done", message: "" } as const;
    expect(settle(ending("failed", { reported }))).toMatchObject({ status: "failed", reason: "it broke" });
  });

  it.each(["failed", "timed-out"] as const)(
    "%s makes the task failed, for the reason of the run",
    (outcome) => {
      expect(settle(ending(outcome))).toEqual({ status: "failed", reason: "it broke", forgiven: false });
    },
  );

  const overQuota = { ...result("failed"), failure: { class: "quota", message: "out" } } as const;
  const serverDown = { ...result("failed"), failure: { class: "server", message: "500" } } as const;

  it("a failure that may pass opens the task again, no sooner than after a while", () => {
    expect(settle(ending("failed", { result: serverDown }))).toEqual({
      status: "open",
      forgiven: false,
      notBefore: new Date("2026-11-23T12:00:10Z"),
    });
    expect(settle(ending("failed", { result: serverDown, counted: 3 }))).toMatchObject({ status: "failed" });
  });

  it("an attempt that a quota turned away is forgiven, however many there were", () => {
    expect(settle(ending("failed", { result: overQuota, counted: 9 }))).toMatchObject({
      status: "open",
      forgiven: true,
    });
  });

  it("a wrong key is the end of it, unless the task can go on with another profile", () => {
    const turnedAway = { ...result("failed"), failure: { class: "auth", message: "401" } } as const;
    expect(settle(ending("failed", { result: turnedAway }))).toMatchObject({ status: "failed" });
    const goesOn = { result: turnedAway, failsOver: true };
    expect(settle(ending("failed", goesOn))).toMatchObject({ status: "open", forgiven: false });
    expect(settle(ending("failed", { ...goesOn, counted: 3 }))).toMatchObject({ status: "failed" });
  });

  it("an agent that reported failure is believed, whatever its run died of", () => {
    const reported = { status: "failed", message: "cannot be done" } as const;
    expect(settle(ending("failed", { result: serverDown, reported }))).toMatchObject({ status: "failed" });
  });

  it("a cancelled run fails its task, or opens it again where that was asked for", () => {
    expect(settle(ending("cancelled"))).toMatchObject({ status: "failed", reason: "run cancelled" });
    expect(settle(ending("cancelled", { cancel: "fail" }))).toMatchObject({ status: "failed" });
    expect(settle(ending("cancelled", { cancel: "requeue" }))).toEqual({ status: "open", forgiven: true });
  });

  it("a lost run opens its task again while attempts are left, then fails it", () => {
    expect(settle(ending("lost", { counted: 2 }))).toEqual({ status: "open", forgiven: false });
    expect(settle(ending("lost", { counted: 3 }))).toMatchObject({ status: "failed", reason: "it broke" });
  });

  it("a run that was lost while it was being cancelled counts as cancelled", () => {
    expect(settle(ending("lost", { cancel: "fail" }))).toMatchObject({
      status: "failed",
      reason: "run cancelled",
    });
    expect(settle(ending("lost", { cancel: "requeue", counted: 3 }))).toEqual({
      status: "open",
      forgiven: true,
    });
  });
});
