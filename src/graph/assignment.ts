// Who is to do a task: the identity that was chosen for it, by whom and why.
import type { Permissions } from "../base/role.ts";
import type { Graph } from "./database.ts";
import { execute, query, rowOf } from "./query.ts";
import type { AssignedBy } from "./tables.ts";

/** Without an `identity` its agent is told to be nobody in particular. `tier` and `permissions` are there where the task left them open. */
export interface Assignment {
  task: string;
  /** sha256 of what the identity said then. */
  identity?: string;
  name?: string;
  by: AssignedBy;
  reason: string;
  /** The assigner's run, where a model chose. */
  run?: string;
  /** ISO 8601 UTC. */
  at: string;
  tier?: string;
  permissions?: Permissions;
}

/** Assigns a task; what it was assigned before is replaced. */
export function assignTask(graph: Graph, assignment: Omit<Assignment, "at">, now: Date): void {
  const { task, identity, name, by, reason, run, tier, permissions } = assignment;
  unassignTask(graph, task);
  execute(
    graph,
    query.insertInto("assignment").values({
      task,
      identity: identity ?? null,
      name: name ?? null,
      by,
      reason: reason.slice(0, 2000),
      run: run ?? null,
      at: now.toISOString(),
      tier: tier ?? null,
      permissions: permissions ?? null,
    }),
  );
}

/** Assigns a task as a person says, whatever the settings would choose. */
export function assignByHand(
  graph: Graph,
  task: string,
  { hash, name }: { hash: string; name: string },
  now: Date,
): void {
  assignTask(graph, { task, identity: hash, name, by: "person", reason: "asked for with the task" }, now);
}

/** Whoever was to do the task is not any more: the next look chooses anew. */
export function unassignTask(graph: Graph, task: string): void {
  execute(graph, query.deleteFrom("assignment").where("task", "=", task));
}

/** Who is to do a task, undefined where nobody has chosen yet. */
export function assignmentOf(graph: Graph, task: string): Assignment | undefined {
  const row = rowOf(graph, query.selectFrom("assignment").selectAll().where("task", "=", task));
  if (row === undefined) return undefined;
  return {
    task,
    ...(row.identity !== null && { identity: row.identity }),
    ...(row.name !== null && { name: row.name }),
    by: row.by,
    reason: row.reason,
    ...(row.run !== null && { run: row.run }),
    at: row.at,
    ...(row.tier !== null && { tier: row.tier }),
    ...(row.permissions !== null && { permissions: row.permissions }),
  };
}
