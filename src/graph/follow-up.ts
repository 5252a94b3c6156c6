// A task that a run adds: an ordinary one, but that it says who added it and brings no command along.
import { WgError } from "../base/error.ts";
import { change, type Graph } from "./database.ts";
import { addLog } from "./log.ts";
import { query, rowOf } from "./query.ts";
import type { Run } from "./run.ts";
import { addTask, type NewTask, type Task } from "./task.ts";

/** No plan that an agent made in earnest was longer; one in a loop gets here within a minute. */
export const maxFollowUps = 50;

/**
 * As `addTask`, for a run, which is noted in the new task's log. Refuses (`inside-a-run`) a command: a service would run it
 * outside of whatever holds the run's own agent; anything from a rerun; and (`too-many-follow-ups`) more than `maxFollowUps`
 * of one run.
 */
export function addFollowUp(
  graph: Graph,
  run: Pick<Run, "id" | "task" | "subject">,
  fresh: NewTask,
  now: Date,
): Task {
  if (fresh.exec !== undefined || fresh.verify !== undefined) {
    throw new WgError("inside-a-run", "a task added from inside a run brings no command along", {
      hint: "say in the description what is to be run, and the agent of that task runs it",
    });
  }
  if (run.subject !== undefined) {
    throw new WgError("inside-a-run", "this run only repeats one that has left its follow-up work already", {
      hint: "say in your closing words what else there is to be done",
    });
  }
  return change(graph, () => {
    if (countFollowUps(graph, run) >= maxFollowUps) {
      throw new WgError(
        "too-many-follow-ups",
        `this run has added ${maxFollowUps} tasks, and may add no more`,
        {
          hint: "put what is left into the description of one of them, or into your closing words",
        },
      );
    }
    const task = addTask(graph, fresh, now);
    addLog(graph, task.id, { by: "agent", run: run.id, message: origin(run) }, now);
    return task;
  });
}

/** How many tasks of a run are there, by the first entry of their logs. */
function countFollowUps(graph: Graph, run: Pick<Run, "id" | "task">): number {
  const count = query
    .selectFrom("log")
    .select((build) => build.fn.countAll<number>().as("all"))
    .where("run", "=", run.id)
    .where("message", "=", origin(run))
    .where("task", "!=", run.task);
  return rowOf(graph, count)?.all ?? 0;
}

function origin({ task }: Pick<Run, "task">): string {
  return `added from task ${task}`;
}
