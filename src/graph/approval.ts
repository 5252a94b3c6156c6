// Approvals: what a person lets a task spend beyond its budget.
import { WgError } from "../base/error.ts";
import { change, type Graph } from "./database.ts";
import { holdOf, releaseTask } from "./hold.ts";
import { addLog } from "./log.ts";
import { execute, query, rowOf } from "./query.ts";
import { requireTask, type Task } from "./task.ts";

/** So many US dollars may be spent on the task by runs that are claimed from `at` on (ISO 8601 UTC). */
export interface Approval {
  at: string;
  usd: number;
}

/**
 * Allows a task to spend `usd` from now on, whatever its budget is, and lets go of it where it is held for that. An
 * earlier word counts no more. Refuses (`bad-move`) for a task that is not open, or that something else holds.
 */
export function approveTask(graph: Graph, id: string, usd: number, now: Date): Task {
  return change(graph, () => {
    const { status } = requireTask(graph, id);
    const hold = holdOf(graph, id);
    if (status !== "open") throw notOpen(id, status);
    if (hold !== undefined && hold.kind !== "budget") {
      throw new WgError("bad-move", `"${id}" is not held by a budget: ${hold.reason}`, {
        hint: hold.kind === "retry" ? `wg retry ${id} lets go of it` : `wg show ${id} says more`,
      });
    }
    execute(graph, query.deleteFrom("approval").where("task", "=", id));
    execute(graph, query.insertInto("approval").values({ task: id, at: now.toISOString(), usd }));
    releaseTask(graph, id);
    addLog(graph, id, { by: "wg", message: `approved: it may cost $${usd} from now on` }, now);
    return requireTask(graph, id);
  });
}

/** The latest word on a task, or undefined. */
export function approvalOf(graph: Graph, task: string): Approval | undefined {
  return rowOf(graph, query.selectFrom("approval").select(["at", "usd"]).where("task", "=", task));
}

function notOpen(id: string, status: Task["status"]): WgError {
  const message = `"${id}" is ${status === "in-progress" ? "being worked on" : status}`;
  const hint =
    status === "in-progress"
      ? "a run keeps the budget it began with; approve the task when it is held"
      : `open it again first: wg retry ${id}`;
  return new WgError("bad-move", message, { hint });
}
