// The edges of the graph: which task needs which, and that they never form a loop.
import { WgError } from "../base/error.ts";
import { change, type Graph } from "./database.ts";
import { execute, query, rowsOf } from "./query.ts";

/**
 * Makes `task` need each of `needs`, which all exist; one it needs already is kept. Refuses (`cycle`, printing it)
 * what would make a task wait for itself. Part of a larger change.
 */
export function addNeeds(graph: Graph, task: string, needs: readonly string[]): void {
  change(graph, () => {
    for (const need of needs) {
      const loop = loopThrough(graph, task, need);
      if (loop !== undefined) {
        throw new WgError("cycle", `this would be a cycle: ${loopText(loop)}`, {
          hint: "a task cannot wait for itself, not by way of others either",
        });
      }
      execute(
        graph,
        query
          .insertInto("need")
          .values({ task, needs: need })
          .onConflict((conflict) => conflict.doNothing()),
      );
    }
  });
}

/** Takes needs away; one that was not there is no matter. */
export function dropNeeds(graph: Graph, task: string, needs: readonly string[]): void {
  for (const need of needs) {
    execute(graph, query.deleteFrom("need").where("task", "=", task).where("needs", "=", need));
  }
}

/** The ids of the tasks that need `id`, sorted. */
export function neededBy(graph: Graph, id: string): string[] {
  const rows = rowsOf(graph, query.selectFrom("need").select("task").where("needs", "=", id).orderBy("task"));
  return rows.map((row) => row.task);
}

/** The ids that `id` needs, sorted. */
function needsOf(graph: Graph, id: string): string[] {
  const rows = rowsOf(
    graph,
    query.selectFrom("need").select("needs").where("task", "=", id).orderBy("needs"),
  );
  return rows.map((row) => row.needs);
}

/** The ids from `task` over `need` back to `task`, or undefined when `need` does not lead there. */
function loopThrough(graph: Graph, task: string, need: string): string[] | undefined {
  // The common case, a new task, is answered without a walk: nothing leads to what nobody needs.
  if (need !== task && neededBy(graph, task).length === 0) return undefined;
  const cameFrom = new Map<string, string>([[need, task]]);
  const waiting = [need];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (at === task) return trail(cameFrom, task);
    for (const next of needsOf(graph, at)) {
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, at);
      waiting.push(next);
    }
  }
  return undefined;
}

function trail(cameFrom: ReadonlyMap<string, string>, task: string): string[] {
  const path = [task];
  for (let at = cameFrom.get(task); at !== undefined && at !== task; at = cameFrom.get(at)) path.push(at);
  return [...path, task].reverse();
}

/** `a -> b -> a`; of a long one both ends. */
function loopText(loop: readonly string[]): string {
  const rest = loop.length - 12;
  const shown = rest > 0 ? [...loop.slice(0, 8), `(${rest} more)`, ...loop.slice(-4)] : loop;
  return shown.join(" -> ");
}
