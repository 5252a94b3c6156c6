// Two profiles by one measure: how they differ, how surely, and what it would take to tell. Pure.
import {
  differenceOf,
  type Estimate,
  gapRange,
  type Interval,
  meanInterval,
  type Range,
  rateInterval,
  type Sample,
  sampleOf,
  scoreRange,
} from "./interval.ts";

/** How finished work was scored; and how many of its tasks a profile brought to done. */
export const measures = ["evaluation", "done"] as const;
export type Measure = (typeof measures)[number];

/** What a profile did; a task counts once, however many runs it took. */
export interface Work {
  profile: string;
  /** Of each task that has settled, or waits for a person: whether the profile brought it to done. Without reruns. */
  done: ReadonlyMap<string, boolean>;
  /** Of each task whose work was scored: the mean of its scores. */
  scores: ReadonlyMap<string, number>;
  /** Those in `scores` that it was given again, after they had been finished. */
  reruns: ReadonlySet<string>;
}

export interface Difference {
  measure: Measure;
  a: string;
  b: string;
  /** How many tasks of each it rests on. */
  tasks: { a: number; b: number };
  /** The same ones where one profile was given again what the other one had finished. */
  samples: "same tasks" | "different tasks";
  /** `a` less `b`, with the interval that decides; absent where one of them has nothing. */
  estimate?: Estimate;
  /** `better`: hardly by luck. `no difference shown`: hardly one that is worth knowing. */
  verdict: "better" | "no difference shown" | "too thin to tell";
  /** The better one. */
  better?: string;
  /** Where it is too thin: about how many more tasks of each would tell. */
  more?: { a: number; b: number };
}

/** With fewer tasks on one side nothing is told. */
export const leastTasks = 10;

/** The difference that is worth knowing; while there may be a greater one, it is too thin to say that there is none. */
export const worthKnowing: Readonly<Record<Measure, number>> = { evaluation: 0.1, done: 0.15 };

/**
 * An interval around no difference has to reach this much less far than what is worth knowing, since where it lies is luck too:
 * then it shows in 95 of 100 cases that there is none.
 */
const planned = 0.6;

/** How `a` differs from `b`, with at most this probability of an interval that does not hold the truth. */
export function differenceBy(measure: Measure, a: Work, b: Work, error: number): Difference {
  const worth = worthKnowing[measure];
  const reach = planned * worth;
  const said = { measure, a: a.profile, b: b.profile };
  const { more, ...basis } =
    measure === "done"
      ? separate(doneSide(a), doneSide(b), error, reach)
      : narrower(separate(scoredSide(a), scoredSide(b), error, reach), sameTasks(a, b, error, reach));
  const { estimate, tasks } = basis;
  const isEnough = Math.min(tasks.a, tasks.b) >= leastTasks;
  if (isEnough && estimate !== undefined) {
    if (estimate.low > 0) return { ...said, ...basis, verdict: "better", better: a.profile };
    if (estimate.high < 0) return { ...said, ...basis, verdict: "better", better: b.profile };
    if (farthest(estimate) < worth) return { ...said, ...basis, verdict: "no difference shown" };
  }
  // It is too thin, so more of something is wanted, whatever was expected of what there is.
  const least = more.a + more.b === 0 ? 1 : 0;
  const wanted = { a: Math.max(least, more.a), b: Math.max(least, more.b) };
  return { ...said, ...basis, verdict: "too thin to tell", more: wanted };
}

/** One profile by one measure. */
interface Side {
  count: number;
  estimate(error: number): Estimate | undefined;
  /** How far its interval would reach, were there so many. */
  reach(count: number, error: number): number;
}

type Basis = Pick<Difference, "tasks" | "samples" | "estimate"> & { more: { a: number; b: number } };

function scoredSide({ scores }: Work): Side {
  return meanSide(sampleOf([...scores.values()]), scoreRange);
}

function doneSide({ done }: Work): Side {
  const count = done.size;
  const hits = [...done.values()].filter(Boolean).length;
  // Of few tasks the rate says little about how many it takes: as if one more had been done, and one more not.
  const expected = (hits + 1) / (count + 2);
  return {
    count,
    estimate: (error) =>
      count === 0 ? undefined : { value: hits / count, ...rateInterval(hits, count, error) },
    reach: (many, error) => widthOf(rateInterval(expected * many, many, error)) / 2,
  };
}

function meanSide(sample: Sample, range: Range): Side {
  const { count, mean, variance } = sample;
  // Likewise: as if two more had been seen that differ by as much as scores often do.
  const expected = {
    mean: count === 0 ? 0.8 : mean,
    variance: (count * variance + 2 * usualVariance) / (count + 2),
  };
  return {
    count,
    estimate: (error) => (count === 0 ? undefined : { value: mean, ...meanInterval(sample, range, error) }),
    reach: (many, error) => widthOf(meanInterval({ count: many, ...expected }, range, error)) / 2,
  };
}

const usualVariance = 0.15 ** 2;

function separate(a: Side, b: Side, error: number, reach: number): Basis {
  const [ofA, ofB] = [a.estimate(error), b.estimate(error)];
  // What one side leaves open beyond its half, the other one has to make up for; neither for more than its half.
  const half = reach * Math.SQRT1_2;
  const left = (other: Side) =>
    Math.sqrt(reach ** 2 - Math.min(other.reach(Math.max(other.count, 1), error), half) ** 2);
  return {
    tasks: { a: a.count, b: b.count },
    samples: "different tasks",
    ...(ofA && ofB && { estimate: differenceOf(ofA, ofB) }),
    more: { a: moreOf(a, error, left(b)), b: moreOf(b, error, left(a)) },
  };
}

/** The tasks that both did because one of them was given again what the other one had finished. */
function sameTasks(a: Work, b: Work, error: number, reach: number): Basis {
  const gaps = [...a.scores].flatMap(([task, score]) => {
    const other = b.scores.get(task);
    return other !== undefined && (a.reruns.has(task) || b.reruns.has(task)) ? [score - other] : [];
  });
  const side = meanSide(sampleOf(gaps), gapRange);
  const estimate = side.estimate(error);
  const more = moreOf(side, error, reach);
  return {
    tasks: { a: side.count, b: side.count },
    samples: "same tasks",
    ...(estimate && { estimate }),
    more: { a: more, b: more },
  };
}

/** Like with like, where that tells more; else all the tasks there are. */
function narrower(all: Basis, same: Basis): Basis {
  if (same.tasks.a < leastTasks || same.estimate === undefined) return all;
  if (all.estimate === undefined || Math.min(all.tasks.a, all.tasks.b) < leastTasks) return same;
  return widthOf(same.estimate) < widthOf(all.estimate) ? same : all;
}

/** About how many more it takes until the interval reaches no further than this. */
function moreOf(side: Side, error: number, reach: number): number {
  let [few, enough] = [0, leastTasks];
  while (side.reach(enough, error) > reach) [few, enough] = [enough, enough * 2];
  while (enough - few > 1 && enough > leastTasks) {
    const middle = Math.floor((few + enough) / 2);
    if (side.reach(middle, error) > reach) few = middle;
    else enough = middle;
  }
  return Math.max(0, enough - side.count);
}

function widthOf({ low, high }: Interval): number {
  return high - low;
}

/** How great the difference may be, whichever of the two is ahead. */
export function farthest({ low, high }: Interval): number {
  return Math.max(-low, high);
}
