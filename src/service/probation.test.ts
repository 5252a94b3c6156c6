// A switch is taken back only when its first runs all failed alike, before any work.
import { describe, expect, it } from "vitest";
import type { FailureClass, RunResult } from "../graph/result.ts";
import { verdictOf } from "./probation.ts";

const none = { servedModels: [], turns: 0 } as unknown as RunResult;
const going = { status: "running" as const };
const done = { status: "ended" as const, result: { ...none, outcome: "done" as const } };
const failed = (name: FailureClass, more: Partial<RunResult> = {}) => ({
  status: "ended" as const,
  result: { ...none, outcome: "failed" as const, failure: { class: name, message: "" }, ...more },
});

describe("the first three runs after a switch", () => {
  it.each(["spawn", "auth", "unreachable", "bad-request"] as const)(
    "condemn it when all fail by %s",
    (name) => {
      expect(verdictOf([failed(name), failed(name), failed(name)], 3)).toEqual({
        kind: "failed",
        class: name,
      });
    },
  );

  it("leave it open while they are not over, or too few", () => {
    expect(verdictOf([], 3)).toEqual({ kind: "open" });
    expect(verdictOf([failed("auth"), failed("auth")], 3)).toEqual({ kind: "open" });
    expect(verdictOf([failed("auth"), going, failed("auth")], 3)).toEqual({ kind: "open" });
  });

  it.each([
    ["one of them is done", [failed("auth"), done, failed("auth")]],
    ["they fail by different classes", [failed("auth"), failed("spawn"), failed("auth")]],
    ["one fails at its work", [failed("agent"), failed("auth"), failed("auth")]],
    ["the quota is used up, which passes", [failed("quota"), failed("quota"), failed("quota")]],
    [
      "a model had answered before a bad request",
      [failed("bad-request", { servedModels: ["m"] }), going, going],
    ],
  ])("clear it when %s", (_, runs) => {
    expect(verdictOf(runs, 3)).toEqual({ kind: "passed" });
  });

  it("are as many as the setting says", () => {
    expect(verdictOf([failed("spawn"), done], 1)).toEqual({ kind: "failed", class: "spawn" });
  });
});
