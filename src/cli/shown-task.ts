// All that the page of a task shows, read in one look.
import { artifacts } from "../graph/artifact.ts";
import { assignmentOf } from "../graph/assignment.ts";
import { isAttempt } from "../graph/attempt.ts";
import type { Graph } from "../graph/database.ts";
import { taskLog } from "../graph/log.ts";
import { neededBy } from "../graph/needs.ts";
import { reviewsOf } from "../graph/review.ts";
import { findRun, listRuns } from "../graph/run.ts";
import { outlines, requireTask } from "../graph/task.ts";
import type { JudgedRun } from "./judged.ts";

/** As `shownOf`, with what was said of its work. */
export type Shown = ReturnType<typeof shownOf> & { judged: JudgedRun[] };

/** What a page shows of a task. Refuses (`no-task`). Runs are the oldest first; `latest` is the latest attempt with its plan. */
export function shownOf(graph: Graph, id: string) {
  const task = requireTask(graph, id);
  const runs = listRuns(graph, { task: id }).reverse();
  const last = runs.findLast(isAttempt);
  return {
    task,
    needs: outlines(graph, task.needs),
    requiredBy: outlines(graph, neededBy(graph, id)),
    assignment: assignmentOf(graph, id),
    runs,
    latest: last && findRun(graph, last.id),
    reviews: reviewsOf(graph, id),
    artifacts: artifacts(graph, id),
    log: taskLog(graph, id),
  };
}

/** The latest attempt whose score counts. */
export function scoredAttempt({ runs, judged }: Pick<Shown, "runs" | "judged">): JudgedRun | undefined {
  const byRun = new Map(judged.map((work) => [work.run, work]));
  const scored = runs.filter(
    (run) => isAttempt(run) && byRun.get(run.id)?.words.some(({ counts }) => counts),
  );
  return byRun.get(scored.at(-1)?.id ?? "");
}
