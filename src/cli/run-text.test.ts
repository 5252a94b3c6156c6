// Figures of a run in words.
import { describe, expect, it } from "vitest";
import type { Run } from "../graph/run.ts";
import { costText, durationMs, servedText, spanText, stateText, tokensText } from "./run-text.ts";

const run: Run = {
  id: "r-1",
  task: "build",
  role: "worker",
  status: "running",
  attempt: 1,
  profile: "base",
  revision: "0123456789ab",
  route: "codex:gpt-5.5",
  service: "service 1",
  leaseUntil: "2026-11-23T12:00:30.000Z",
  claimedAt: "2026-11-23T12:00:00.000Z",
  servedModels: [],
};
const result: NonNullable<Run["result"]> = {
  outcome: "failed",
  failure: { class: "quota", message: "no more" },
  summary: "",
  usage: { input: 0, output: 0, cached: 0 },
  cost: { source: "unknown" },
  turns: 0,
  servedModels: [],
  servedBy: "requested-only",
  denials: 0,
};

it.each([
  [undefined, ""],
  [0, "0.0s"],
  [840, "0.8s"],
  [9949, "9.9s"],
  [9960, "10s"],
  [59_400, "59s"],
  [60_000, "1m00s"],
  [250_000, "4m10s"],
  [7_500_000, "2h05m"],
])("%s ms takes %s", (ms, text) => expect(spanText(ms)).toBe(text));

it("tokens are counted in thousands and millions where they are many, and not told where there are none", () => {
  expect(tokensText(undefined)).toBe("");
  expect(tokensText({ input: 0, output: 0, cached: 0 })).toBe("");
  expect(tokensText({ input: 9999, output: 1, cached: 0 })).toBe("9999 in, 1 out");
  expect(tokensText({ input: 12_345, output: 2_500_000, cached: 0 })).toBe("12.3k in, 2.5M out");
});

it("a cost always says how it is known", () => {
  expect(costText({ source: "unknown" })).toBe("");
  expect(costText({ usd: 0.0016, source: "reported" })).toBe("$0.0016 reported");
  expect(costText({ usd: 17.789, source: "computed" })).toBe("$17.79 computed");
});

describe("the served model", () => {
  it("is the server's own word, or the name that was sent, marked so, or nothing", () => {
    expect(servedText({ ...run, servedModels: ["a", "b"], resolvedModel: "c" })).toBe("a, b");
    expect(servedText({ ...run, resolvedModel: "c" })).toBe("c (asked)");
    expect(servedText(run)).toBe("");
  });
});

it("a state names the class of a failure, and that a run is being cancelled", () => {
  expect(stateText(run)).toBe("running");
  expect(stateText({ ...run, cancel: "fail" })).toBe("running (cancelling)");
  expect(stateText({ ...run, result })).toBe("failed (quota)");
  expect(stateText({ ...run, result: { ...result, outcome: "cancelled" } })).toBe("cancelled");
});

it("a run takes from its start to its end, or to now, and no time before it started", () => {
  const now = new Date("2026-11-23T12:00:20.000Z");
  const startedAt = "2026-11-23T12:00:05.000Z";
  expect(durationMs(run, now)).toBeUndefined();
  expect(durationMs({ ...run, startedAt }, now)).toBe(15_000);
  expect(durationMs({ ...run, startedAt, endedAt: "2026-11-23T12:00:06.500Z" }, now)).toBe(1500);
});
