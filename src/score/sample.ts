// Which runs a common judge is to look at: of each profile so many tasks, drawn by chance that is the same each time. Pure.
import { chanceOf } from "../base/review-policy.ts";
import type { Run } from "../graph/run.ts";
import { isDone, type Observed } from "./observed.ts";

/**
 * Runs that are to be judged until each profile has `size` tasks judged, or no more work that was done; the profiles take turns,
 * so that one that is stopped halfway has judged both. `observed` holds what the judge has said already. The draw is by the
 * task's name: a task that two profiles did is drawn for both.
 */
export function toJudge(observed: readonly Observed[], size: number): Run[] {
  const drawn = observed.map(({ runs, reruns, work }) => {
    const latest = new Map<string, Run>();
    for (const { run } of [...runs, ...reruns]) {
      if (isDone(run) && !latest.has(run.task)) latest.set(run.task, run);
    }
    const left = [...latest.values()].filter(({ task }) => !work.scores.has(task));
    const byChance = left.map((run) => ({ run, chance: chanceOf(run.task) }));
    const inTurn = byChance.sort((a, b) => a.chance - b.chance).map(({ run }) => run);
    return inTurn.slice(0, Math.max(0, size - work.scores.size));
  });
  const rounds = Math.max(0, ...drawn.map(({ length }) => length));
  return Array.from({ length: rounds }, (_, round) => drawn.flatMap((runs) => runs[round] ?? [])).flat();
}
