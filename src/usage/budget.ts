// Budgets: which limits a run of a task has, how much of each is spent, and what is said when one is reached.
import type { Budget } from "../base/budget.ts";
import { approvalOf } from "../graph/approval.ts";
import type { Graph } from "../graph/database.ts";
import type { BudgetLimit } from "../graph/plan.ts";
import { listRuns } from "../graph/run.ts";
import type { OwnPrices } from "./cost.ts";
import { usedByRun } from "./used.ts";

/** What a run of this task on this profile is held to: budgets for all runs, and those of its profile. */
export interface Held {
  task: string;
  profile: string;
  all: Budget;
  ofProfile: Budget;
}

/** Reported and computed dollars together, and how many runs have a cost that nobody knows. */
export interface Spent {
  usd: number;
  unknownRuns: number;
}

/** What a day may cost, all in all or on a profile, and what of it is spent. */
export interface DayBudget {
  profile?: string;
  usd: number;
  spent: Spent;
}

/** A limit that is reached. `until`: then it begins anew. */
export interface Reached {
  reason: string;
  until?: string;
  /** It is the budget of this profile alone. */
  profile?: string;
}

/**
 * The limits of a run that begins now: what a person approved for the task while some of that is left, else its budgets.
 * None where nothing limits it.
 */
export function limitsFor(graph: Graph, held: Held, prices: OwnPrices, now: Date): BudgetLimit[] {
  const approval = approvalOf(graph, held.task);
  if (approval !== undefined) {
    const limit: BudgetLimit = { of: "approval", usd: approval.usd, since: approval.at };
    if (spentOf(graph, limit, held.task, prices, now).usd < limit.usd) return [limit];
  }
  const onTask = ({ task }: Budget, profile?: string): BudgetLimit[] =>
    task === undefined ? [] : [{ of: "task", usd: task, ...(profile !== undefined && { profile }) }];
  return [...onTask(held.all), ...onTask(held.ofProfile, held.profile), ...dayLimits(held, now)];
}

/** What today may cost, all in all and on the profile. */
function dayLimits({ all, ofProfile, profile }: Omit<Held, "task">, now: Date): BudgetLimit[] {
  const [since, until] = [midnight(now, 0), midnight(now, 1)];
  const on = ({ day }: Budget, of?: string): BudgetLimit[] =>
    day === undefined
      ? []
      : [{ of: "day", usd: day, ...(of !== undefined && { profile: of }), since, until }];
  return [...on(all), ...on(ofProfile, profile)];
}

/** What today may cost, and how much of that is spent. */
export function dayBudgets(graph: Graph, of: Omit<Held, "task">, prices: OwnPrices, now: Date): DayBudget[] {
  return dayLimits(of, now).map((limit) => ({
    ...(limit.profile !== undefined && { profile: limit.profile }),
    usd: limit.usd,
    spent: spentOf(graph, limit, "", prices, now),
  }));
}

/** What counts towards a limit so far, all runs but `except`. A cost that nobody knows counts as nothing. */
export function spentOf(
  graph: Graph,
  { of, profile, since }: BudgetLimit,
  task: string,
  prices: OwnPrices,
  now: Date,
  except?: string,
): Spent {
  const runs = listRuns(graph, { ...(of !== "day" && { task }), ...(since !== undefined && { since }) });
  const spent: Spent = { usd: 0, unknownRuns: 0 };
  for (const run of runs) {
    if (run.id === except || (profile !== undefined && run.profile !== profile)) continue;
    const { cost } = usedByRun(run, prices, now);
    if (cost.source === "reported" || cost.source === "computed") spent.usd += cost.usd;
    else if (cost.source === "unknown" && run.result !== undefined) spent.unknownRuns += 1;
  }
  return spent;
}

/** The first limit that leaves nothing to spend. One that begins anew by itself is named only when no other is reached. */
export function reachedAmong(
  limits: readonly BudgetLimit[],
  spentOn: (limit: BudgetLimit) => Spent,
  task: string,
): Reached | undefined {
  const all = limits.map((limit) => ({ limit, spent: spentOn(limit) }));
  const reached = all.filter(({ limit, spent }) => spent.usd >= limit.usd);
  const first = reached.find(({ limit }) => limit.until === undefined) ?? reached[0];
  if (first === undefined) return undefined;
  const { until, profile } = first.limit;
  return {
    reason: reasonOf(first.limit, first.spent, task),
    ...(until !== undefined && { until }),
    ...(profile !== undefined && { profile }),
  };
}

function reasonOf(
  { of, usd, profile }: BudgetLimit,
  { usd: spent, unknownRuns }: Spent,
  task: string,
): string {
  const on = profile === undefined ? "" : ` on profile ${profile}`;
  const what = {
    task: `${dollars(spent)} spent${on}, and a task may cost ${dollars(usd)}${on === "" ? "" : " there"}`,
    day: `${dollars(spent)} spent today${on}, and a day may cost ${dollars(usd)}${on === "" ? "" : " there"}`,
    approval: `${dollars(spent)} spent of the ${dollars(usd)} that were approved`,
  }[of];
  const unknown =
    unknownRuns === 0 ? "" : `, besides ${unknownRuns} ${unknownRuns === 1 ? "run" : "runs"} of unknown cost`;
  return `${what}${unknown}; wg approve ${task} lets it go on`;
}

function dollars(usd: number): string {
  return `$${usd.toFixed(usd > 0 && usd < 1 ? 4 : 2)}`;
}

/** Midnight here, so many days after the last one. */
function midnight(now: Date, days: number): string {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days).toISOString();
}
