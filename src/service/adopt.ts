// Runs found at start that another service left behind: live ones are watched, the others end at the first look.
import { markedProcesses } from "../base/marked.ts";
import { liveRuns } from "../graph/run.ts";
import type { Context } from "./context.ts";
import { workerMarker } from "./spawn.ts";

/**
 * Finds the worker of each run that was claimed and not yet started: the service that claimed it is gone (we hold its
 * lock), so without a worker now it never gets one. Runs that have started name their process themselves.
 */
export function adoptRuns({ graph, watch, log }: Context): void {
  const runs = liveRuns(graph);
  for (const run of runs) {
    if (run.status === "claimed") watch.assigned(run.id, markedProcesses(workerMarker, run.id)[0]);
  }
  if (runs.length > 0) log.write("info", `found ${runs.length} runs of an earlier service`);
}
