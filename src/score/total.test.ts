// The total of scores, over scores and weights drawn by chance.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Dimension, defaultWeights, dimensions, type Scores, type Weights } from "../base/dimension.ts";
import { totalOf } from "./total.ts";

const aScore = fc.double({ min: 0, max: 1, noNaN: true });
const aWeight = fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1e6, noNaN: true }));
const each = <T>(values: fc.Arbitrary<T>) =>
  Object.fromEntries(dimensions.map((dimension) => [dimension, values])) as Record<
    Dimension,
    fc.Arbitrary<T>
  >;
const someScores: fc.Arbitrary<Scores> = fc.record(each(aScore), { requiredKeys: [] });
const someWeights: fc.Arbitrary<Weights> = fc.record(each(aWeight));

describe("a total", () => {
  it("lies between the least and the greatest score that counts", () => {
    fc.assert(
      fc.property(someScores, someWeights, (scores, weights) => {
        const total = totalOf(scores, weights);
        const counted = dimensions.flatMap((dimension) =>
          weights[dimension] > 0 ? (scores[dimension] ?? []) : [],
        );
        const [least, greatest] = [Math.min(...counted), Math.max(...counted)];
        if (total === undefined) expect(counted).toEqual([]);
        else expect(total >= least && total <= greatest).toBe(true);
      }),
    );
  });

  it("is the same when every weight is so many times as great", () => {
    fc.assert(
      fc.property(
        someScores,
        someWeights,
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        (scores, weights, times) => {
          const scaled = { ...weights };
          for (const dimension of dimensions) scaled[dimension] *= times;
          const [one, other] = [totalOf(scores, weights), totalOf(scores, scaled)];
          expect(other === undefined).toBe(one === undefined);
          expect(Math.abs((one ?? 0) - (other ?? 0))).toBeLessThan(1e-9);
        },
      ),
    );
  });

  it("does not fall when a score rises, and rises when that score has a weight", () => {
    fc.assert(
      fc.property(
        someScores,
        someWeights,
        fc.constantFrom(...dimensions),
        aScore,
        (scores, weights, dimension, score) => {
          const [low, high] = [
            Math.min(score, scores[dimension] ?? 0),
            Math.max(score, scores[dimension] ?? 0),
          ];
          const below = totalOf({ ...scores, [dimension]: low }, weights);
          const above = totalOf({ ...scores, [dimension]: high }, weights);
          expect(above === undefined).toBe(below === undefined);
          expect(above ?? 0).toBeGreaterThanOrEqual((below ?? 0) - 1e-12);
        },
      ),
    );
    const rise = { correctness: 0.5, completeness: 0.5 };
    expect(totalOf({ ...rise, correctness: 0.6 }, defaultWeights)).toBeGreaterThan(0.5);
  });

  it("does not change by what was not scored, or has no weight", () => {
    fc.assert(
      fc.property(
        someScores,
        someWeights,
        fc.constantFrom(...dimensions),
        aWeight,
        aScore,
        (scores, weights, dimension, weight, score) => {
          const { [dimension]: _, ...without } = scores;
          expect(totalOf(without, { ...weights, [dimension]: weight })).toBe(totalOf(without, weights));
          const weightless = { ...weights, [dimension]: 0 };
          expect(totalOf({ ...scores, [dimension]: score }, weightless)).toBe(totalOf(without, weightless));
        },
      ),
    );
  });

  it("counts each dimension by its weight", () => {
    expect(totalOf({ correctness: 1, completeness: 0 }, defaultWeights)).toBeCloseTo(0.3 / 0.5, 12);
    expect(totalOf({ intent_fidelity: 0.4 }, defaultWeights)).toBe(0.4);
    expect(totalOf({}, defaultWeights)).toBeUndefined();
  });

  it("holds with weights as great as numbers go", () => {
    const huge = { ...defaultWeights, correctness: Number.MAX_VALUE, completeness: Number.MAX_VALUE };
    expect(totalOf({ correctness: 1, completeness: 0 }, huge)).toBe(0.5);
  });
});
