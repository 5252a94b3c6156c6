// Holds: why an open task does not start although all that it needs is done, and until when.
import { change, type Graph } from "./database.ts";
import { execute, query, rowOf, rowsOf } from "./query.ts";
import type { HoldKind } from "./tables.ts";

/** Times are ISO 8601 UTC. Without `until` it is a person who lets go. */
export interface Hold {
  kind: HoldKind;
  reason: string;
  since: string;
  until?: string;
}

/** Holds a task back; a hold it had already is replaced. It counts as one of the task's blockers. */
export function holdTask(graph: Graph, task: string, hold: Omit<Hold, "since">, now: Date): void {
  const { kind, reason, until } = hold;
  change(graph, () => {
    releaseTask(graph, task);
    const row = { task, kind, reason: reason.slice(0, 1000), since: now.toISOString(), until: until ?? null };
    execute(graph, query.insertInto("hold").values(row));
  });
}

/** Lets go of a task; the hold it had, or undefined. */
export function releaseTask(graph: Graph, task: string): Hold | undefined {
  return change(graph, () => {
    const hold = holdOf(graph, task);
    if (hold !== undefined) execute(graph, query.deleteFrom("hold").where("task", "=", task));
    return hold;
  });
}

/** A clock that was set back by more than this says nothing any more of how long a hold lasts. */
const setBackMs = 60_000;

/**
 * Lets go of every task whose hold is over by now; answers their ids. One that has an end and began in the future was made
 * before the clock was set back: nobody knows how long it would last, so it is over.
 */
export function releaseDue(graph: Graph, now: Date): string[] {
  const future = new Date(now.getTime() + setBackMs).toISOString();
  const due = query
    .selectFrom("hold")
    .select("task")
    .where("until", "is not", null)
    .where((build) => build.or([build("until", "<=", now.toISOString()), build("since", ">", future)]));
  const tasks = rowsOf(graph, due.orderBy("task")).map(({ task }) => task);
  if (tasks.length > 0) change(graph, () => tasks.map((task) => releaseTask(graph, task)));
  return tasks;
}

/** What holds a task, or undefined. */
export function holdOf(graph: Graph, task: string): Hold | undefined {
  const row = rowOf(graph, query.selectFrom("hold").selectAll().where("task", "=", task));
  if (row === undefined) return undefined;
  const { kind, reason, since, until } = row;
  return { kind, reason, since, ...(until !== null && { until }) };
}

/** Every held task with its hold, the longest held first. */
export function listHolds(graph: Graph): (Hold & { task: string })[] {
  const rows = rowsOf(graph, query.selectFrom("hold").selectAll().orderBy("since").orderBy("task"));
  return rows.map(({ task, kind, reason, since, until }) => ({
    task,
    kind,
    reason,
    since,
    ...(until !== null && { until }),
  }));
}
