// Evaluations: what was said of the work of a run, by whom, and where nothing could be said, why.
import type { Selectable } from "kysely";
import type { Scores } from "../base/dimension.ts";
import type { Graph } from "./database.ts";
import { execute, query, rowsOf } from "./query.ts";
import type { EvaluationTable, ReviewRole } from "./tables.ts";

/** Scores and `total` from 0 to 1, 1 is best. Without a `total` there is a `problem`: no score is never a pass. */
export interface Evaluation {
  task: string;
  /** The run whose work it is about. */
  run: string;
  /** The run that said it. */
  byRun: string;
  role: ReviewRole;
  /** Said by the common judge of a comparison: it counts for nothing else. */
  isJudge?: true;
  /** ISO 8601 UTC. */
  at: string;
  total?: number;
  scores: Scores;
  /** For people and for the next attempt. */
  notes: string;
  problem?: string;
}

/** Longest notes that are kept, in characters. */
const maxNotes = 16_000;

/** Records an evaluation; the latest of a role counts. One that the same run has said before is replaced. */
export function addEvaluation(graph: Graph, evaluation: Omit<Evaluation, "at">, now: Date): void {
  const { task, run, byRun, role, isJudge, total, scores, notes, problem } = evaluation;
  execute(graph, query.deleteFrom("evaluation").where("by_run", "=", byRun));
  execute(
    graph,
    query.insertInto("evaluation").values({
      task,
      run,
      by_run: byRun,
      role,
      judge: isJudge ? 1 : 0,
      at: now.toISOString(),
      total: total ?? null,
      scores: JSON.stringify(scores),
      notes: notes.slice(0, maxNotes),
      problem: total === undefined ? (problem ?? "no score").slice(0, maxNotes) : null,
    }),
  );
}

/** What was said of a task's work, oldest first; judges of comparisons included. */
export function evaluationsOf(graph: Graph, task: string): Evaluation[] {
  const select = query.selectFrom("evaluation").selectAll().where("task", "=", task);
  return rowsOf(graph, select.orderBy("number")).map(evaluationOf);
}

/** All that are set must hold. `since` is ISO 8601 UTC; what has no total is below nothing. */
export interface EvaluationFilter {
  task?: string;
  role?: ReviewRole;
  since?: string;
  below?: number;
  limit?: number;
}

/** Evaluations, the latest first. */
export function listEvaluations(graph: Graph, filter: EvaluationFilter = {}): Evaluation[] {
  let select = query.selectFrom("evaluation").selectAll().orderBy("number", "desc");
  if (filter.task !== undefined) select = select.where("task", "=", filter.task);
  if (filter.role !== undefined) select = select.where("role", "=", filter.role);
  if (filter.below !== undefined) select = select.where("total", "<", filter.below);
  if (filter.since !== undefined) select = select.where("at", ">=", filter.since);
  if (filter.limit !== undefined) select = select.limit(filter.limit);
  return rowsOf(graph, select).map(evaluationOf);
}

function evaluationOf(row: Selectable<EvaluationTable>): Evaluation {
  return {
    task: row.task,
    run: row.run,
    byRun: row.by_run,
    role: row.role,
    ...(row.judge === 1 && { isJudge: true }),
    at: row.at,
    ...(row.total !== null && { total: row.total }),
    scores: JSON.parse(row.scores) as Scores,
    notes: row.notes,
    ...(row.problem !== null && { problem: row.problem }),
  };
}
