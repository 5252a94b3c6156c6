// What was said of the work of a run, put together: which words count, the scores, their total. Pure.
import type { Scores, Weights } from "../base/dimension.ts";
import type { Evaluation } from "../graph/evaluation.ts";
import type { ReviewRole } from "../graph/tables.ts";
import { totalOf } from "./total.ts";

/** `counting` is the latest word of each role, the evaluator's first; judges of comparisons never count. */
export interface ScoredWork {
  /** The run whose work it is. */
  run: string;
  counting: Evaluation[];
  scores: Scores;
  /** Absent where nothing was scored, and where one of those that count could not tell. */
  total?: number;
}

/** One for each run that was judged, in the order they were first judged in; `evaluations` the oldest first. */
export function scoredWork(evaluations: readonly Evaluation[], weights: Weights): ScoredWork[] {
  const byRun = new Map<string, Map<ReviewRole, Evaluation>>();
  for (const evaluation of evaluations) {
    const words = byRun.get(evaluation.run) ?? new Map<ReviewRole, Evaluation>();
    byRun.set(evaluation.run, words);
    if (!evaluation.isJudge) words.set(evaluation.role, evaluation);
  }
  return [...byRun].map(([run, words]) => ({ run, ...together(words, weights) }));
}

function together(words: ReadonlyMap<ReviewRole, Evaluation>, weights: Weights): Omit<ScoredWork, "run"> {
  const counting = [words.get("evaluator"), words.get("flip")].filter((word) => word !== undefined);
  const scores: Scores = Object.assign({}, ...counting.map((word) => word.scores));
  const isWhole = counting.every((word) => word.total !== undefined);
  const total = isWhole ? totalOf(scores, weights) : undefined;
  return { counting, scores, ...(total !== undefined && { total }) };
}
