// Intervals: what a few scores, or a few tasks done, can say of all that a profile would do. Pure.
import { normalQuantile, studentQuantile } from "./student.ts";

/** From `low` to `high`, which holds the truth but for the error it was asked for. */
export interface Interval {
  low: number;
  high: number;
}

/** The error of the interval around one figure that is shown by itself. */
export const figureError = 0.05;

/** What there is of a number of observations: how many, their mean, and their variance (0 where there is only one). */
export interface Sample {
  count: number;
  mean: number;
  variance: number;
}

/** The sample of these values; without one its mean is NaN. */
export function sampleOf(values: readonly number[]): Sample {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count, mean, variance: count > 1 ? squares / (count - 1) : 0 };
}

/** What the values of a sample can be. */
export interface Range {
  least: number;
  most: number;
}

export const scoreRange: Range = { least: 0, most: 1 };
/** Of one score less another. */
export const gapRange: Range = { least: -1, most: 1 };

/**
 * The mean that the sample comes from, by Student's t with half an observation added at each end of the range. Scores pile up
 * near the top with a rare bad one: without those two halves ten good scores would claim that there are no bad ones.
 */
export function meanInterval(
  { count, mean, variance }: Sample,
  { least, most }: Range,
  error: number,
): Interval {
  const centre = (count * mean + (least + most) / 2) / (count + 1);
  const own = (count - 1) * variance + count * (mean - centre) ** 2;
  const added = (least - centre) ** 2 / 2 + (most - centre) ** 2 / 2;
  const reach = studentQuantile(error, count) * Math.sqrt((own + added) / count / (count + 1));
  return { low: Math.max(least, centre - reach), high: Math.min(most, centre + reach) };
}

/** The rate that so many of so many come from, after Wilson. */
export function rateInterval(hits: number, count: number, error: number): Interval {
  const z = normalQuantile(error);
  const rate = hits / count;
  const centre = (rate + z ** 2 / (2 * count)) / (1 + z ** 2 / count);
  const reach =
    (z / (1 + z ** 2 / count)) * Math.sqrt((rate * (1 - rate)) / count + z ** 2 / (4 * count ** 2));
  // At the ends it is exactly 0 or 1, which rounding would miss.
  return { low: hits === 0 ? 0 : centre - reach, high: hits === count ? 1 : centre + reach };
}

/** An estimate with the interval around it. */
export interface Estimate extends Interval {
  value: number;
}

/** `a` less `b`, from the intervals of both: what they leave open is added as independent errors are, each side by itself. */
export function differenceOf(a: Estimate, b: Estimate): Estimate {
  return {
    value: a.value - b.value,
    low: a.value - b.value - Math.hypot(a.value - a.low, b.high - b.value),
    high: a.value - b.value + Math.hypot(a.high - a.value, b.value - b.low),
  };
}
