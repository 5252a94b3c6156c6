// What an attempt at a task works with: what was tried before, what it builds on, what was said.
import { artifacts } from "../graph/artifact.ts";
import type { Graph } from "../graph/database.ts";
import { evaluationsOf } from "../graph/evaluation.ts";
import { taskLog } from "../graph/log.ts";
import { unseenMessages } from "../graph/message.ts";
import { listRuns, newRunId, type Run, requireRun } from "../graph/run.ts";
import { requireTask, type Task } from "../graph/task.ts";
import type { Context } from "./context.ts";
import type { Work } from "./plan.ts";
import type { NeedResult } from "./prompt.ts";

/** Looks it all up, and names the run to be. */
export function workOn({ graph, random }: Context, task: Task, now: Date): Work {
  const [before] =
    task.attempts > 0 ? listRuns(graph, { task: task.id, attempts: true, live: false, limit: 1 }) : [];
  const lastFailure = before && howItEnded(graph, before);
  const run = newRunId(now, random);
  return {
    run,
    task,
    messages: unseenMessages(graph, task.id, run),
    needs: needResults(graph, task),
    ...(lastFailure !== undefined && { lastFailure }),
    ...(task.samePlanAs !== undefined && { samePlan: requireRun(graph, task.samePlanAs).plan }),
  };
}

function howItEnded(graph: Graph, run: Run): string | undefined {
  const told =
    run.result?.outcome === "done" ? (unmergedText(graph, run) ?? sentBackText(graph, run)) : undefined;
  return told ?? run.reported?.message ?? run.result?.failure?.message;
}

/** Why the work of a run that was done did not arrive, as the task's log has it. */
function unmergedText(graph: Graph, run: Run): string | undefined {
  const entries = taskLog(graph, run.task).filter((entry) => entry.run === run.id);
  const told = entries
    .map(({ message }) => message)
    .find((message) => message.startsWith("done: not merged"));
  return told && `${told}\nWhere it conflicts, your worktree has the marks of it: solve them in the files.`;
}

/** What was found wanting in the work of a run that was done. */
function sentBackText(graph: Graph, run: Run): string | undefined {
  const said = evaluationsOf(graph, run.task).filter((each) => each.run === run.id && !each.isJudge);
  const notes = said.flatMap(({ role, total, notes }) =>
    total === undefined ? [] : [`${role} (${total.toFixed(2)} of 1): ${notes}`],
  );
  if (notes.length === 0) return undefined;
  return ["It was finished, looked at, and found wanting. Do better on this:", ...notes].join("\n\n");
}

/** What the needs of a task have left for it. */
export function needResults(graph: Graph, { needs }: Pick<Task, "needs">): NeedResult[] {
  return needs.map((id) => needResult(graph, id));
}

function needResult(graph: Graph, id: string): NeedResult {
  const { title, status, summary } = requireTask(graph, id);
  const paths = artifacts(graph, id).map((artifact) => artifact.path);
  return { id, title, status, ...(summary !== undefined && { summary }), artifacts: paths };
}
