// The log of a task: what was said and done about it, by whom, in order.
import { change, type Graph } from "./database.ts";
import { execute, query, rowsOf } from "./query.ts";
import { requireTask } from "./task.ts";
import { checkedMessage } from "./task-text.ts";

/** `by`: `user`, `agent` or `wg`; `at` is ISO 8601 UTC. */
export interface LogEntry {
  at: string;
  by: string;
  run?: string;
  message: string;
}

/** Appends to the log. Refuses an unknown task and a message out of bounds. */
export function addLog(
  graph: Graph,
  task: string,
  entry: { by: string; message: string; run?: string },
  now: Date,
): LogEntry {
  const row = { at: now.toISOString(), by: entry.by, message: checkedMessage(entry.message) };
  return change(graph, () => {
    requireTask(graph, task);
    execute(graph, query.insertInto("log").values({ task, ...row, run: entry.run ?? null }));
    return { ...row, ...(entry.run !== undefined && { run: entry.run }) };
  });
}

/** The log, oldest first. */
export function taskLog(graph: Graph, task: string): LogEntry[] {
  const rows = rowsOf(graph, query.selectFrom("log").selectAll().where("task", "=", task).orderBy("number"));
  return rows.map(({ at, by, run, message }) => ({ at, by, ...(run !== null && { run }), message }));
}
