// What the end of a worker's run makes of its task: the decision of `settle`, written down.

import type { Graph } from "./database.ts";
import type { AfterRun } from "./found.ts";
import { holdTask } from "./hold.ts";
import { addLog } from "./log.ts";
import type { Plan, PlannedReview } from "./plan.ts";
import { execute, query, rowOf, rowsOf } from "./query.ts";
import type { RunResult } from "./result.ts";
import { addReviews } from "./review.ts";
import { settle } from "./settle.ts";
import type { RunRow } from "./tables.ts";

/** Moves the task on and asks for the reviews that the plan names. A rerun leaves its task alone. */
export function afterWorker(graph: Graph, run: RunRow, result: RunResult, now: Date, more: AfterRun): void {
  const review = result.outcome === "done" ? reviewOf(graph, run.id) : undefined;
  if (run.subject !== null) {
    addReviews(graph, run.task, run.id, review?.roles ?? []);
    return;
  }
  const select = query.selectFrom("task").select(["status", "attempts", "forgiven"]);
  const task = rowOf(graph, select.where("id", "=", run.task));
  if (task?.status !== "in-progress") return;
  const settled = settle({
    result,
    ...(run.reported !== null && {
      reported: { status: run.reported, message: run.reported_message ?? "" },
    }),
    ...(run.cancel !== null && { cancel: run.cancel }),
    counted: task.attempts - task.forgiven,
    maxAttempts: more.maxAttempts,
    failsOver: more.failsOver ?? false,
    ...(more.unmerged !== undefined && { unmerged: more.unmerged }),
    gated: review?.gate !== undefined,
    inRow: inRow(graph, run.task, result),
    now,
  });
  const patch = {
    status: settled.status,
    reason: settled.reason ?? null,
    summary: settled.summary ?? null,
    forgiven: task.forgiven + (settled.forgiven ? 1 : 0),
    completed_at: settled.status === "open" ? null : now.toISOString(),
  };
  execute(graph, query.updateTable("task").set(patch).where("id", "=", run.task));
  if (settled.status !== "failed") addReviews(graph, run.task, run.id, review?.roles ?? []);
  const { notBefore, overBudget, unmerged, inReview } = settled;
  if (overBudget !== undefined) holdTask(graph, run.task, { kind: "budget", ...overBudget }, now);
  if (unmerged !== undefined) holdTask(graph, run.task, { kind: "merge", reason: unmerged }, now);
  const waits = inReview && review && waitText(review);
  if (waits) holdTask(graph, run.task, { kind: "review", reason: waits }, now);
  if (notBefore !== undefined) {
    const reason = `${result.failure?.class}: ${result.failure?.message}`;
    holdTask(graph, run.task, { kind: "retry", reason, until: notBefore.toISOString() }, now);
  }
  const why = settled.reason ?? result.failure?.message ?? (unmerged && `not merged: ${unmerged}`) ?? waits;
  const message = [result.outcome, why].filter(Boolean).join(": ");
  addLog(graph, run.task, { by: "wg", message: message.slice(0, 16_000), run: run.id }, now);
}

function waitText({ roles, gate }: PlannedReview): string {
  return `${roles.join(" and ")} have to score it ${gate?.least} or more`.replace(/^(\w+) have/, "$1 has");
}

function reviewOf(graph: Graph, run: string): PlannedReview | undefined {
  const row = rowOf(graph, query.selectFrom("run").select("plan").where("id", "=", run));
  return row && (JSON.parse(row.plan) as Plan).review;
}

/** How many of the task's latest attempts have ended with the same class of failure; this run is recorded already. */
function inRow(graph: Graph, task: string, { failure }: RunResult): number {
  const select = query
    .selectFrom("run")
    .select("failure_class")
    .where("task", "=", task)
    .where("role", "=", "worker")
    .where("subject", "is", null)
    .where("status", "=", "ended");
  const classes = rowsOf(graph, select.orderBy("number", "desc").limit(10)).map((row) => row.failure_class);
  const other = classes.findIndex((found) => found !== (failure?.class ?? null));
  return Math.max(1, other < 0 ? classes.length : other);
}
