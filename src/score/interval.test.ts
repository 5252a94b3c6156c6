// Quantiles against printed tables, and intervals against what they must hold.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { differenceOf, gapRange, meanInterval, rateInterval, sampleOf, scoreRange } from "./interval.ts";
import { normalQuantile, studentQuantile } from "./student.ts";

const aScore = fc.double({ min: 0, max: 1, noNaN: true });
const someScores = fc.array(aScore, { minLength: 1, maxLength: 60 });

describe("a quantile", () => {
  it.each([
    [0.05, 1, 12.706],
    [0.05, 2, 4.303],
    [0.05, 10, 2.228],
    [0.01, 5, 4.032],
    [0.01, 30, 2.75],
    [0.001, 120, 3.373],
    [0.05, 5000, 1.9604],
  ])("of Student's t for an error of %s and %s degrees is that of the tables", (error, degrees, t) => {
    expect(studentQuantile(error, degrees)).toBeCloseTo(t, 3);
  });

  it.each([
    [0.05, 1.959964],
    [0.01, 2.575829],
    [0.0025, 3.023341],
  ])("of the normal distribution for an error of %s is that of the tables", (error, z) => {
    expect(normalQuantile(error)).toBeCloseTo(z, 4);
  });
});

describe("the interval of a mean", () => {
  it("stays within what can be, and holds the mean it was made of", () => {
    fc.assert(
      fc.property(someScores, fc.constantFrom(0.05, 0.01, 0.001), (scores, error) => {
        const sample = sampleOf(scores);
        const { low, high } = meanInterval(sample, scoreRange, error);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(sample.mean).toBeGreaterThanOrEqual(low - 1e-12);
        expect(sample.mean).toBeLessThanOrEqual(high + 1e-12);
      }),
    );
  });

  it("is as wide whichever end is called the best", () => {
    fc.assert(
      fc.property(someScores, (scores) => {
        const up = meanInterval(sampleOf(scores), scoreRange, 0.05);
        const down = meanInterval(sampleOf(scores.map((score) => 1 - score)), scoreRange, 0.05);
        expect(down.low).toBeCloseTo(1 - up.high, 9);
        expect(down.high).toBeCloseTo(1 - up.low, 9);
      }),
    );
  });

  it("narrows with more of the same, and widens with less error allowed", () => {
    const of = (count: number, error = 0.05) => {
      const { low, high } = meanInterval({ count, mean: 0.5, variance: 0.04 }, scoreRange, error);
      return high - low;
    };
    for (const count of [6, 10, 50, 400]) expect(of(count + 1)).toBeLessThan(of(count));
    expect(of(40, 0.001)).toBeGreaterThan(of(40, 0.01));
  });

  it("does not believe ten equal scores to be all there is", () => {
    const { low } = meanInterval({ count: 10, mean: 0.9, variance: 0 }, scoreRange, 0.05);
    expect(low).toBeLessThan(0.8);
  });
});

describe("the interval of a rate", () => {
  it("is Wilson's", () => {
    const { low, high } = rateInterval(9, 10, 0.05);
    expect(low).toBeCloseTo(0.59585, 4);
    expect(high).toBeCloseTo(0.9821, 4);
    expect(rateInterval(0, 10, 0.05)).toEqual({ low: 0, high: expect.closeTo(0.2775, 4) });
    expect(rateInterval(10, 10, 0.05).high).toBe(1);
  });
});

describe("the interval of a difference", () => {
  it("turns round with its sides, and holds the difference", () => {
    fc.assert(
      fc.property(someScores, someScores, (left, right) => {
        const estimate = (scores: number[]) => {
          const sample = sampleOf(scores);
          return { value: sample.mean, ...meanInterval(sample, scoreRange, 0.01) };
        };
        const [a, b] = [estimate(left), estimate(right)];
        const [there, back] = [differenceOf(a, b), differenceOf(b, a)];
        expect(back.low).toBeCloseTo(-there.high, 12);
        expect(back.high).toBeCloseTo(-there.low, 12);
        expect(there.low <= there.value && there.value <= there.high).toBe(true);
      }),
    );
  });

  it("of pairs is that of a mean between -1 and 1", () => {
    const { low, high } = meanInterval(sampleOf([0.1, -0.1, 0.1, -0.1]), gapRange, 0.05);
    expect(high).toBeCloseTo(-low, 12);
  });
});
