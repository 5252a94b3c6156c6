// Tasks: the nodes of the graph. Adding, finding, listing, editing and removing them.
import type { Selectable } from "kysely";
import { WgError } from "../base/error.ts";
import { nearest } from "../base/nearest.ts";
import { change, type Graph } from "./database.ts";
import { type Hold, listHolds } from "./hold.ts";
import { addNeeds, dropNeeds, neededBy } from "./needs.ts";
import { anyOf, execute, query, rowOf, rowsOf } from "./query.ts";
import { checkId, freeId, slugOf } from "./slug.ts";
import type { TaskStatus, TaskTable } from "./tables.ts";
import {
  checkedCommand,
  checkedDescription,
  checkedGate,
  checkedPriority,
  checkedRoute,
  checkedTags,
  checkedTier,
  checkedTitle,
} from "./task-text.ts";

/** Times are ISO 8601 UTC. `needs` and `tags` are sorted. An `exec` task runs that command instead of an agent. */
export interface Task {
  id: string;
  title: string;
  description: string;
  status: TaskStatus;
  /** Higher goes first. */
  priority: number;
  model?: string;
  tier?: string;
  exec?: string;
  verify?: string;
  /** Its own gate: what its work has to be scored before it counts as done, 0 to 1. */
  gate?: number;
  tags: string[];
  needs: string[];
  /** How many needs are neither done nor abandoned, and one for a hold; an open task with none is ready. */
  blockers: number;
  attempts: number;
  /** What holds it back besides its needs; one of its blockers. */
  hold?: Hold;
  /** Why it failed or was abandoned. */
  reason?: string;
  /** What came of it, for the tasks that need it. */
  summary?: string;
  /** The run whose plan the next attempt repeats (`wg retry --same-profile`). */
  samePlanAs?: string;
  createdAt: string;
  startedAt?: string;
  completedAt?: string;
}

/** A task to be. Without `id` one is made from the title. */
export interface NewTask {
  title: string;
  description?: string;
  id?: string;
  needs?: readonly string[];
  model?: string;
  tier?: string;
  exec?: string;
  verify?: string;
  gate?: number;
  tags?: readonly string[];
  priority?: number;
}

/** What to change; an empty `model`, `tier`, `exec` or `verify` clears it. */
export interface TaskEdit {
  title?: string;
  description?: string;
  priority?: number;
  model?: string;
  tier?: string;
  exec?: string;
  verify?: string;
  /** `null` clears it. */
  gate?: number | null;
  addNeeds?: readonly string[];
  dropNeeds?: readonly string[];
  addTags?: readonly string[];
  dropTags?: readonly string[];
}

/** All that are set must hold. `statuses` and `tags`: any of the statuses, all of the tags. */
export interface TaskFilter {
  statuses?: readonly TaskStatus[];
  /** `open` with nothing to wait for, or with something. */
  open?: "ready" | "blocked";
  tags?: readonly string[];
  model?: string;
  tier?: string;
  limit?: number;
}

/** Adds a task, whole or not at all. Refuses texts out of bounds, a taken id (`task-exists`), an unknown need, a cycle. */
export function addTask(graph: Graph, fresh: NewTask, now: Date): Task {
  const row = {
    title: checkedTitle(fresh.title),
    description: checkedDescription(fresh.description ?? ""),
    priority: checkedPriority(fresh.priority ?? 0),
    ...checkedWork(fresh),
  };
  refuseTwoWays(row);
  const tags = checkedTags(fresh.tags ?? []);
  if (fresh.id !== undefined) checkId(fresh.id);
  return change(graph, () => {
    const id = fresh.id ?? freeId(slugOf(row.title), (candidate) => exists(graph, candidate));
    if (fresh.id !== undefined && exists(graph, id)) {
      throw new WgError("task-exists", `there is a task "${id}" already`, {
        hint: "leave --id out and one is made from the title",
      });
    }
    execute(
      graph,
      query.insertInto("task").values({ id, status: "open", created_at: now.toISOString(), ...row }),
    );
    addTags(graph, id, tags);
    linkNeeds(graph, id, fresh.needs ?? []);
    return requireTask(graph, id);
  });
}

/** The task, or undefined. */
export function findTask(graph: Graph, id: string): Task | undefined {
  const row = rowOf(graph, query.selectFrom("task").selectAll().where("id", "=", id));
  return row && tasksOf(graph, [row])[0];
}

/** As `findTask`, refusing (`no-task`) an unknown id, with the nearest one as hint. */
export function requireTask(graph: Graph, id: string): Task {
  const task = findTask(graph, id);
  if (task === undefined) throw noTask(graph, id);
  return task;
}

/** The tasks that pass, in the order they were added. */
export function listTasks(graph: Graph, filter: TaskFilter = {}): Task[] {
  let select = query.selectFrom("task").selectAll().orderBy("number");
  if (filter.statuses !== undefined) select = select.where("status", "in", anyOf(filter.statuses));
  if (filter.open !== undefined) {
    select = select.where("status", "=", "open").where("blockers", filter.open === "ready" ? "=" : ">", 0);
  }
  for (const tag of filter.tags ?? []) {
    select = select.where("id", "in", query.selectFrom("tag").select("task").where("tag", "=", tag));
  }
  if (filter.model !== undefined) select = select.where("model", "=", filter.model);
  if (filter.tier !== undefined) select = select.where("tier", "=", filter.tier);
  if (filter.limit !== undefined) select = select.limit(filter.limit);
  return tasksOf(graph, rowsOf(graph, select));
}

/**
 * Changes a task, all of the edit or none of it. The plan of a run in flight stays as it is. Refuses what `addTask`
 * refuses, and (`in-progress`) a new need for a task that is being worked on.
 */
export function editTask(graph: Graph, id: string, edit: TaskEdit): Task {
  const patch = {
    ...(edit.title !== undefined && { title: checkedTitle(edit.title) }),
    ...(edit.description !== undefined && { description: checkedDescription(edit.description) }),
    ...(edit.priority !== undefined && { priority: checkedPriority(edit.priority) }),
    ...checkedWork(edit),
  };
  const tags = checkedTags(edit.addTags ?? []);
  return change(graph, () => {
    const before = requireTask(graph, id);
    refuseTwoWays({ ...before, ...patch });
    checkedTags([...before.tags, ...tags]);
    if (before.status === "in-progress" && edit.addNeeds?.some((need) => !before.needs.includes(need))) {
      throw new WgError("in-progress", `"${id}" is being worked on and cannot be made to wait`, {
        hint: `stop its run first: wg show ${id} names it, wg kill <run> ends it`,
      });
    }
    if (Object.keys(patch).length > 0) {
      execute(graph, query.updateTable("task").set(patch).where("id", "=", id));
    }
    addTags(graph, id, tags);
    for (const tag of edit.dropTags ?? []) {
      execute(graph, query.deleteFrom("tag").where("task", "=", id).where("tag", "=", tag));
    }
    dropNeeds(graph, id, edit.dropNeeds ?? []);
    linkNeeds(graph, id, edit.addNeeds ?? []);
    return requireTask(graph, id);
  });
}

/**
 * Removes a task with its runs, log and artifacts; answers the ids that needed it. Refuses a task in progress
 * (`in-progress`), and one that others need (`needed`); `removeNeededTask` takes that away from them.
 */
export function removeTask(graph: Graph, id: string): string[] {
  return change(graph, () => {
    const dependants = neededBy(graph, requireTask(graph, id).id);
    if (dependants.length > 0) {
      throw new WgError("needed", `"${id}" is needed by ${fewOf(dependants)}`, {
        hint: `wg rm ${id} --force removes it, and they wait for it no longer`,
      });
    }
    return removeNeededTask(graph, id);
  });
}

/** As `removeTask`, dropping the needs of others for it. */
export function removeNeededTask(graph: Graph, id: string): string[] {
  return change(graph, () => {
    if (requireTask(graph, id).status === "in-progress") {
      throw new WgError("in-progress", `"${id}" is being worked on`, {
        hint: `stop its run first: wg show ${id} names it, wg kill <run> ends it`,
      });
    }
    const dependants = neededBy(graph, id);
    execute(graph, query.deleteFrom("need").where("needs", "=", id));
    execute(graph, query.deleteFrom("task").where("id", "=", id));
    return dependants;
  });
}

/** The rows as tasks, with their needs, tags and holds: three more queries, however many rows. */
export function tasksOf(graph: Graph, rows: readonly Selectable<TaskTable>[]): Task[] {
  if (rows.length === 0) return [];
  const ids = anyOf(rows.map((row) => row.id));
  const edges = query
    .selectFrom("need")
    .selectAll()
    .where("task", "in", ids)
    .orderBy("task")
    .orderBy("needs");
  const labels = query.selectFrom("tag").selectAll().where("task", "in", ids).orderBy("task").orderBy("tag");
  const needs = byTask(rowsOf(graph, edges), "needs");
  const tags = byTask(rowsOf(graph, labels), "tag");
  const holds = new Map(listHolds(graph).map(({ task, ...hold }) => [task, hold]));
  return rows.map((row) => {
    const hold = holds.get(row.id);
    return { ...taskOf(row, needs.get(row.id) ?? [], tags.get(row.id) ?? []), ...(hold && { hold }) };
  });
}

/** What a neighbour shows of a task. */
export type Outline = Pick<Task, "id" | "status" | "blockers" | "title">;

/** The tasks of these ids in few words, by id; an unknown one is left out. */
export function outlines(graph: Graph, ids: readonly string[]): Outline[] {
  const select = query.selectFrom("task").select(["id", "status", "blockers", "title"]);
  return rowsOf(graph, select.where("id", "in", anyOf(ids)).orderBy("id"));
}

/** Up to five ids in a sentence: `a, b and 3 more`. */
export function fewOf(ids: readonly string[]): string {
  const rest = ids.length - 5;
  return rest > 0 ? `${ids.slice(0, 5).join(", ")} and ${rest} more` : ids.join(", ");
}

function taskOf(row: Selectable<TaskTable>, needs: string[], tags: string[]): Task {
  return {
    id: row.id,
    title: row.title,
    description: row.description,
    status: row.status,
    priority: row.priority,
    ...(row.model !== null && { model: row.model }),
    ...(row.tier !== null && { tier: row.tier }),
    ...(row.exec !== null && { exec: row.exec }),
    ...(row.verify !== null && { verify: row.verify }),
    ...(row.gate !== null && { gate: row.gate }),
    tags,
    needs,
    blockers: row.blockers,
    attempts: row.attempts,
    ...(row.reason !== null && { reason: row.reason }),
    ...(row.summary !== null && { summary: row.summary }),
    ...(row.same_plan_as !== null && { samePlanAs: row.same_plan_as }),
    createdAt: row.created_at,
    ...(row.started_at !== null && { startedAt: row.started_at }),
    ...(row.completed_at !== null && { completedAt: row.completed_at }),
  };
}

function byTask<Key extends string>(
  rows: readonly ({ task: string } & Record<Key, string>)[],
  key: Key,
): Map<string, string[]> {
  const lists = new Map<string, string[]>();
  for (const row of rows) {
    const list = lists.get(row.task);
    if (list === undefined) lists.set(row.task, [row[key]]);
    else list.push(row[key]);
  }
  return lists;
}

/** The columns that say what carries the task out, and what proves it done; an empty text clears one. */
function checkedWork(work: Pick<TaskEdit, "model" | "tier" | "exec" | "verify" | "gate">) {
  const column = (text: string, checked: (text: string) => string) => (text === "" ? null : checked(text));
  return {
    ...(work.model !== undefined && { model: column(work.model, checkedRoute) }),
    ...(work.tier !== undefined && { tier: column(work.tier, checkedTier) }),
    ...(work.exec !== undefined && { exec: column(work.exec, checkedCommand) }),
    ...(work.verify !== undefined && { verify: column(work.verify, checkedCommand) }),
    ...(work.gate !== undefined && { gate: work.gate === null ? null : checkedGate(work.gate) }),
  };
}

function refuseTwoWays(work: { exec?: string | null; model?: string | null; tier?: string | null }): void {
  if (!work.exec || !(work.model || work.tier)) return;
  throw new WgError("two-ways", "a task runs a command or an agent, not both", {
    hint: 'give --exec, or --model and --tier; wg edit clears one with an empty text: --exec ""',
  });
}

function addTags(graph: Graph, task: string, tags: readonly string[]): void {
  for (const tag of tags) {
    const insert = query.insertInto("tag").values({ task, tag });
    execute(
      graph,
      insert.onConflict((conflict) => conflict.doNothing()),
    );
  }
}

function linkNeeds(graph: Graph, task: string, needs: readonly string[]): void {
  for (const need of needs) if (!exists(graph, need)) throw noTask(graph, need);
  addNeeds(graph, task, needs);
}

function exists(graph: Graph, id: string): boolean {
  return rowOf(graph, query.selectFrom("task").select("number").where("id", "=", id)) !== undefined;
}

function noTask(graph: Graph, id: string): WgError {
  const shown = JSON.stringify(id.length > 64 ? `${id.slice(0, 61)}...` : id);
  const guess = nearest(id, similarIds(graph, id));
  return new WgError("no-task", `there is no task ${shown}`, {
    hint: guess ? `did you mean ${guess}?` : "wg list shows them",
  });
}

/** Ids that begin alike, a thousand at most: enough for a guess, whatever the size of the graph. */
function similarIds(graph: Graph, id: string): string[] {
  const first = id.slice(0, 1).toLowerCase();
  const select = query.selectFrom("task").select("id").where("id", ">=", first);
  const rows = rowsOf(graph, select.where("id", "<", `${first}\u{10ffff}`).orderBy("id").limit(1000));
  return rows.map((row) => row.id);
}
