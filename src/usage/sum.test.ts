// Sums in groups: costs stay apart by how they are known, and a day is one of the place where this runs.
import { afterEach, describe, expect, it } from "vitest";
import { dayOf, pricesIn, sumOf, sumsBy } from "./sum.ts";
import type { Used } from "./used.ts";

const price = { model: "m", input: 1, output: 1, at: "2026-11-01" };
const used = (given: Partial<Used> = {}): Used => ({
  at: new Date("2026-11-20T12:00:00Z"),
  of: "build",
  role: "worker",
  profile: "codex",
  model: "m",
  state: "done",
  usage: { input: 10, output: 2, cached: 5 },
  cost: { source: "computed", usd: 0.25, price },
  tookMs: 1000,
  ...given,
});

describe("a sum", () => {
  it("adds costs only to those that are known in the same way", () => {
    const all = [
      used(),
      used({ cost: { source: "reported", usd: 2 } }),
      used({ cost: { source: "unknown" }, state: "failed" }),
      used({ cost: { source: "none" }, state: "live" }),
    ];
    expect(sumOf(all)).toEqual({
      runs: 4,
      failures: 1,
      live: 1,
      usage: { input: 40, output: 8, cached: 20 },
      cost: { reported: 2, computed: 0.25, unknownRuns: 1 },
      tookMs: 4000,
    });
    expect(pricesIn(all)).toEqual([price]);
  });

  it("of each group has what costs most first", () => {
    const all = [used({ profile: "a" }), used({ profile: "b" }), used({ profile: "b" })];
    expect(sumsBy("profile", all).map(({ key, runs }) => [key, runs])).toEqual([
      ["b", 2],
      ["a", 1],
    ]);
    const chat = used({ of: "c-abcde", role: "chat" });
    expect(sumsBy("task", [chat])[0]?.key).toBe("c-abcde");
    expect(sumsBy("role", [chat, used()]).map(({ key }) => key)).toEqual(["chat", "worker"]);
  });

  it("of days has them in their order", () => {
    const days = ["2026-11-20", "2026-11-18", "2026-11-19"].map((day) =>
      used({ at: new Date(`${day}T12:00:00`) }),
    );
    expect(sumsBy("day", days).map(({ key }) => key)).toEqual(["2026-11-18", "2026-11-19", "2026-11-20"]);
  });
});

describe("a day", () => {
  const zone = process.env["TZ"];
  afterEach(() => {
    if (zone === undefined) delete process.env["TZ"];
    else process.env["TZ"] = zone;
  });

  it.each([
    ["UTC", "2026-11-20"],
    ["Pacific/Auckland", "2026-11-21"],
    ["America/Los_Angeles", "2026-11-20"],
  ])("begins at midnight of %s", (place, day) => {
    process.env["TZ"] = place;
    expect(dayOf(new Date("2026-11-20T23:30:00Z"))).toBe(day);
  });
});
