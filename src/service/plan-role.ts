// The plan of a run that judges or chooses: the route of its role, and a place outside of the project.
import * as os from "node:os";
import * as path from "node:path";
import type { Project } from "../base/home.ts";
import type { Settings } from "../config/settings.ts";
import type { Plan } from "../graph/plan.ts";
import { choose } from "../plan/choose.ts";

/** What is asked, by whom and about what. `attempt` is that of the work it is about. */
export type Question = Pick<Plan, "run" | "task" | "attempt" | "subject" | "judging" | "assigning"> & {
  role: "evaluator" | "flip" | "assigner";
  marks?: Pick<Plan, "fallback" | "failover" | "probe">;
};

/** A question is answered in minutes, and in few turns, or not at all. */
const maxMs = 15 * 60_000;
const maxTurns = 10;

/** The plan of a question under these settings. Pure. Refuses as `choose` does. */
export function planRole({ marks, ...question }: Question, settings: Settings, project: Project): Plan {
  const chosen = choose(question.role, settings);
  const { timeoutMs, hangAfterMs, maxTurns: turns } = chosen.limits;
  return {
    schemaVersion: 1,
    ...question,
    project: project.root,
    cwd: path.join(os.tmpdir(), `wg-${question.run}`),
    ...chosen,
    permissions: "read-only",
    limits: { timeoutMs: Math.min(timeoutMs, maxMs), hangAfterMs, maxTurns: Math.min(turns, maxTurns) },
    ...marks,
    prompt: "The question is put together when the run starts; prompt.md has it then.",
  };
}
