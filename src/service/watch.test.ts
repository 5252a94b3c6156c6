// What is remembered of live runs: their processes, and for how long they are silent.
import { beforeEach, expect, it } from "vitest";
import type { Run } from "../graph/run.ts";
import { type RunWatch, watchRuns } from "./watch.ts";

const now = new Date("2026-11-23T00:00:00.000Z");
const mark = { pid: 7, started: "then" };
const claimed: Run = {
  id: "r-1",
  task: "t",
  role: "worker",
  status: "claimed",
  attempt: 1,
  profile: "base",
  revision: "0123456789ab",
  route: "shell",
  service: "service 1",
  leaseUntil: "2026-11-23T00:00:20.000Z",
  claimedAt: "2026-11-23T00:00:00.000Z",
  servedModels: [],
};
const running: Run = { ...claimed, status: "running", process: mark };

let alive: boolean;
let canRenew: boolean;
let watch: RunWatch;
beforeEach(() => {
  [alive, canRenew] = [true, true];
  watch = watchRuns(
    () => canRenew,
    () => alive,
  );
});
const look = (run: Run, nowMs = 0, at = now) => watch.look([run], nowMs, at)[0];

it("a claimed run nobody knows the process of is unseen, since it was first met", () => {
  expect(look(claimed, 5)).toEqual({ run: "r-1", state: "claimed", process: "unseen", seenMs: 5 });
  expect(look(claimed, 9)).toMatchObject({ seenMs: 5 });
});

it("a claimed run has the process it was given to, and is dead when it was given to none", () => {
  watch.assigned("r-1", mark);
  expect(look(claimed)).toMatchObject({ process: "alive" });
  alive = false;
  expect(look(claimed)).toMatchObject({ process: "dead" });
  alive = true;
  watch.assigned("r-1", undefined);
  expect(look(claimed)).toMatchObject({ process: "dead" });
});

it("a running run has the process it names itself", () => {
  watch.assigned("r-1", { pid: 8, started: "before" });
  expect(watch.processOf(running)).toEqual(mark);
  expect(look(running)).toMatchObject({ state: "running", process: "alive" });
});

it("a lease counts as over from when that was first seen, until it is renewed", () => {
  const late = new Date("2026-11-23T08:00:00.000Z");
  expect(look(running, 100, now)).not.toHaveProperty("leaseOverMs");
  expect(look(running, 200, late)).toMatchObject({ leaseOverMs: 200 });
  expect(look(running, 300, late)).toMatchObject({ leaseOverMs: 200 });
  const renewed = { ...running, leaseUntil: "2026-11-23T08:00:30.000Z" };
  expect(look(renewed, 400, late)).not.toHaveProperty("leaseOverMs");
});

it("a dead run counts as swept when nothing was met twice in a row", () => {
  expect(watch.swept("r-1", 5, 0)).toEqual({ sinceMs: 5, clean: 1 });
  expect(watch.swept("r-1", 6, 3)).toEqual({ sinceMs: 5, clean: 0 });
  expect(watch.swept("r-1", 7, 0)).toEqual({ sinceMs: 5, clean: 1 });
  expect(watch.swept("r-1", 8, 0)).toEqual({ sinceMs: 5, clean: 2 });
});

it("what is over is forgotten", () => {
  watch.assigned("r-1", mark);
  watch.terminated("r-1", 3);
  expect(look(claimed)).toMatchObject({ terminatedMs: 3 });
  expect(watch.look([], 10, now)).toEqual([]);
  expect(look(claimed, 11)).toEqual({ run: "r-1", state: "claimed", process: "unseen", seenMs: 11 });
});

it("no lease is over while nobody could renew it, and its worker has time once it can", () => {
  const late = new Date("2026-11-23T00:01:00.000Z");
  canRenew = false;
  expect(look(running, 60_000, late)).not.toHaveProperty("leaseOverMs");
  canRenew = true;
  expect(look(running, 300_000, late)).toMatchObject({ leaseOverMs: 300_000 });
});

it("a clock that is set back hides no worker that is stuck", () => {
  const before = new Date("2026-11-22T00:00:00.000Z");
  expect(look(running, 0, before)).not.toHaveProperty("leaseOverMs");
  expect(look(running, 59_000, before)).not.toHaveProperty("leaseOverMs");
  expect(look(running, 60_000, before)).toMatchObject({ leaseOverMs: 60_000 });
});
