// Claiming a review: an evaluator or flip begins to look at the work of a run.
import { WgError } from "../base/error.ts";
import { claimBeside } from "../graph/claim.ts";
import { change } from "../graph/database.ts";
import { addLog, taskLog } from "../graph/log.ts";
import type { Plan } from "../graph/plan.ts";
import { dropReview, postponeReview, type Review } from "../graph/review.ts";
import { findRun, newRunId } from "../graph/run.ts";
import { allowanceFor } from "./budget.ts";
import { noteFailover, startBy } from "./claim-task.ts";
import type { Context } from "./context.ts";
import { type Way, wayFor } from "./failover.ts";
import { planRole } from "./plan-role.ts";

/** What cannot be begun now is looked at again after this: other settings, another day, a server that is back. */
const againMs = 30_000;

/**
 * Looks at the settings, plans and claims in one piece. Undefined when somebody else has it, or it cannot be begun now: it
 * is then put off, and its task's log says why.
 */
export function claimReview(context: Context, review: Review): Plan | undefined {
  const { graph, applied, project, name } = context;
  const now = context.now();
  applied.refresh(now);
  const settings = applied.settings();
  return change(graph, () => {
    const subject = findRun(graph, review.run);
    if (subject === undefined) {
      dropReview(graph, review.run, review.role);
      return undefined;
    }
    const question = {
      run: newRunId(now, context.random),
      task: review.task,
      role: review.role,
      attempt: subject.attempt,
      subject: subject.id,
      judging: { weights: settings.general.agency.weights },
    };
    let way: Way | undefined;
    try {
      way = wayFor(context, { role: review.role, run: question.run }, settings);
      const plan = planRole({ ...question, marks: way.marks }, way.settings, project);
      const allowance = allowanceFor(context, plan, way.settings);
      if ("reached" in allowance) throw new WgError("budget", allowance.reached.reason);
      const whole = { ...plan, ...allowance };
      if (!claimBeside(graph, whole, { service: name, until: startBy(now) }, now)) {
        way.giveUp();
        return undefined;
      }
      if (whole.failover !== undefined) noteFailover(context, whole, whole.failover, now);
      return whole;
    } catch (error) {
      way?.giveUp();
      if (!(error instanceof WgError)) throw error;
      putOff(context, review, error, now);
      return undefined;
    }
  });
}

function putOff({ graph, tell }: Context, review: Review, { message }: WgError, now: Date): void {
  postponeReview(graph, review, new Date(now.getTime() + againMs), { counts: false });
  const text = `${review.role} waits: ${message}`;
  tell(text);
  if (taskLog(graph, review.task).at(-1)?.message === text) return;
  addLog(graph, review.task, { by: "wg", message: text }, now);
}
