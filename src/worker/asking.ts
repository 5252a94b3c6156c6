// Runs that answer one question: what comes of them.
import type { Found } from "../graph/found.ts";
import type { RunResult } from "../graph/result.ts";
import type { PlannedRun } from "../graph/run.ts";

/** How a run ended. `passed` is the run whose work passed its gate with it, and is to be merged now. */
export interface RoleEnd {
  result: RunResult;
  found?: Found;
  passed?: PlannedRun;
}
