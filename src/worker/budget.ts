// What a run may spend, looked at before each of its turns: its own tokens as they are told, and what others have spent.
import type { Graph } from "../graph/database.ts";
import type { BudgetLimit, Plan } from "../graph/plan.ts";
import { findRun } from "../graph/run.ts";
import type { StopReason } from "../handlers/handler.ts";
import { reachedAmong, type Spent, spentOf } from "../usage/budget.ts";
import { costOf } from "../usage/cost.ts";
import { isPassing } from "./insist.ts";
import type { Known } from "./record.ts";

/** So long what others have spent is taken to be what it was. */
const lookEveryMs = 2000;

/**
 * Answers why the run must not go on to another turn; undefined while it may, where nothing limits it, and for an agent
 * that has reported and has only its closing words to say. A cost that nobody knows counts as nothing.
 */
export function budgetOf(
  graph: Graph,
  { run, task, budget }: Plan,
  progress: Readonly<Known>,
  now: () => Date,
): () => StopReason | undefined {
  if (budget === undefined) return () => undefined;
  const { limits, prices } = budget;
  let lookedMs = Number.NEGATIVE_INFINITY;
  let others = new Map<BudgetLimit, Spent>();
  const look = () => {
    if (performance.now() - lookedMs < lookEveryMs) return;
    try {
      others = new Map(limits.map((limit) => [limit, spentOf(graph, limit, task, prices, now(), run)]));
    } catch (error) {
      // A graph that cannot be reached now says nothing new.
      if (!isPassing(error)) throw error;
    }
    lookedMs = performance.now();
  };
  return () => {
    look();
    const own = costOf({ isCommand: false, ...progress }, prices);
    const ownUsd = own.source === "computed" ? own.usd : 0;
    const spentOn = (limit: BudgetLimit): Spent => {
      const { usd, unknownRuns } = others.get(limit) ?? { usd: 0, unknownRuns: 0 };
      return { usd: usd + ownUsd, unknownRuns };
    };
    const reached = reachedAmong(limits, spentOn, task);
    if (reached === undefined || hasReported(graph, run)) return undefined;
    const { reason: message, until } = reached;
    return {
      outcome: "failed",
      failure: { class: "budget", message, ...(until !== undefined && { resetsAt: until }) },
    };
  };
}

function hasReported(graph: Graph, run: string): boolean {
  try {
    return findRun(graph, run)?.reported !== undefined;
  } catch (error) {
    if (!isPassing(error)) throw error;
    return false;
  }
}
