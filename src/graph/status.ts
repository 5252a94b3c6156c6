// The status of a task: which moves are allowed, and the moves a person makes.
import { WgError } from "../base/error.ts";
import { change, type Graph } from "./database.ts";
import { releaseTask } from "./hold.ts";
import { addLog } from "./log.ts";
import { neededBy } from "./needs.ts";
import { anyOf, execute, query, rowOf, rowsOf } from "./query.ts";
import { dropReviews } from "./review.ts";
import type { TaskStatus } from "./tables.ts";
import { requireTask, type Task } from "./task.ts";
import { checkedMessage } from "./task-text.ts";

export type Verb = "done" | "fail" | "retry" | "abandon";

/** What a move did: the task after it, which tasks became ready by it, and which have to wait again. */
export interface Moved {
  task: Task;
  freed: string[];
  held: string[];
}

/** Where a verb takes a task from its status. Refuses (`bad-move`) with what to do instead. Pure. */
export function statusAfter(verb: Verb, task: Pick<Task, "id" | "status" | "blockers">): TaskStatus {
  const { id, status } = task;
  const refuse = (message: string, hint: string) => new WgError("bad-move", message, { hint });
  if (status === "in-progress") {
    const hint = `wg show ${id} names its run; end it first with: wg kill <run>`;
    throw refuse(`"${id}" is being worked on`, hint);
  }
  switch (verb) {
    case "done":
      if (status === "done") throw refuse(`"${id}" is done already`, `wg retry ${id} opens it again`);
      if (status === "abandoned")
        throw refuse(`"${id}" was abandoned`, `open it again first: wg retry ${id}`);
      if (task.blockers > 0) {
        throw refuse(
          `"${id}" still waits for ${task.blockers} of the tasks it needs`,
          `wg show ${id} lists them`,
        );
      }
      return "done";
    case "fail":
      if (status !== "open") throw refuse(`"${id}" is ${status} already`, `wg retry ${id} opens it again`);
      return "failed";
    case "retry":
      if (status === "open") throw refuse(`"${id}" is open already`, "it starts as soon as it is ready");
      return "open";
    case "abandon":
      if (status === "done")
        throw refuse(`"${id}" is done`, `wg rm ${id} removes it, wg retry ${id} opens it again`);
      if (status === "abandoned")
        throw refuse(`"${id}" was abandoned already`, `wg retry ${id} opens it again`);
      return "abandoned";
  }
}

/** Marks an open or failed task as done by hand. */
export function completeTask(graph: Graph, id: string, summary: string | undefined, now: Date): Moved {
  const text = summary === undefined ? null : checkedMessage(summary);
  const message = text === null ? "done" : `done: ${text}`;
  return move(graph, id, "done", message, now, { summary: text, reason: null });
}

/** Marks an open task as failed by hand, for a reason. */
export function failTask(graph: Graph, id: string, reason: string, now: Date): Moved {
  const text = checkedMessage(reason);
  return move(graph, id, "fail", `failed: ${text}`, now, { reason: text });
}

/**
 * Opens a failed, abandoned or done task again with a full allowance of attempts; lets go of an open one that is held. `samePlan` makes the next attempt
 * repeat the plan of the last run; refuses (`no-run`) when there was none.
 */
export function retryTask(graph: Graph, id: string, options: { samePlan: boolean }, now: Date): Moved {
  return change(graph, () => {
    const { status, attempts, hold } = requireTask(graph, id);
    if (status === "open" && hold !== undefined) return letGo(graph, id, now);
    const samePlanAs = options.samePlan ? lastRun(graph, id) : null;
    const patch = {
      same_plan_as: samePlanAs,
      forgiven: attempts,
      reopened: 0,
      reason: null,
      summary: null,
      started_at: null,
      completed_at: null,
    };
    return move(graph, id, "retry", `opened again; it was ${status}`, now, patch);
  });
}

/** Gives a task up; what needs it need not wait for it. */
export function abandonTask(graph: Graph, id: string, reason: string | undefined, now: Date): Moved {
  const text = reason === undefined ? null : checkedMessage(reason);
  const message = text === null ? "abandoned" : `abandoned: ${text}`;
  return move(graph, id, "abandon", message, now, { reason: text });
}

/** Ends the wait of a held task; a plan to repeat, and the attempts so far, stay as they were. */
function letGo(graph: Graph, id: string, now: Date): Moved {
  const hold = releaseTask(graph, id);
  dropReviews(graph, id);
  execute(graph, query.updateTable("task").set({ reopened: 0 }).where("id", "=", id));
  addLog(graph, id, { by: "wg", message: `let go; it was held: ${hold?.reason}`.slice(0, 16_000) }, now);
  return { task: requireTask(graph, id), freed: [], held: [] };
}

type Patch = Partial<
  Record<"reason" | "summary" | "same_plan_as" | "started_at" | "completed_at", string | null>
> & { forgiven?: number; reopened?: number };

function move(graph: Graph, id: string, verb: Verb, message: string, now: Date, patch: Patch): Moved {
  return change(graph, () => {
    // Whatever held it back, somebody has taken it in hand now.
    releaseTask(graph, id);
    dropReviews(graph, id);
    const before = requireTask(graph, id);
    const status = statusAfter(verb, before);
    const was = readyAmong(graph, neededBy(graph, id));
    const end = status === "open" ? {} : { completed_at: now.toISOString() };
    execute(
      graph,
      query
        .updateTable("task")
        .set({ status, ...end, ...patch })
        .where("id", "=", id),
    );
    addLog(graph, id, { by: "wg", message: message.slice(0, 16_000) }, now);
    const is = readyAmong(graph, neededBy(graph, id));
    return {
      task: requireTask(graph, id),
      freed: [...is].filter((other) => !was.has(other)),
      held: [...was].filter((other) => !is.has(other)),
    };
  });
}

function readyAmong(graph: Graph, ids: readonly string[]): Set<string> {
  if (ids.length === 0) return new Set();
  const open = query
    .selectFrom("task")
    .select("id")
    .where("id", "in", anyOf(ids))
    .where("status", "=", "open");
  return new Set(rowsOf(graph, open.where("blockers", "=", 0).orderBy("id")).map((row) => row.id));
}

function lastRun(graph: Graph, task: string): string {
  const runs = query.selectFrom("run").select("id").where("task", "=", task).where("role", "=", "worker");
  const row = rowOf(graph, runs.orderBy("number", "desc").limit(1));
  if (row === undefined) {
    throw new WgError("no-run", `"${task}" never ran, so there is no plan to repeat`, {
      hint: `leave --same-profile out: wg retry ${task}`,
    });
  }
  return row.id;
}
