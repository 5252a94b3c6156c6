// One number for the scores of one piece of work. Pure.
import { dimensions, type Scores, type Weights } from "../base/dimension.ts";

/**
 * The weighted mean of the scores, between the least and the greatest of those that count. A dimension that was not scored
 * leaves its weight out; undefined when nothing that has a weight was scored.
 */
export function totalOf(scores: Scores, weights: Weights): number | undefined {
  const scored = dimensions.flatMap((dimension) => {
    const score = scores[dimension];
    return score === undefined || weights[dimension] <= 0 ? [] : [{ score, weight: weights[dimension] }];
  });
  if (scored.length === 0) return undefined;
  // By the heaviest, so that weights as great as numbers go do not add up to infinity.
  const heaviest = Math.max(...scored.map(({ weight }) => weight));
  let sum = 0;
  let whole = 0;
  for (const { score, weight } of scored) {
    sum += score * (weight / heaviest);
    whole += weight / heaviest;
  }
  const values = scored.map(({ score }) => score);
  // Rounding may step a hair outside.
  return Math.min(Math.max(sum / whole, Math.min(...values)), Math.max(...values));
}
