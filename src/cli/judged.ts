// What was said of a task's work, put together for those that show it: run by run, who said it, and what counts.
import type { Weights } from "../base/dimension.ts";
import type { Graph } from "../graph/database.ts";
import { type Evaluation, evaluationsOf } from "../graph/evaluation.ts";
import { findRun, type Run } from "../graph/run.ts";
import { type ScoredWork, scoredWork } from "../score/work.ts";

/** What a run was to run on, and what answered it. */
export type Ran = Pick<Run, "profile" | "revision" | "route" | "servedModels" | "resolvedModel">;

/** An evaluation, with what it was made on; `by` is absent where that run is not there any more. */
export interface Opinion extends Evaluation {
  by?: Ran;
}

/** `counts`: it is the latest word of its role, and no judge's of a comparison. */
export interface Word extends Opinion {
  counts: boolean;
}

/** `words` are all of them, the oldest first; score and total are of those that count. */
export interface JudgedRun extends Omit<ScoredWork, "counting"> {
  words: Word[];
}

/** Every run of the task that was judged, in the order they were first judged in. */
export function judgedRuns(graph: Graph, task: string, weights: Weights): JudgedRun[] {
  const evaluations = evaluationsOf(graph, task);
  return scoredWork(evaluations, weights).map(({ counting, ...work }) => {
    const own = evaluations.filter(({ run }) => run === work.run);
    const words = own.map((each) => ({ ...opinionOf(graph, each), counts: counting.includes(each) }));
    return { ...work, words };
  });
}

/** The evaluation with what it was made on. */
export function opinionOf(graph: Graph, evaluation: Evaluation): Opinion {
  const run = findRun(graph, evaluation.byRun);
  return run === undefined ? evaluation : { ...evaluation, by: ranOf(run) };
}

/** What is told of a run beside what was said of its work, or by it. */
export function ranOf({ profile, revision, route, servedModels, resolvedModel }: Run): Ran {
  return {
    profile,
    revision,
    route,
    servedModels,
    ...(resolvedModel !== undefined && { resolvedModel }),
  };
}
