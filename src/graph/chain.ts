// What tasks wait for, over all that they need, down to where something could be done about it.
import type { Graph } from "./database.ts";
import { type Hold, listHolds } from "./hold.ts";
import { anyOf, query, rowsOf } from "./query.ts";
import type { TaskStatus } from "./tables.ts";

/** One task of a chain; `waitsFor` are its needs that are neither done nor abandoned, sorted. */
export interface Link {
  id: string;
  title: string;
  status: TaskStatus;
  reason?: string;
  hold?: Hold;
  waitsFor: string[];
}

/** By id, the asked tasks first. */
export type Chain = ReadonlyMap<string, Link>;

/** A task that keeps others waiting and is not itself kept by a need alone; `holdsBack` are the asked tasks behind it. */
export interface Root {
  task: string;
  kind: "failed" | "running" | "held" | "ready";
  holdsBack: number;
}

/** The tasks of these ids and all that they wait for; an unknown one is left out. Two queries for each step of the way. */
export function chainFrom(graph: Graph, ids: readonly string[]): Chain {
  const holds = new Map(listHolds(graph).map(({ task, ...hold }) => [task, hold]));
  const links = new Map<string, Link>();
  for (let level = [...new Set(ids)]; level.length > 0; ) {
    const needs = openNeeds(graph, level);
    for (const row of rowsOf(graph, outlineQuery(level))) {
      const hold = holds.get(row.id);
      links.set(row.id, {
        id: row.id,
        title: row.title,
        status: row.status,
        ...(row.reason !== null && { reason: row.reason }),
        ...(hold && { hold }),
        waitsFor: row.status === "open" ? (needs.get(row.id) ?? []) : [],
      });
    }
    const next = level.flatMap((id) => links.get(id)?.waitsFor ?? []);
    // A task that was met before is not looked at again: the walk ends whatever the edges are.
    level = [...new Set(next)].filter((id) => !links.has(id));
  }
  return links;
}

/** What the asked tasks wait for in the end: that which holds most back first, then by id. Pure. */
export function rootsOf(chain: Chain, asked: readonly string[]): Root[] {
  const behind = new Map<string, string[]>();
  for (const { id, waitsFor } of chain.values()) {
    for (const need of waitsFor) behind.set(need, [...(behind.get(need) ?? []), id]);
  }
  const isAsked = new Set(asked);
  const roots = [...chain.values()].flatMap((link): Root[] => {
    const kind = kindOf(link);
    if (kind === undefined) return [];
    const held = reachable(behind, link.id);
    held.delete(link.id);
    return [{ task: link.id, kind, holdsBack: [...held].filter((id) => isAsked.has(id)).length }];
  });
  return roots.sort((a, b) => b.holdsBack - a.holdsBack || (a.task < b.task ? -1 : 1));
}

function kindOf({ status, hold, waitsFor }: Link): Root["kind"] | undefined {
  switch (status) {
    case "failed":
      return "failed";
    case "in-progress":
      return "running";
    case "open":
      if (hold !== undefined) return "held";
      return waitsFor.length === 0 ? "ready" : undefined;
    case "done":
    case "abandoned":
      return undefined;
  }
}

function reachable(edges: ReadonlyMap<string, readonly string[]>, from: string): Set<string> {
  const seen = new Set<string>();
  const open = [from];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const next of edges.get(at) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(next);
    }
  }
  return seen;
}

function outlineQuery(ids: readonly string[]) {
  const select = query.selectFrom("task").select(["id", "title", "status", "reason"]);
  return select.where("id", "in", anyOf(ids)).orderBy("number");
}

function openNeeds(graph: Graph, ids: readonly string[]): Map<string, string[]> {
  const edges = query
    .selectFrom("need")
    .innerJoin("task", "task.id", "need.needs")
    .select(["need.task", "need.needs"])
    .where("need.task", "in", anyOf(ids))
    .where("task.status", "not in", ["done", "abandoned"]);
  const found = new Map<string, string[]>();
  for (const { task, needs } of rowsOf(graph, edges.orderBy("need.needs"))) {
    found.set(task, [...(found.get(task) ?? []), needs]);
  }
  return found;
}
