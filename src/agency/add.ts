// Proposals become tasks: all of them in one change, or none.
import { change, type Graph } from "../graph/database.ts";
import { addLog } from "../graph/log.ts";
import { freeId } from "../graph/slug.ts";
import { addTask, findTask, type Task } from "../graph/task.ts";
import type { Proposal } from "./breakdown.ts";

/**
 * Adds proposals, each of which comes after all that it needs; `note` goes into every task's log. A key that is taken
 * gets a number. Refuses, with nothing added, as `addTask` does.
 */
export function addProposals(graph: Graph, proposals: readonly Proposal[], note: string, now: Date): Task[] {
  return change(graph, () => {
    const ids = new Map<string, string>();
    return proposals.map(({ key, needs, ...rest }) => {
      const id = freeId(key, (candidate) => findTask(graph, candidate) !== undefined);
      ids.set(key, id);
      const task = addTask(graph, { ...rest, id, needs: needs.map((need) => ids.get(need) ?? need) }, now);
      addLog(graph, id, { by: "wg plan", message: note }, now);
      return task;
    });
  });
}
