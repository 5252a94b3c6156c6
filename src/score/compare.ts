// Which of several profiles does the best work, told only where it was hardly luck. Pure.
import { type Difference, differenceBy, type Measure, type Work } from "./difference.ts";

/** `each in one`: one is scored better, the other one brings more to done. */
export const verdicts = ["better", "no difference shown", "too thin to tell", "each in one"] as const;

export interface Told {
  verdict: (typeof verdicts)[number];
  /** The one that is better than the other, or than every other. */
  better?: string;
}

/** Two profiles by every measure, and what these say together. */
export interface Pair extends Told {
  a: string;
  b: string;
  differences: Difference[];
}

export interface Comparison extends Told {
  pairs: Pair[];
}

/**
 * The error of all intervals of a comparison together. It is small because people look again while work comes in, and each
 * look is one more chance of luck.
 */
export const wholeError = 0.01;

/** Compares each profile with each. Of less than two nothing is told. */
export function comparisonOf(works: readonly Work[], measures: readonly Measure[]): Comparison {
  const twos = works.flatMap((a, index) => works.slice(index + 1).map((b) => ({ a, b })));
  // Each interval has its share of the error, so that all together keep to it, however many profiles there are.
  const error = wholeError / (twos.length * measures.length);
  const pairs = twos.map(({ a, b }) => {
    const differences = measures.map((measure) => differenceBy(measure, a, b, error));
    return { a: a.profile, b: b.profile, ...toldBy(differences), differences };
  });
  return { ...toldOf(works, pairs), pairs };
}

function toldBy(differences: readonly Difference[]): Told {
  const [better, other] = new Set(differences.flatMap((each) => each.better ?? []));
  if (other !== undefined) return { verdict: "each in one" };
  if (better !== undefined) return { verdict: "better", better };
  const isThin = differences.some(({ verdict }) => verdict === "too thin to tell");
  return { verdict: isThin ? "too thin to tell" : "no difference shown" };
}

/** The best is better than every other. Without one, what holds between those that none is better than. */
function toldOf(works: readonly Work[], pairs: readonly Pair[]): Told {
  const names = works.map(({ profile }) => profile);
  const isIn = ({ a, b }: Pair, profile: string) => a === profile || b === profile;
  const best = names.find((name) => pairs.every((pair) => !isIn(pair, name) || pair.better === name));
  if (best !== undefined && names.length > 1) return { verdict: "better", better: best };
  const open = pairs.filter(({ better }) => better === undefined);
  const beaten = (name: string) =>
    pairs.some((pair) => isIn(pair, name) && ![undefined, name].includes(pair.better));
  const foremost = open.filter(({ a, b }) => !beaten(a) && !beaten(b));
  const found = (foremost.length > 0 ? foremost : open).map(({ verdict }) => verdict);
  if (found.includes("each in one")) return { verdict: "each in one" };
  if (found.length === 0 || found.includes("too thin to tell")) return { verdict: "too thin to tell" };
  return { verdict: "no difference shown" };
}
