// What is tried again, and for how long.
import { expect, it } from "vitest";
import { WgError } from "../base/error.ts";
import { insist } from "./insist.ts";

const locked = new WgError("locked", "the graph is held by another process");

function failing(times: number, error: Error): { step: () => string; calls: () => number } {
  let calls = 0;
  const step = () => {
    calls += 1;
    if (calls <= times) throw error;
    return "done";
  };
  return { step, calls: () => calls };
}

it("a step that meets a lock is tried again until it is through", async () => {
  const { step, calls } = failing(2, locked);
  expect(await insist(step, 10_000)).toBe("done");
  expect(calls()).toBe(3);
});

it("a step that stays locked out fails with its own error in the end", async () => {
  const { step, calls } = failing(Number.POSITIVE_INFINITY, locked);
  await expect(insist(step, 150)).rejects.toBe(locked);
  expect(calls()).toBe(2);
});

it("a bug is not tried again", async () => {
  const { step, calls } = failing(1, new TypeError("oops"));
  await expect(insist(step, 10_000)).rejects.toThrow("oops");
  expect(calls()).toBe(1);
});
