// Whose work is looked at: by tag, by chance that does not change, or not at all.
import fc from "fast-check";
import { expect, it } from "vitest";
import { chanceOf, isReviewed, reviewPolicyOf } from "./review-policy.ts";

it.each([
  ["always", { kind: "always" }],
  ["tagged", { kind: "tagged" }],
  ["off", { kind: "off" }],
  ["sample:0.2", { kind: "sample", share: 0.2 }],
  ["sample:.05", { kind: "sample", share: 0.05 }],
  ["sample:1", { kind: "sample", share: 1 }],
  ["sample:0", undefined],
  ["sample:0.00001", undefined],
  ["sample:1.5", undefined],
  ["sample:-0.2", undefined],
  ["sample:1e-1", undefined],
  ["sample:", undefined],
  ["sample", undefined],
  ["Always", undefined],
  ["", undefined],
])("%j is read as a policy or refused", (text, policy) => {
  expect(reviewPolicyOf(text)).toEqual(policy);
});

it("a tagged run is looked at by its own tag alone", () => {
  const run = { run: "r-1", tags: ["flip"], tag: "flip" };
  expect(isReviewed({ kind: "tagged" }, run)).toBe(true);
  expect(isReviewed({ kind: "tagged" }, { ...run, tag: "evaluate" })).toBe(false);
  expect(isReviewed({ kind: "always" }, { ...run, tags: [] })).toBe(true);
  expect(isReviewed({ kind: "off" }, run)).toBe(false);
});

it("a share takes that part of the runs, always the same ones, and all that a smaller share takes", () => {
  const runs = Array.from({ length: 5000 }, (_, index) => ({ run: `r-${index}`, tags: [], tag: "evaluate" }));
  const taken = (share: number) =>
    new Set(runs.filter((run) => isReviewed({ kind: "sample", share }, run)).map(({ run }) => run));
  // Five standard deviations of a draw of 5,000.
  expect(Math.abs(taken(0.2).size - 1000)).toBeLessThan(5 * Math.sqrt(5000 * 0.2 * 0.8));
  expect(taken(0.2)).toEqual(taken(0.2));
  const more = taken(0.3);
  expect([...taken(0.2)].filter((run) => !more.has(run))).toEqual([]);
  expect(taken(1).size).toBe(5000);
  fc.assert(
    fc.property(fc.string(), (text) => {
      const chance = chanceOf(text);
      expect(chance >= 0 && chance < 1).toBe(true);
    }),
  );
});
