// What the end of an evaluator's or flip's run makes of the task: it passes, is sent back, or is looked at once more.

import type { Graph } from "./database.ts";
import { addEvaluation, evaluationsOf } from "./evaluation.ts";
import type { AfterRun } from "./found.ts";
import { applyVerdict, type Verdict } from "./gate.ts";
import { addLog } from "./log.ts";
import { patienceFor } from "./patience.ts";
import type { Plan } from "./plan.ts";
import { query, rowOf } from "./query.ts";
import type { RunResult } from "./result.ts";
import { dropReview, postponeReview, type Review, reviewsOf } from "./review.ts";
import type { ReviewRole, RunRow } from "./tables.ts";

/** So often a review may fail before there is no score. */
const maxTries = 3;
/** A run that was lost is made good for after this. */
const lostWaitMs = 5000;
/**
 * What a run was turned away from rests by itself, and is asked no sooner; meanwhile there may be a profile that is free: a
 * fallback at once, another that is switched to.
 */
const elsewhereMs = 30_000;

/** Ends a review. What was found is recorded already; what was not is tried again, or recorded as no score. */
export function afterReview(
  graph: Graph,
  run: RunRow & { role: ReviewRole },
  result: RunResult,
  now: Date,
  { found, unmerged, failsOver }: AfterRun,
): void {
  const { id, task, role, subject } = run;
  if (subject === null) return;
  const isJudge = planOf(graph, id)?.judging?.isJudge;
  // The judge of a comparison is beside what was asked for, which stays asked for.
  const asked = isJudge ? [] : reviewsOf(graph, task).filter((review) => review.run === subject);
  const review = asked.find((each) => each.role === role);
  const gate = planOf(graph, subject)?.review?.gate;
  if (found?.kind === "evaluation") {
    if (isJudge) return;
    dropReview(graph, subject, role);
    const isLast = asked.every((each) => each.role === role);
    const verdict = found.verdict ?? (isLast ? unscored(graph, task, subject) : undefined);
    if (gate === undefined || verdict === undefined) return;
    applyVerdict(graph, { task, run: subject, gate, unmerged }, verdict, now);
    return;
  }
  const why = result.failure?.message ?? `its run was ${result.outcome}`;
  const again = review && nextTry(run, review, result, now, failsOver ?? false);
  if (review !== undefined && again !== undefined) {
    postponeReview(graph, review, again.at, { counts: again.counts });
    addLog(
      graph,
      task,
      { by: "wg", message: `${role} is tried again: ${why}`.slice(0, 16_000), run: id },
      now,
    );
    return;
  }
  // Somebody wanted to look once more, and nobody has: what was said before still counts.
  if (review === undefined && (run.cancel === "requeue" || result.failure?.class !== "agent")) {
    addLog(
      graph,
      task,
      { by: "wg", message: `${role} has not looked: ${why}`.slice(0, 16_000), run: id },
      now,
    );
    return;
  }
  const nothing = { scores: {}, notes: "", problem: why };
  addEvaluation(graph, { task, run: subject, byRun: id, role, ...(isJudge && { isJudge }), ...nothing }, now);
  addLog(graph, task, { by: "wg", message: `${role} gave no score: ${why}`.slice(0, 16_000), run: id }, now);
  if (isJudge) return;
  dropReview(graph, subject, role);
  if (gate === undefined || asked.some((each) => each.role !== role)) return;
  applyVerdict(graph, { task, run: subject, gate }, { kind: "no-score", why: `${role}: ${why}` }, now);
}

/** The other one has ended without a score after this one was asked what the gate says: nobody else decides then. */
function unscored(graph: Graph, task: string, run: string): Verdict | undefined {
  const said = evaluationsOf(graph, task).filter((each) => each.run === run && !each.isJudge);
  const silent = ["evaluator", "flip"]
    .map((role) => said.findLast((each) => each.role === role))
    .find((each) => each !== undefined && each.total === undefined);
  return silent && { kind: "no-score", why: `${silent.role}: ${silent.problem ?? "no score"}` };
}

/** When to look once more; undefined when that is no use. */
function nextTry(
  run: RunRow,
  { tries }: Review,
  result: RunResult,
  now: Date,
  failsOver: boolean,
): { at: Date; counts: boolean } | undefined {
  const { outcome, failure } = result;
  if (run.cancel === "requeue") return { at: now, counts: false };
  if (run.cancel === "fail" || outcome === "timed-out" || outcome === "cancelled") return undefined;
  if (outcome === "lost") {
    return tries + 1 < maxTries ? { at: new Date(now.getTime() + lostWaitMs), counts: true } : undefined;
  }
  const patience = failure && patienceFor(failure, tries + 1, now, { afterAuth: failsOver });
  if (patience === undefined || (!patience.free && tries + 1 >= maxTries)) return undefined;
  const isTurnedAway = ["quota", "auth", "unreachable"].includes(failure?.class ?? "");
  const longestMs = failsOver ? 0 : elsewhereMs;
  const waitMs = isTurnedAway ? Math.min(patience.waitMs, longestMs) : patience.waitMs;
  return { at: new Date(now.getTime() + waitMs), counts: !patience.free };
}

function planOf(graph: Graph, run: string): Plan | undefined {
  const row = rowOf(graph, query.selectFrom("run").select("plan").where("id", "=", run));
  return row && (JSON.parse(row.plan) as Plan);
}
