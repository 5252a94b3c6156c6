// What another service left behind, found at start: live runs are watched, the others end at the first look, and what a
// killed git left is put right.
import { markedProcesses } from "../base/marked.ts";
import { liveRuns } from "../graph/run.ts";
import { mend } from "../worktree/mend.ts";
import { whileMerging } from "../worktree/merge.ts";
import { abandonedNotes } from "../worktree/noted.ts";
import { findRepository } from "../worktree/repository.ts";
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

/** Puts right what a git of ours that was killed has left in the repository, a power cut among the reasons. Never rejects. */
export async function mendRepository({ project, env, log, failed }: Context): Promise<void> {
  if (abandonedNotes(project).length === 0) return;
  try {
    const repository = findRepository(project.root, env);
    if (repository === undefined) return;
    const told = await whileMerging(project, () => mend(project, { folder: repository.top, env }));
    for (const sentence of told) log.write("warn", sentence);
  } catch (error) {
    failed(error);
  }
}
