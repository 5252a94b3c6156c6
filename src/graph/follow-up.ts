// A task that a run adds: an ordinary one, but that it says who added it and brings no command along.
import { WgError } from "../base/error.ts";
import { change, type Graph } from "./database.ts";
import { addLog } from "./log.ts";
import type { Run } from "./run.ts";
import { addTask, type NewTask, type Task } from "./task.ts";

/**
 * As `addTask`, for a run, which is noted in the new task's log. Refuses (`inside-a-run`) a command: a service would run it
 * outside of whatever holds the run's own agent.
 */
export function addFollowUp(graph: Graph, run: Pick<Run, "id" | "task">, fresh: NewTask, now: Date): Task {
  if (fresh.exec !== undefined || fresh.verify !== undefined) {
    throw new WgError("inside-a-run", "a task added from inside a run brings no command along", {
      hint: "say in the description what is to be run, and the agent of that task runs it",
    });
  }
  return change(graph, () => {
    const task = addTask(graph, fresh, now);
    addLog(graph, task.id, { by: "agent", run: run.id, message: `added from task ${run.task}` }, now);
    return task;
  });
}
