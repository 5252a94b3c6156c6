// Planning a review: what an evaluator or flip who looks at the work of a run runs on, and what that may cost.
import { WgError } from "../base/error.ts";
import type { Settings } from "../config/settings.ts";
import type { Plan } from "../graph/plan.ts";
import { newRunId, type PlannedRun } from "../graph/run.ts";
import type { ReviewRole } from "../graph/tables.ts";
import { allowanceFor } from "./budget.ts";
import type { Context } from "./context.ts";
import { wayFor } from "./failover.ts";
import { planRole } from "./plan-role.ts";

/** Whose work is looked at, and as whom. */
export interface Reviewed {
  subject: PlannedRun;
  role: ReviewRole;
  /** As the common judge of a comparison: what it says counts for nothing else. */
  isJudge?: true;
}

/** A plan that is to be claimed at once, or given up, so that another run may try the destination it had. */
export interface Planned {
  plan: Plan;
  giveUp(): void;
}

/** Plans a review under these settings. Refuses as `wayFor` and `choose` do, and with `budget` where one is reached. */
export function planReview(
  context: Pick<Context, "graph" | "where" | "project" | "now" | "random" | "tell">,
  { subject, role, isJudge }: Reviewed,
  settings: Settings,
): Planned {
  const run = newRunId(context.now(), context.random);
  const way = wayFor(context, { role, run }, settings);
  try {
    const question = {
      run,
      task: subject.task,
      role,
      attempt: subject.attempt,
      subject: subject.id,
      judging: { weights: settings.general.agency.weights, ...(isJudge && { isJudge }) },
      marks: way.marks,
    };
    const plan = planRole(question, way.settings, context.project);
    const allowance = allowanceFor(context, plan, way.settings);
    if ("reached" in allowance) throw new WgError("budget", allowance.reached.reason);
    return { plan: { ...plan, ...allowance }, giveUp: way.giveUp };
  } catch (error) {
    way.giveUp();
    throw error;
  }
}
