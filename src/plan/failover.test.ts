// Work goes to the first place that does not cool, and one that has rested is tried by one run.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Cooling, Standing } from "../cooling/cooling.ts";
import { failoverSentence, pickOption } from "./failover.ts";

const now = Date.parse("2026-11-23T12:00:00.000Z");
const time = new Date(now).toISOString();
const cooling: Cooling = {
  destination: "d",
  class: "quota",
  message: "",
  since: time,
  last: time,
  until: time,
  failures: 1,
  by: { run: "r", project: "/p", profile: "p" },
};
const free: Standing = { kind: "free" };
const over: Standing = { kind: "over", cooling };
const cools = (minutes: number): Standing => ({
  kind: "cooling",
  cooling,
  until: new Date(now + minutes * 60_000),
});
const tried: Standing = { kind: "cooling", cooling };

describe("what is picked", () => {
  it.each<[string, Standing[], unknown]>([
    ["the active one while it is free", [free, free], { kind: "run", index: 0, isProbe: false }],
    [
      "the first fallback that is free",
      [cools(5), cools(1), free, free],
      { kind: "run", index: 2, isProbe: false },
    ],
    ["the active one when it has rested", [over, free], { kind: "run", index: 0, isProbe: true }],
    [
      "a fallback while another run tries the active one",
      [tried, free],
      { kind: "run", index: 1, isProbe: false },
    ],
    [
      "none while all cool, until the first has rested",
      [cools(5), tried, cools(2)],
      { kind: "wait", until: new Date(now + 120_000) },
    ],
    ["none while the only one is tried", [tried], { kind: "wait" }],
  ])("is %s", (_, standings, expected) => {
    expect(pickOption(standings)).toEqual(expected);
  });

  it("never cools while something else is free, and waits only when everything cools", () => {
    const standing = fc.oneof(fc.constantFrom(free, over, tried), fc.integer({ min: 1, max: 60 }).map(cools));
    fc.assert(
      fc.property(fc.array(standing, { minLength: 1, maxLength: 9 }), (standings) => {
        const picked = pickOption(standings);
        if (picked.kind === "wait") {
          expect(standings.every(({ kind }) => kind === "cooling")).toBe(true);
          return;
        }
        const chosen = standings[picked.index];
        expect(chosen?.kind).not.toBe("cooling");
        expect(picked.isProbe).toBe(chosen?.kind === "over");
        expect(standings.slice(0, picked.index).every(({ kind }) => kind === "cooling")).toBe(true);
      }),
    );
  });
});

describe("the sentence", () => {
  const state = { profile: "codex", why: "quota" } as const;
  it("says what is active, until when it cools, and what runs", () => {
    const until = new Date(2026, 10, 23, 14, 5).toISOString();
    expect(failoverSentence({ ...state, until, runningOn: "wgnext" })).toBe(
      "codex is active, cooling until 14:05 (quota), running on wgnext",
    );
    expect(failoverSentence({ ...state, until })).toBe(
      "codex is active, cooling until 14:05 (quota), no fallback is free, so tasks wait",
    );
  });
  it("says who tries what has rested", () => {
    expect(failoverSentence(state)).toBe("codex is active, has rested (quota), and the next run tries it");
    expect(failoverSentence({ ...state, probe: "r-1", runningOn: "wgnext" })).toBe(
      "codex is active, has rested (quota) and is being tried by r-1, running on wgnext",
    );
  });
});
