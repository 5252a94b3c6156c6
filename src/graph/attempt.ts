// Attempts: of the runs of a task those that are its own work. Who judges, assigns or repeats it makes none.
import type { Graph } from "./database.ts";
import { listRuns, type Run } from "./run.ts";

/** True for a worker's run on the task itself; a rerun is about another run. */
export function isAttempt({ role, subject }: Pick<Run, "role" | "subject">): boolean {
  return role === "worker" && subject === undefined;
}

/** The latest attempt at a task; `live`: the latest of those that have not ended, or that have. */
export function latestAttempt(graph: Graph, task: string, filter: { live?: boolean } = {}): Run | undefined {
  return listRuns(graph, { task, attempts: true, ...filter, limit: 1 })[0];
}
