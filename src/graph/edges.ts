// The needs between imported tasks: ids of a file become ours, and what the graph cannot hold is named and left out.

/** One task of a file, as far as edges go. `id` is its id in the graph; the others are as the file has them. */
export interface Linked {
  id: string;
  needs: readonly string[];
  neededBy: readonly string[];
  /** Where a loop should begin: the last edge of a loop leads to this task. */
  beginsLoop: boolean;
}

export interface Edge {
  task: string;
  needs: string;
}

/** `task` does not wait for `needs` as the file says: nothing has that id, or the edge would close a cycle. */
export interface DroppedEdge extends Edge {
  why: "unknown" | "cycle" | "elsewhere";
}

/**
 * The edges among `tasks` and to tasks that exist. `idOf` turns an id of the file into one of the graph, undefined when
 * nothing has it. Only `tasks` get needs: an edge that makes another task wait is dropped (`elsewhere`). Of each cycle
 * the edge is dropped that closes it. Pure; as long as tasks and edges together.
 */
export function linkTasks(
  tasks: readonly Linked[],
  idOf: (id: string) => string | undefined,
): { edges: Edge[]; dropped: DroppedEdge[] } {
  const waitsFor = new Map<string, Set<string>>(tasks.map((task) => [task.id, new Set()]));
  const dropped: DroppedEdge[] = [];
  for (const { id, needs, neededBy } of tasks) {
    for (const need of needs) {
      const known = idOf(need);
      if (known === undefined) dropped.push({ task: id, needs: need, why: "unknown" });
      else waitsFor.get(id)?.add(known);
    }
    for (const other of neededBy) {
      const known = idOf(other);
      const list = known === undefined ? undefined : waitsFor.get(known);
      if (list !== undefined) list.add(id);
      else dropped.push({ task: other, needs: id, why: known === undefined ? "unknown" : "elsewhere" });
    }
  }
  for (const edge of closingEdges(tasks, waitsFor)) {
    waitsFor.get(edge.task)?.delete(edge.needs);
    dropped.push({ ...edge, why: "cycle" });
  }
  const edges = [...waitsFor].flatMap(([task, needs]) => [...needs].map((need) => ({ task, needs: need })));
  return { edges, dropped };
}

/** The edges that lead back, walking from what can start to what waits for it. Without recursion: a chain may be long. */
function closingEdges(tasks: readonly Linked[], waitsFor: ReadonlyMap<string, ReadonlySet<string>>): Edge[] {
  const waiting = new Map<string, string[]>(tasks.map((task) => [task.id, []]));
  for (const [task, needs] of waitsFor) for (const need of needs) waiting.get(need)?.push(task);
  const closing: Edge[] = [];
  const seen = new Map<string, "open" | "left">();
  for (const start of startsFirst(tasks, waitsFor)) {
    if (seen.has(start)) continue;
    const path = [{ id: start, next: 0 }];
    seen.set(start, "open");
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const task = waiting.get(at.id)?.[at.next++];
      if (task === undefined) {
        seen.set(at.id, "left");
        path.pop();
        continue;
      }
      if (seen.get(task) === "open") closing.push({ task, needs: at.id });
      if (seen.has(task)) continue;
      seen.set(task, "open");
      path.push({ id: task, next: 0 });
    }
  }
  return closing;
}

/** Tasks that wait for nothing, then those that begin a loop, then the others; each kind in the order of the file. */
function startsFirst(tasks: readonly Linked[], waitsFor: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const rank = ({ id, beginsLoop }: Linked) => (waitsFor.get(id)?.size === 0 ? 0 : beginsLoop ? 1 : 2);
  return [0, 1, 2].flatMap((wanted) => tasks.filter((task) => rank(task) === wanted).map((task) => task.id));
}
