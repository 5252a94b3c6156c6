// The tasks that wait, and why: a few of each kind, those first that would not go on by themselves.
import type { WgError } from "../base/error.ts";
import type { Settings } from "../config/settings.ts";
import type { Graph } from "../graph/database.ts";
import { listHolds } from "../graph/hold.ts";
import { readyTasks } from "../graph/ready.ts";
import { openStates, type State, standing } from "../graph/standing.ts";
import { findTask, listTasks, type Task } from "../graph/task.ts";
import { readyCause } from "./roots.ts";
import type { ServiceView } from "./service-view.ts";
import { unplannable } from "./unplannable.ts";

export const waitingKinds = ["cannot-plan", "held", "needs", "ready"] as const;

export interface WaitingTask {
  task: string;
  kind: (typeof waitingKinds)[number];
  why: string;
  /** Until when, for a hold that ends by itself. */
  until?: string;
}

/** `more` are those that wait besides. */
export interface Waiting {
  tasks: WaitingTask[];
  more: number;
}

/** Of each kind. */
const shown = 5;

/** What waits in a graph with so many tasks in each state. `settings` are those in force here, or why there are none. */
export function waitingTasks(
  graph: Graph,
  states: readonly { state: State; count: number }[],
  service: ServiceView,
  settings: Settings | WgError,
): Waiting {
  const ready = readyTasks(graph, 2 * shown);
  const problems = unplannable(ready, service, settings);
  const holds = listHolds(graph);
  const held = holds.slice(0, shown).flatMap(({ task }) => findTask(graph, task) ?? []);
  const blocked = listTasks(graph, { open: "blocked", limit: shown + holds.length });
  const cannot = [...problems].map(([task, why]) => ({ task, kind: "cannot-plan" as const, why }));
  const next = ready.filter(({ id }) => !problems.has(id));
  const needy = blocked.filter(({ hold }) => hold === undefined);
  const tasks: WaitingTask[] = [
    ...cannot.slice(0, shown),
    ...held.map((task) => heldRow(graph, task)),
    ...next.slice(0, shown).map(({ id }) => ({
      task: id,
      kind: "ready" as const,
      why: readyCause(id, { service, unplannable: problems }).why,
    })),
    ...needy.slice(0, shown).map((task) => ({
      task: task.id,
      kind: "needs" as const,
      why: standing(graph, task),
    })),
  ];
  const open = states.filter(({ state }) => openStates.includes(state));
  const all = open.reduce((total, { count }) => total + count, 0);
  return { tasks, more: Math.max(0, all - tasks.length) };
}

function heldRow(graph: Graph, task: Task): WaitingTask {
  const until = task.hold?.until;
  return { task: task.id, kind: "held", why: standing(graph, task), ...(until !== undefined && { until }) };
}
