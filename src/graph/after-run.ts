// What the end of a run makes of its task, by the role that the run had.
import { afterReview } from "./after-review.ts";
import { afterWorker } from "./after-worker.ts";
import { type Assignment, assignmentOf, assignTask } from "./assignment.ts";
import type { Graph } from "./database.ts";
import type { AfterRun } from "./found.ts";
import { holdOf, releaseTask } from "./hold.ts";
import { addLog } from "./log.ts";
import type { RunResult } from "./result.ts";
import type { RunRow } from "./tables.ts";

/** Moves the task of a run on that has just been recorded as ended. */
export function settleTask(graph: Graph, run: RunRow, result: RunResult, now: Date, more: AfterRun): void {
  switch (run.role) {
    case "worker":
      afterWorker(graph, run, result, now, more);
      break;
    case "evaluator":
    case "flip":
      afterReview(graph, { ...run, role: run.role }, result, now, more);
      break;
    case "assigner":
      afterAssigner(graph, run, result, now, more);
      break;
    case "dispatcher":
    case "chat":
      break;
  }
}

/** Work is never kept waiting by who could not choose: then nobody in particular does it. */
function afterAssigner(graph: Graph, run: RunRow, result: RunResult, now: Date, { found }: AfterRun): void {
  const why = result.failure?.message ?? `its run was ${result.outcome}`;
  const assignment: Omit<Assignment, "at" | "task"> =
    found?.kind === "assignment"
      ? found.assignment
      : { by: "default", reason: `the assigner chose nobody: ${why}` };
  const { task, id } = run;
  const isTaken = assignmentOf(graph, task)?.by === "person";
  if (!isTaken) assignTask(graph, { ...assignment, task, run: id }, now);
  if (holdOf(graph, task)?.kind === "assign") releaseTask(graph, task);
  if (isTaken) return;
  const whom = assignment.name === undefined ? "nobody in particular" : assignment.name;
  const message = `assigned to ${whom}: ${assignment.reason}`.slice(0, 16_000);
  addLog(graph, task, { by: "wg", message, run: id }, now);
}
