// The figures of one profile in a comparison: how much, how often done, how good, at what cost, how fast, what failed.
import type { OwnPrices } from "../usage/cost.ts";
import type { CostSum } from "../usage/sum.ts";
import { sumOf } from "../usage/sum.ts";
import { usedByRun } from "../usage/used.ts";
import { familiesOf, isRelated } from "./family.ts";
import { type Estimate, figureError, meanInterval, rateInterval, sampleOf, scoreRange } from "./interval.ts";
import { isDone, type Observed, type ReviewedRun } from "./observed.ts";

/** A mean or a rate over so many tasks, with its interval. */
export interface Figure extends Estimate {
  tasks: number;
}

export interface ProfileFigures {
  profile: string;
  /** Without reruns; those in flight among them. */
  runs: number;
  live: number;
  reruns: number;
  /** The tasks that it brought to done, of those that are settled or wait for a person. */
  done: number;
  doneRate?: Figure;
  evaluation?: Figure;
  fidelity?: Figure;
  /** Of all its runs, done or not; without reruns, and without what judging them took. */
  cost: CostSum;
  /** The same for each task done, by how it is known; absent where none was done. */
  costPerDone?: { reported: number; computed: number };
  /** Of the runs that were done. */
  medianMs?: number;
  /** Most first. */
  failures: { class: string; runs: number }[];
  judges: JudgedBy[];
}

/** Who scored its work: how many runs, and how many of those were of the judge's own family. */
export interface JudgedBy {
  route: string;
  served: string[];
  runs: number;
  ownFamily: number;
}

export function figuresOf(
  { profile, work, runs, reruns, fidelity }: Observed,
  own: OwnPrices,
  now: Date,
): ProfileFigures {
  const used = runs.map(({ run }) => ({ run, ...usedByRun(run, own, now) }));
  const { cost, live } = sumOf(used);
  const done = [...work.done.values()].filter(Boolean).length;
  const times = used.flatMap(({ run, tookMs }) => (isDone(run) ? tookMs : []));
  const [doneRate, evaluation, told] = [rateOf(done, work.done.size), meanOf(work.scores), meanOf(fidelity)];
  const medianMs = medianOf(times);
  return {
    profile,
    runs: runs.length,
    live,
    reruns: reruns.length,
    done,
    ...(doneRate && { doneRate }),
    ...(evaluation && { evaluation }),
    ...(told && { fidelity: told }),
    cost,
    ...(done > 0 && { costPerDone: { reported: cost.reported / done, computed: cost.computed / done } }),
    ...(medianMs !== undefined && { medianMs }),
    failures: failuresOf(runs),
    judges: judgesOf([...runs, ...reruns]),
  };
}

function rateOf(hits: number, tasks: number): Figure | undefined {
  return tasks === 0 ? undefined : { value: hits / tasks, ...rateInterval(hits, tasks, figureError), tasks };
}

function meanOf(scores: ReadonlyMap<string, number>): Figure | undefined {
  if (scores.size === 0) return undefined;
  const sample = sampleOf([...scores.values()]);
  return { value: sample.mean, ...meanInterval(sample, scoreRange, figureError), tasks: scores.size };
}

function medianOf(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}

/** By the class of the failure; what a person cancelled is called so. */
function failuresOf(runs: readonly ReviewedRun[]): ProfileFigures["failures"] {
  const counts = new Map<string, number>();
  for (const { run } of runs) {
    if (run.result === undefined || isDone(run)) continue;
    const { outcome, failure } = run.result;
    const name = outcome === "cancelled" ? outcome : (failure?.class ?? "agent");
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const failures = [...counts].map(([name, count]) => ({ class: name, runs: count }));
  return failures.sort((a, b) => b.runs - a.runs || (a.class < b.class ? -1 : 1));
}

function judgesOf(runs: readonly ReviewedRun[]): JudgedBy[] {
  const judges = new Map<string, JudgedBy>();
  for (const { run, evaluation } of runs) {
    if (evaluation === undefined) continue;
    const { route, servedModels } = evaluation.by;
    const judge = judges.get(route) ?? { route, served: [], runs: 0, ownFamily: 0 };
    judge.served = [...new Set([...judge.served, ...servedModels])];
    judge.runs += 1;
    if (isRelated(familiesOf(evaluation.by), familiesOf(run))) judge.ownFamily += 1;
    judges.set(route, judge);
  }
  return [...judges.values()].sort((a, b) => b.runs - a.runs);
}
