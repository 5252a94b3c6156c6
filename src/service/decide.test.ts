// The rules of a tick, each by an example, then all of them over arbitrary looks.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decide,
  killAfterMs,
  type LiveRun,
  type Look,
  leaseGraceMs,
  startDeadlineMs,
  startsPerLook,
} from "./decide.ts";

const look: Look = { nowMs: 1_000_000, maxAgents: 3, dispatching: true, ready: [], reviews: [], live: [] };
const running: LiveRun = { run: "r-1", state: "running", process: "alive", seenMs: 0 };
const starting: LiveRun = { run: "r-1", state: "claimed", process: "alive", seenMs: 999_999 };
const forOne = (run: LiveRun) => decide({ ...look, live: [run] });

describe("starting", () => {
  it("takes ready tasks in their order, up to the limit", () => {
    const started = decide({ ...look, ready: ["a", "b", "c", "d"] });
    expect(started).toEqual(["a", "b", "c"].map((task) => ({ kind: "start", task })));
  });

  it("stops after a few, so that callers get their answers between", () => {
    const ready = Array.from({ length: 50 }, (_, index) => `t${index}`);
    expect(decide({ ...look, maxAgents: 40, ready })).toHaveLength(startsPerLook);
  });

  it("counts every run that is not over, also one that is just found dead", () => {
    const live = [running, { ...running, run: "r-2", process: "dead" as const }];
    const actions = decide({ ...look, ready: ["a", "b"], live });
    expect(actions.map((action) => action.kind)).toEqual(["end", "start"]);
  });

  it("starts nothing while more runs are live than a lowered limit allows", () => {
    const live = [1, 2, 3].map((n) => ({ ...running, run: `r-${n}` }));
    expect(decide({ ...look, maxAgents: 1, ready: ["a"], live })).toEqual([]);
  });

  it("starts nothing once the service is stopping, and still ends what is dead", () => {
    const live = [{ ...running, process: "dead" as const }];
    const actions = decide({ ...look, dispatching: false, ready: ["a"], live });
    expect(actions.map((action) => action.kind)).toEqual(["end"]);
  });
});

describe("a live run", () => {
  it("is left alone while its process lives and its lease holds", () => {
    expect(forOne(running)).toEqual([]);
    expect(forOne(starting)).toEqual([]);
  });

  it("is lost when its process is gone", () => {
    expect(forOne({ ...running, process: "dead" })).toMatchObject([{ kind: "end", outcome: "lost" }]);
    expect(forOne({ ...starting, process: "dead" })).toMatchObject([{ kind: "end", outcome: "lost" }]);
  });

  it("is cancelled, not lost, when it had been cancelled before its process went", () => {
    const gone = { ...running, process: "dead" as const, cancel: "requeue" as const };
    expect(forOne(gone)).toMatchObject([{ kind: "end", outcome: "cancelled" }]);
  });

  it("that nobody took up is lost after the deadline, not before", () => {
    const unseen = { ...starting, process: "unseen" as const };
    expect(forOne({ ...unseen, seenMs: look.nowMs - startDeadlineMs + 1 })).toEqual([]);
    expect(forOne({ ...unseen, seenMs: look.nowMs - startDeadlineMs })).toMatchObject([
      { kind: "end", outcome: "lost" },
    ]);
  });

  it("whose worker lives but never starts it is told to end", () => {
    const late = { ...starting, seenMs: look.nowMs - startDeadlineMs };
    expect(forOne(late)).toMatchObject([{ kind: "terminate", run: "r-1" }]);
  });

  it("whose lease stays over is told to end, then made to", () => {
    expect(forOne({ ...running, leaseOverMs: look.nowMs - leaseGraceMs + 1 })).toEqual([]);
    const stuck = { ...running, leaseOverMs: look.nowMs - leaseGraceMs };
    expect(forOne(stuck)).toMatchObject([{ kind: "terminate" }]);
    expect(forOne({ ...stuck, terminatedMs: look.nowMs - killAfterMs + 1 })).toEqual([]);
    expect(forOne({ ...stuck, terminatedMs: look.nowMs - killAfterMs })).toEqual([
      { kind: "kill", run: "r-1" },
    ]);
  });
});

const someMs = fc.integer({ min: 0, max: 1_000_000 });
const someRun = fc.record(
  {
    run: fc.string({ minLength: 1 }),
    state: fc.constantFrom("claimed" as const, "running" as const),
    process: fc.constantFrom("alive" as const, "dead" as const, "unseen" as const),
    seenMs: someMs,
    leaseOverMs: someMs,
    terminatedMs: someMs,
    cancel: fc.constantFrom("fail" as const, "requeue" as const),
  },
  { requiredKeys: ["run", "state", "process", "seenMs"] },
);
const someLook: fc.Arbitrary<Look> = fc.record({
  nowMs: fc.constant(1_000_000),
  maxAgents: fc.integer({ min: 0, max: 12 }),
  dispatching: fc.boolean(),
  ready: fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 20 }),
  reviews: fc.uniqueArray(
    fc.record({
      run: fc.string({ minLength: 1 }),
      role: fc.constantFrom("evaluator" as const, "flip" as const),
      task: fc.string(),
      tries: fc.nat(3),
    }),
    { maxLength: 6 },
  ),
  live: fc.uniqueArray(someRun, { selector: (run) => run.run, maxLength: 20 }),
});

describe("whatever the look", () => {
  it("never starts more than there is room for, nothing twice, and only what is ready", () => {
    fc.assert(
      fc.property(someLook, (all) => {
        const actions = decide(all);
        const started = actions.flatMap((action) => (action.kind === "start" ? [action.task] : []));
        const begun = actions.flatMap((action) => (action.kind === "review" ? [action.review] : []));
        expect(started.length + begun.length).toBeLessThanOrEqual(
          Math.max(0, all.maxAgents - all.live.length),
        );
        expect(started).toEqual(all.ready.slice(0, started.length));
        expect(begun).toEqual(all.reviews.slice(0, begun.length));
        if (started.length > 0) expect(begun).toEqual(all.reviews);
      }),
    );
  });

  it("uses the room there is while it dispatches", () => {
    fc.assert(
      fc.property(someLook, (all) => {
        const started = decide(all).filter(({ kind }) => kind === "start" || kind === "review").length;
        const room = all.dispatching ? Math.max(0, all.maxAgents - all.live.length) : 0;
        expect(started).toBe(Math.min(room, all.ready.length + all.reviews.length, startsPerLook));
      }),
    );
  });

  it("does at most one thing to a run, never ends one whose process lives, never signals one that has none", () => {
    fc.assert(
      fc.property(someLook, (all) => {
        const byRun = decide(all).flatMap((action) => ("run" in action ? [action] : []));
        expect(new Set(byRun.map((action) => action.run)).size).toBe(byRun.length);
        for (const action of byRun) {
          const alive = all.live.find((run) => run.run === action.run)?.process === "alive";
          expect(action.kind === "end").toBe(!alive);
        }
      }),
    );
  });

  it("brings every run that shows no more life to its end", () => {
    fc.assert(
      fc.property(someRun, ({ run, state, process }) => {
        let seen: LiveRun = { run, state, process, leaseOverMs: 0, seenMs: 0 };
        for (let nowMs = 0; nowMs <= 120_000; nowMs += 1000) {
          const [action] = decide({ ...look, nowMs, live: [seen] });
          if (action?.kind === "end") return;
          if (action?.kind === "terminate") seen = { ...seen, terminatedMs: nowMs };
          if (action?.kind === "kill") seen = { ...seen, process: "dead" };
        }
        expect.unreachable("it was never ended");
      }),
    );
  });
});
