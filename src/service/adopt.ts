// Runs found at start that another service left behind: live ones are watched, the others end at the first look.
import { markedProcesses } from "../base/marked.ts";
import { liveRuns } from "../graph/run.ts";
import type { Context } from "./context.ts";
import { isCommandName } from "./foreground.ts";
import { workerMarker } from "./spawn.ts";

/**
 * Finds the worker of each run that was claimed and not yet started: the service that claimed it is gone (we hold its
 * lock), so without a worker now it never gets one. A command may be just about to give it one. Runs that have started name
 * their process themselves.
 */
export function adoptRuns({ graph, watch, log }: Context): void {
  const runs = liveRuns(graph);
  for (const run of runs) {
    if (run.status !== "claimed") continue;
    const [worker] = markedProcesses(workerMarker, run.id);
    if (worker !== undefined || !isCommandName(run.service)) watch.assigned(run.id, worker);
  }
  if (runs.length > 0) log.write("info", `found ${runs.length} runs of an earlier service`);
}
