// The routes that open tasks ask for themselves, whatever profile is active.
import type { Graph } from "../graph/database.ts";
import { listTasks } from "../graph/task.ts";
import type { OwnRoute } from "./plan.ts";

/** Each route once, under the name of its task, or the number of its tasks. A task's tier is a matter of the bundle. */
export function ownRoutes(graph: Graph): OwnRoute[] {
  const tasksOf = new Map<string, string[]>();
  for (const { id, model, exec } of listTasks(graph, { statuses: ["open"] })) {
    if (model === undefined || exec !== undefined) continue;
    const known = tasksOf.get(model);
    if (known === undefined) tasksOf.set(model, [id]);
    else known.push(id);
  }
  return [...tasksOf].map(([model, ids]) => {
    const [first] = ids;
    return { name: ids.length === 1 ? `task ${first}` : `${ids.length} tasks`, model };
  });
}
