// What has turned runs away rests for a while, and then exactly one run tries it.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Failure } from "../graph/result.ts";
import { answered, type Cooling, cooled, coolingClasses, type Ended, standingOf } from "./cooling.ts";

const now = new Date("2026-11-23T12:00:00.000Z");
const inMs = (ms: number) => new Date(now.getTime() + ms);
const by = { run: "r-1", project: "/p", profile: "claude" };
const alive = () => true;

function ended(more: Partial<Failure> = {}, startedAt = inMs(-5000)): Ended {
  const failure = { class: "quota", message: "used up\nand more", ...more } as Ended["failure"];
  return { destination: "claude's own login", startedAt, failure, by };
}

describe("a destination that turned a run away", () => {
  it("cools until its quota is back", () => {
    const cooling = cooled(undefined, ended({ resetsAt: inMs(600_000).toISOString() }), now);
    expect(cooling).toEqual({
      destination: "claude's own login",
      class: "quota",
      message: "used up",
      since: now.toISOString(),
      last: now.toISOString(),
      until: inMs(600_000).toISOString(),
      resetsAt: inMs(600_000).toISOString(),
      failures: 1,
      by,
    });
  });

  it("cools longer with each failure in a row", () => {
    let cooling: Cooling | undefined;
    const waits: number[] = [];
    for (let at = 0; at < 5; at++) {
      const time = inMs(at * 4_000_000);
      cooling = cooled(cooling, ended({}, time), time);
      waits.push(Date.parse(cooling.until) - time.getTime());
    }
    expect(waits).toEqual([60_000, 300_000, 900_000, 3_600_000, 3_600_000]);
    expect(cooling?.since).toBe(now.toISOString());
  });

  it("counts runs that were under way together once", () => {
    const first = cooled(undefined, ended(), now);
    const second = cooled(first, ended({}, inMs(-1000)), inMs(200));
    expect(second.failures).toBe(1);
  });

  it("never cools for more than an hour, whatever a server says", () => {
    const minutes = fc.integer({ min: -100_000, max: 600_000_000 });
    const resets = fc.option(minutes, { nil: undefined });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...coolingClasses), resets, fc.nat(10_000_000))),
        (row) => {
          let at = now.getTime();
          let cooling: Cooling | undefined;
          for (const [name, minute, gapMs] of row) {
            at += gapMs;
            const time = new Date(at);
            const said = minute === undefined ? {} : { resetsAt: new Date(at + minute * 1000).toISOString() };
            cooling = cooled(cooling, ended({ class: name, ...said }, time), time);
            const waitMs = Date.parse(cooling.until) - at;
            expect(waitMs).toBeGreaterThan(0);
            expect(waitMs).toBeLessThanOrEqual(3_600_000);
          }
        },
      ),
    );
  });

  it("is free again when a model has answered a run that began after its latest failure", () => {
    const cooling = cooled(undefined, ended(), now);
    expect(answered(cooling, inMs(1))).toBeUndefined();
    expect(answered(cooling, inMs(-1))).toBe(cooling);
    expect(answered(undefined, now)).toBeUndefined();
  });
});

describe("where it stands", () => {
  const cooling = cooled(undefined, ended(), now);
  const probe = { run: "r-2", project: "/p", at: inMs(60_000).toISOString() };

  it("free, cooling, or over when it has rested", () => {
    expect(standingOf(undefined, now, alive)).toEqual({ kind: "free" });
    expect(standingOf(cooling, now, alive)).toEqual({ kind: "cooling", cooling, until: inMs(60_000) });
    expect(standingOf(cooling, inMs(60_000), alive)).toEqual({ kind: "over", cooling });
  });

  it("is cooling for all others while a run tries it", () => {
    const tried = { ...cooling, probe };
    expect(standingOf(tried, inMs(61_000), alive)).toEqual({ kind: "cooling", cooling: tried });
  });

  it("is over again when the run that tried it is gone, or has never begun", () => {
    const tried = { ...cooling, probe: { ...probe, process: { pid: 1, started: "x" } } };
    expect(standingOf(tried, inMs(7_200_000), alive).kind).toBe("cooling");
    expect(standingOf(tried, inMs(61_000), () => false).kind).toBe("over");
    expect(standingOf({ ...cooling, probe }, inMs(200_000), alive).kind).toBe("over");
  });

  it("is tried once the clock was set back, since nobody knows how long it has rested", () => {
    expect(standingOf(cooling, inMs(-86_400_000), alive)).toMatchObject({ kind: "over" });
  });
});
