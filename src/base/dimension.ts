// What work is scored on: each dimension with its weight and its meaning. Of all of them 1 is best and 0 worst.

/** Every dimension, in the order listings show them; the weights count against each other, whatever they add up to. */
export const dimensionFacts = {
  correctness: { by: "evaluator", weight: 0.3, meaning: "what was made is right, and was shown to be" },
  completeness: { by: "evaluator", weight: 0.2, meaning: "all that was asked for is there" },
  efficiency: { by: "evaluator", weight: 0.1, meaning: "no more was done and changed than the task needs" },
  style_adherence: { by: "evaluator", weight: 0.1, meaning: "it reads like what it was added to" },
  downstream_usability: {
    by: "evaluator",
    weight: 0.15,
    meaning: "what comes after can build on it as it is",
  },
  coordination_overhead: {
    by: "evaluator",
    weight: 0.05,
    meaning: "nobody has to ask, explain or mend for it (1: nobody)",
  },
  blocking_impact: {
    by: "evaluator",
    weight: 0.1,
    meaning: "nothing that waits for it stays stuck (1: nothing)",
  },
  intent_fidelity: { by: "flip", weight: 0.2, meaning: "the work alone tells what was asked for" },
} as const satisfies Record<string, { by: "evaluator" | "flip"; weight: number; meaning: string }>;

export type Dimension = keyof typeof dimensionFacts;

export const dimensions = Object.keys(dimensionFacts) as Dimension[]; // Its own literal: no key but these.

/** From 0 to 1 on each dimension that was scored. */
export type Scores = Partial<Record<Dimension, number>>;

/** How much each dimension counts: 0 or more, and finite. */
export type Weights = Record<Dimension, number>;

export const defaultWeights = Object.fromEntries(
  dimensions.map((dimension) => [dimension, dimensionFacts[dimension].weight]),
) as Weights; // Made of every dimension.
