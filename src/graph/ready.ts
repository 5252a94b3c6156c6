// The ready queue: open tasks that wait for nothing, in the order they should start.
import type { Graph } from "./database.ts";
import { query, rowOf, rowsOf } from "./query.ts";
import { type Task, tasksOf } from "./task.ts";

/** The first `limit` ready tasks: higher priority first, then the older, then by id. Read off one index, without a sort. */
export function readyTasks(graph: Graph, limit: number): Task[] {
  return tasksOf(graph, rowsOf(graph, readyQuery(limit)));
}

/** How many tasks are ready. */
export function countReady(graph: Graph): number {
  const count = query.selectFrom("task").select((build) => build.fn.countAll<number>().as("ready"));
  return rowOf(graph, count.where("status", "=", "open").where("blockers", "=", 0))?.ready ?? 0;
}

/** The query behind `readyTasks`, so that a test can ask how it would be run. */
export function readyQuery(limit: number) {
  return query
    .selectFrom("task")
    .selectAll()
    .where("status", "=", "open")
    .where("blockers", "=", 0)
    .orderBy("priority", "desc")
    .orderBy("created_at")
    .orderBy("id")
    .limit(limit);
}
