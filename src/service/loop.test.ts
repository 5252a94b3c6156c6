// Looks happen when told to, when something changed, and now and then; never two for one reason.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Loop, startLoop } from "./loop.ts";

let loop: Loop;
let looks: number;
let fileLooks: number;
let changed: boolean;
let busy: boolean;
let fault: Error | undefined;
let failures: unknown[];

beforeEach(() => {
  vi.useFakeTimers();
  looks = 0;
  fileLooks = 0;
  changed = false;
  busy = true;
  fault = undefined;
  failures = [];
  loop = startLoop({
    look() {
      looks += 1;
      if (fault) throw fault;
      return { busy };
    },
    hasChanged: () => changed,
    lookAtFiles: () => {
      fileLooks += 1;
    },
    failed: (error) => failures.push(error),
  });
  vi.advanceTimersByTime(0);
});
afterEach(() => {
  loop.stop();
  vi.useRealTimers();
});

it("the first look comes at once", () => {
  expect(looks).toBe(1);
});

it("any number of wakes is one look", () => {
  for (let n = 0; n < 10; n++) loop.wake();
  vi.advanceTimersByTime(1);
  expect(looks).toBe(2);
});

it("without any message there is a look every second while something runs, and one at the files every half", () => {
  vi.advanceTimersByTime(3001);
  expect(looks).toBe(4);
  expect(fileLooks).toBe(6);
});

it("with nothing in flight there is a look every ten seconds", () => {
  busy = false;
  loop.wake();
  vi.advanceTimersByTime(9_950);
  expect(looks).toBe(2);
  vi.advanceTimersByTime(100);
  expect(looks).toBe(3);
});

it("a change is seen within a poll", () => {
  changed = true;
  vi.advanceTimersByTime(101);
  expect(looks).toBe(2);
});

it("a look that fails is told of, and the next one comes all the same", () => {
  fault = new Error("database is locked");
  loop.wake();
  vi.advanceTimersByTime(1);
  expect(failures).toEqual([fault]);
  loop.wake();
  vi.advanceTimersByTime(1);
  expect(looks).toBe(3);
});

it("nothing happens after a stop, whoever wakes it", () => {
  loop.wake();
  loop.stop();
  loop.wake();
  changed = true;
  vi.advanceTimersByTime(5000);
  expect(looks).toBe(1);
});
