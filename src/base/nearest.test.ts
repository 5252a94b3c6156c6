// Guesses at what was meant.
import { describe, expect, it } from "vitest";
import { nearest } from "./nearest.ts";

describe("the nearest name", () => {
  it.each([
    ["codx", "codex"],
    ["cladue", "claude"],
    ["ulr", "url"],
    ["agnet", "agent"],
    ["opsu", "opus"],
  ])("to %s is %s", (typed, meant) => {
    expect(nearest(typed, ["codex", "claude", "url", "agent", "opus"])).toBe(meant);
  });

  it("is none where nothing is near", () => {
    expect(nearest("zebra", ["codex", "claude"])).toBeUndefined();
    expect(nearest("c".repeat(100_000), ["codex"])).toBeUndefined();
  });
});
