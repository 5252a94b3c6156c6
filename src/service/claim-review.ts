// Claiming a review: an evaluator or flip begins to look at the work of a run.
import { WgError } from "../base/error.ts";
import { claimBeside } from "../graph/claim.ts";
import { change } from "../graph/database.ts";
import { addLog, taskLog } from "../graph/log.ts";
import type { Plan } from "../graph/plan.ts";
import { dropReview, postponeReview, type Review } from "../graph/review.ts";
import { findRun } from "../graph/run.ts";
import { settingsOfArm } from "./canary.ts";
import { noteFailover, startBy } from "./claim-task.ts";
import type { Context } from "./context.ts";
import { type Planned, planReview } from "./plan-review.ts";

/** What cannot be begun now is looked at again after this: other settings, another day, a server that is back. */
const againMs = 30_000;

/**
 * Looks at the settings, plans and claims in one piece. Undefined when somebody else has it, or it cannot be begun now: it
 * is then put off, and its task's log says why.
 */
export function claimReview(context: Context, review: Review): Plan | undefined {
  const { graph, applied, name } = context;
  const now = context.now();
  applied.refresh(now);
  return change(graph, () => {
    const subject = findRun(graph, review.run);
    if (subject === undefined) {
      dropReview(graph, review.run, review.role);
      return undefined;
    }
    let planned: Planned;
    try {
      // On the side of the work: a profile is tried with all its roles.
      planned = planReview(context, { subject, role: review.role }, settingsOfArm(context, subject.arm));
    } catch (error) {
      if (!(error instanceof WgError)) throw error;
      putOff(context, review, error, now);
      return undefined;
    }
    const { plan } = planned;
    if (!claimBeside(graph, plan, { service: name, until: startBy(now) }, now)) {
      planned.giveUp();
      return undefined;
    }
    if (plan.failover !== undefined) noteFailover(context, plan, plan.failover, now);
    return plan;
  });
}

function putOff({ graph, tell }: Context, review: Review, { message }: WgError, now: Date): void {
  postponeReview(graph, review, new Date(now.getTime() + againMs), { counts: false });
  const text = `${review.role} waits: ${message}`;
  tell(text);
  if (taskLog(graph, review.task).at(-1)?.message === text) return;
  addLog(graph, review.task, { by: "wg", message: text }, now);
}
