// What a comparison asks of the graph besides runs: who judged which run and how, and which tasks are not settled yet.
import type { Graph } from "./database.ts";
import { query, rowsOf } from "./query.ts";
import { servedModelsOf } from "./result-row.ts";
import type { ReviewRole } from "./tables.ts";

/** A score of a run, and who gave it. */
export interface Judgement {
  run: string;
  role: ReviewRole;
  /** Said for a comparison by its common judge. */
  isJudge: boolean;
  total: number;
  by: Judge;
}

/** What a run that judged was asked of, and what answered. */
export interface Judge {
  profile: string;
  route: string;
  servedModels: string[];
  resolvedModel?: string;
}

/** Every score there is, the oldest first. */
export function judgements(graph: Graph): Judgement[] {
  const select = query
    .selectFrom("evaluation as said")
    .innerJoin("run as by", "by.id", "said.by_run")
    .select(["said.run", "said.role", "said.judge", "said.total"])
    .select(["by.profile", "by.route", "by.served_models", "by.resolved_model"])
    .orderBy("said.number");
  return rowsOf(graph, select).flatMap((row) => {
    if (row.total === null) return [];
    const by = {
      profile: row.profile,
      route: row.route,
      servedModels: servedModelsOf(row),
      ...(row.resolved_model !== null && { resolvedModel: row.resolved_model }),
    };
    return [{ run: row.run, role: row.role, isJudge: row.judge === 1, total: row.total, by }];
  });
}

/** The tasks that are worked on, or will be without anybody's help: what has become of them is not known yet. */
export function unsettledTasks(graph: Graph): Set<string> {
  const select = query
    .selectFrom("task")
    .leftJoin("hold", "hold.task", "task.id")
    .select("task.id")
    .where("status", "in", ["open", "in-progress"])
    .where((build) =>
      build.or([build("hold.kind", "is", null), build("hold.kind", "not in", ["budget", "merge", "gate"])]),
    );
  return new Set(rowsOf(graph, select).map(({ id }) => id));
}

/** The tasks with a tag. */
export function taggedTasks(graph: Graph, tag: string): Set<string> {
  return new Set(
    rowsOf(graph, query.selectFrom("tag").select("task").where("tag", "=", tag)).map(({ task }) => task),
  );
}
