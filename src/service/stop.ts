// Ending the agents of a service that is told to stop with them.
import { setTimeout as sleep } from "node:timers/promises";
import { signalProcess } from "../base/process.ts";
import { liveRuns, requestCancel } from "../graph/run.ts";
import type { Context } from "./context.ts";
import { killRun } from "./ending.ts";

/** How long workers may take to end in order, and how long the record of those that were killed. */
const orderMs = 10_000;
const recordMs = 3_000;

/**
 * Cancels every live run so that its task goes back to open, tells its worker to end, and kills what has not ended
 * within 10 s. Needs the ticks to go on: they record the end of what was killed.
 */
export async function endAgents(context: Context): Promise<void> {
  const { graph, watch, log } = context;
  for (const run of liveRuns(graph)) {
    requestCancel(graph, run.id, "requeue");
    const mark = watch.processOf(run);
    if (mark !== undefined) signalProcess(mark, "SIGTERM");
  }
  if (await allEnd(context, orderMs)) return;
  for (const run of liveRuns(graph)) {
    log.write("warn", `killing ${run.id}: it did not end when told to`);
    killRun(context, run.id);
  }
  await allEnd(context, recordMs);
}

async function allEnd({ graph, wake }: Context, limitMs: number): Promise<boolean> {
  const untilMs = performance.now() + limitMs;
  while (liveRuns(graph).length > 0) {
    if (performance.now() > untilMs) return false;
    wake();
    await sleep(50);
  }
  return true;
}
