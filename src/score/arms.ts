// How the two sides of a canary do in this project: runs, how they ended, and what their work was scored.
import { type Graph, snapshot } from "../graph/database.ts";
import { query, rowsOf } from "../graph/query.ts";
import type { Outcome } from "../graph/result.ts";
import type { Arm } from "../graph/tables.ts";
import { type Interval, meanInterval, sampleOf, scoreRange } from "./interval.ts";

/** One side since the canary began. `ended` are those done or failed: cancelled and lost runs say nothing of it. */
export interface ArmFigures {
  runs: number;
  live: number;
  done: number;
  /** Timed out ones too. */
  failed: number;
  ended: number;
  /** Runs on a fallback: they count for nothing else here. */
  elsewhere: number;
  /** `failed` of `ended`; absent while there is none. */
  failureRate?: number;
  /** Runs whose work was scored; `score` is their mean, from 0 to 1, with what it may be in truth. */
  scored: number;
  score?: number;
  interval?: Interval;
}

/** Whose runs are asked for: those at these revisions that were claimed since. */
export interface Sides {
  since: string;
  main: { revision: string };
  canary: { revision: string };
}

/** The interval misses the truth once in twenty times. */
const error = 0.05;

/** The figures of both sides, from one look at the graph. */
export function armFigures(graph: Graph, sides: Sides): Record<Arm, ArmFigures> {
  return snapshot(graph, () => {
    const runs = runsOf(graph, sides);
    const scores = scoresOf(graph, sides);
    const figures = (arm: Arm) =>
      figuresOf(
        runs.filter((run) => run.arm === arm),
        sides[arm].revision,
        scores,
      );
    return { main: figures("main"), canary: figures("canary") };
  });
}

interface ArmRun {
  id: string;
  arm: Arm | null;
  revision: string;
  outcome: Outcome | null;
  failover: string | null;
}

/** Pure. */
export function figuresOf(
  all: readonly ArmRun[],
  revision: string,
  scores: ReadonlyMap<string, number>,
): ArmFigures {
  const own = all.filter((run) => run.failover === null && run.revision === revision);
  const withOutcome = (...outcomes: (Outcome | null)[]) =>
    own.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const done = withOutcome("done");
  const failed = withOutcome("failed", "timed-out");
  const ended = done + failed;
  const values = own.flatMap(({ id }) => scores.get(id) ?? []);
  const sample = sampleOf(values);
  return {
    runs: own.length,
    live: withOutcome(null),
    done,
    failed,
    ended,
    elsewhere: all.filter((run) => run.failover !== null).length,
    ...(ended > 0 && { failureRate: failed / ended }),
    scored: values.length,
    ...(values.length > 0 && { score: sample.mean, interval: meanInterval(sample, scoreRange, error) }),
  };
}

function runsOf(graph: Graph, { since }: Sides): ArmRun[] {
  const select = query
    .selectFrom("run")
    .select(["id", "arm", "revision", "outcome", "failover"])
    .where("claimed_at", ">=", since)
    .where("arm", "is not", null)
    .where("role", "=", "worker")
    .where("subject", "is", null);
  return rowsOf(graph, select);
}

/** What the evaluator's latest word on each run's work was, where that was a score. */
function scoresOf(graph: Graph, { since }: Sides): Map<string, number> {
  const select = query
    .selectFrom("evaluation")
    .select(["run", "total"])
    .where("at", ">=", since)
    .where("role", "=", "evaluator")
    .where("judge", "=", 0)
    .orderBy("number");
  const latest = new Map(rowsOf(graph, select).map(({ run, total }) => [run, total]));
  return new Map([...latest].flatMap(([run, total]) => (total === null ? [] : [[run, total]])));
}
