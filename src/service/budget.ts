// Whether a task may be started by what it may cost; and letting go of those that may after all.
import type { Settings } from "../config/settings.ts";
import { change } from "../graph/database.ts";
import { holdTask, listHolds, releaseTask } from "../graph/hold.ts";
import { addLog } from "../graph/log.ts";
import type { Plan, PlannedBudget } from "../graph/plan.ts";
import { type Held, limitsFor, type Reached, reachedAmong, spentOf } from "../usage/budget.ts";
import type { Context } from "./context.ts";

/** What a plan says of its budget, or why it must not be started. */
export type Allowance = { budget?: PlannedBudget } | { reached: Reached };

/** Looks at what is spent so far. A command costs nothing. `settings` are those that the plan was made of. */
export function allowanceFor(
  { graph, now }: Pick<Context, "graph" | "now">,
  plan: Plan,
  settings: Settings,
): Allowance {
  if (plan.route.handler === "shell") return {};
  return allowance(graph, heldBy(plan.task, plan.profile, settings), settings, now());
}

/** Makes the task of a plan wait, and says so. A fallback's budget holds it no longer than the fallback is needed. */
export function holdForBudget(
  { graph, log, now }: Pick<Context, "graph" | "log" | "now">,
  { task, failover }: Pick<Plan, "task" | "failover">,
  { reason, until, profile }: Reached,
): void {
  const at = now();
  const ends = [until, profile === undefined ? undefined : failover?.until].filter(
    (end) => end !== undefined,
  );
  const [first] = ends.sort();
  holdTask(graph, task, { kind: "budget", reason, ...(first !== undefined && { until: first }) }, at);
  addLog(graph, task, { by: "wg", message: `not started: ${reason}` }, at);
  log.write("warn", `not started: ${reason}`, { task });
}

/** Lets go of what a budget holds wherever other settings, seen for the first time, leave room for it. */
export function budgetWatch(context: Pick<Context, "graph" | "applied" | "now">): () => void {
  const { graph, applied, now } = context;
  let seen: Settings | undefined;
  return () => {
    const settings = applied.settings();
    if (settings === seen) return;
    seen = settings;
    const held = listHolds(graph).filter(({ kind }) => kind === "budget");
    for (const { task } of held) {
      const profile = settings.active.name ?? "base";
      const found = allowance(graph, heldBy(task, profile, settings), settings, now());
      if (!("reached" in found)) change(graph, () => releaseTask(graph, task));
    }
  };
}

function allowance(graph: Context["graph"], held: Held, { general }: Settings, now: Date): Allowance {
  const { prices } = general;
  const limits = limitsFor(graph, held, prices, now);
  if (limits.length === 0) return {};
  const reached = reachedAmong(limits, (limit) => spentOf(graph, limit, held.task, prices, now), held.task);
  return reached === undefined ? { budget: { limits, prices: { ...prices } } } : { reached };
}

/** A profile's budget is for its own runs: a plan that is repeated may be of another. */
function heldBy(task: string, profile: string, { active, general: { budgets } }: Settings): Held {
  const isActive = profile === (active.name ?? "base");
  return { task, profile, all: budgets.all, ofProfile: isActive ? budgets.profile : {} };
}
