// Where a task stands, in a word and in a sentence, and how many stand where.
import type { Graph } from "./database.ts";
import { type Hold, holdOf, listHolds } from "./hold.ts";
import { query, rowsOf } from "./query.ts";
import { type HoldKind, type TaskStatus, taskStatuses } from "./tables.ts";
import { fewOf, outlines, type Task } from "./task.ts";

/**
 * A status, where an open task that waits for another is `blocked`, one whose work waits to be merged `needs-merge`, one
 * whose work is being scored `in-review`, and one of which a person has to say what becomes of it `needs-you`.
 */
export type State = TaskStatus | "blocked" | HeldState;
type HeldState = "needs-merge" | "in-review" | "needs-you";

const heldStates: Partial<Record<HoldKind, HeldState>> = {
  merge: "needs-merge",
  review: "in-review",
  gate: "needs-you",
};

/** The states of tasks that are still to be done, and all states, in the order listings show them. */
export const openStates: readonly State[] = ["open", "blocked", "needs-merge", "in-review", "needs-you"];
export const allStates: readonly State[] = [...openStates, ...taskStatuses.slice(1)];

/** The status, or what an open task that cannot start waits for. */
export function stateOf(task: Pick<Task, "status" | "blockers" | "hold">): State {
  if (task.status !== "open") return task.status;
  const held = task.hold && heldStates[task.hold.kind];
  return held ?? (task.blockers > 0 ? "blocked" : task.status);
}

/** `ready`, or `waits for a, b (failed)`; the plain status of a task that is not open. */
export function standing(graph: Graph, task: Task): string {
  if (task.status !== "open") return task.status;
  if (task.blockers === 0) return "ready";
  const waits = [needsText(graph, task), ...(task.hold === undefined ? [] : [holdText(task.hold)])];
  return waits.filter((text) => text !== "").join("; ");
}

/** `held until 2026-11-23T13:05:01Z (quota: ...)`. */
export function holdText({ kind, reason, until }: Hold): string {
  const when = until === undefined ? holdWords[kind] : `held until ${until.replace(/\.\d+Z$/, "Z")}`;
  return `${when} (${reason})`;
}

/** What a hold that only a person ends waits for. */
const holdWords: Record<Hold["kind"], string> = {
  retry: "held",
  budget: "waits for wg approve",
  merge: "done, needs-merge",
  assign: "being assigned",
  review: "done, being reviewed",
  gate: "needs you",
};

function needsText(graph: Graph, task: Task): string {
  const waitsFor = outlines(graph, task.needs)
    .filter((need) => need.status !== "done" && need.status !== "abandoned")
    .map(({ id, status }) => {
      if (status === "failed") return `${id} (failed)`;
      const hold = holdOf(graph, id);
      const state = hold && heldStates[hold.kind];
      return state === undefined ? id : `${id} (${state})`;
    });
  return waitsFor.length === 0 ? "" : `waits for ${fewOf(waitsFor)}`;
}

/** How many tasks are in each state, those that no task is in left out. */
export function countStates(graph: Graph): { state: State; count: number }[] {
  const waits = query
    .selectFrom("task")
    .select((build) => [
      "status",
      build("blockers", ">", 0).as("waits"),
      build.fn.countAll<number>().as("count"),
    ])
    .groupBy(["status", "waits"]);
  const counts = new Map<State, number>();
  for (const { status, waits: isWaiting, count } of rowsOf(graph, waits)) {
    const state = stateOf({ status, blockers: isWaiting ? 1 : 0 });
    counts.set(state, (counts.get(state) ?? 0) + count);
  }
  for (const { kind } of listHolds(graph)) {
    const state = heldStates[kind];
    if (state === undefined) continue;
    counts.set(state, (counts.get(state) ?? 0) + 1);
    counts.set("blocked", (counts.get("blocked") ?? 0) - 1);
  }
  if ((counts.get("blocked") ?? 0) <= 0) counts.delete("blocked");
  return allStates.flatMap((state) => {
    const count = counts.get(state);
    return count === undefined ? [] : [{ state, count }];
  });
}
