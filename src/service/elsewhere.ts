// Tasks that wait because a run was turned away, and need not, since they would go elsewhere now.
import { WgError } from "../base/error.ts";
import { coolingFailure } from "../cooling/cooling.ts";
import { destinationOf } from "../cooling/destination.ts";
import { type Coolings, readCoolings } from "../cooling/files.ts";
import { change, type Graph } from "../graph/database.ts";
import { type Hold, listHolds, releaseTask } from "../graph/hold.ts";
import { addLog } from "../graph/log.ts";
import type { Plan } from "../graph/plan.ts";
import { findRun, listRuns } from "../graph/run.ts";
import { findTask } from "../graph/task.ts";
import { optionsFor, pickOption } from "../plan/failover.ts";
import { sideOf } from "./canary.ts";
import type { Context } from "./context.ts";
import { wishOf } from "./plan.ts";

/**
 * Lets go of tasks that were to be tried again later and may go on elsewhere now: on a fallback, or on what has been
 * switched to since.
 */
export function releaseElsewhere(context: Context): void {
  const { graph, applied, where } = context;
  const holds = listHolds(graph).filter(({ kind }) => kind === "retry");
  context.examined.keepOnly(holds.map(({ task }) => task));
  if (holds.length === 0) return;
  const settings = applied.settings();
  const coolings = readCoolings(where, context.now());
  for (const hold of holds.filter((each) => context.examined.isDue(each, settings, coolings.mark))) {
    if (!goesElsewhere(context, hold, coolings)) continue;
    change(graph, () => {
      releaseTask(graph, hold.task);
      addLog(
        graph,
        hold.task,
        { by: "wg", message: "goes on elsewhere, so it need not wait" },
        context.now(),
      );
    });
  }
}

/** True when the task would now run on another destination than the one it is held for, and that does not cool. */
function goesElsewhere(context: Context, hold: Hold & { task: string }, coolings: Coolings): boolean {
  const { graph, where } = context;
  const task = findTask(graph, hold.task);
  const before = lastPlan(graph, hold.task);
  if (task === undefined || before === undefined || task.samePlanAs !== undefined) return false;
  try {
    const { settings } = sideOf(context, task);
    const found = optionsFor(where, settings, coolings, { role: "worker", wish: wishOf(task) });
    for (const sentence of found.skipped) context.tell(sentence);
    const picked = pickOption(found.options.map(({ standing }) => standing));
    if (picked.kind === "wait") return false;
    return found.options[picked.index]?.destination !== destinationOf(before, where.env);
  } catch (error) {
    // It has no plan with these settings; that is told when its time has come.
    if (error instanceof WgError) return false;
    throw error;
  }
}

function lastPlan(graph: Graph, task: string): Plan | undefined {
  const last = listRuns(graph, { task, attempts: true, live: false, limit: 1 })[0];
  if (last?.result === undefined || coolingFailure(last.result) === undefined) return undefined;
  return findRun(graph, last.id)?.plan;
}
