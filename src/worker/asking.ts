// Runs that answer one question: which they are, and what comes of them.
import type { Found } from "../graph/found.ts";
import type { Plan } from "../graph/plan.ts";
import type { RunResult } from "../graph/result.ts";
import type { PlannedRun } from "../graph/run.ts";

/** How a run ended. `passed` is the run whose work passed its gate with it, and is to be merged now. */
export interface RoleEnd {
  result: RunResult;
  found?: Found;
  passed?: PlannedRun;
}

/** True for a run that asks one question, in a folder of its own outside of the project. */
export function isAsking({ role }: Pick<Plan, "role">): boolean {
  return role === "evaluator" || role === "flip" || role === "assigner";
}
