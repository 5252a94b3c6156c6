// Ready tasks that would get no plan: as the service tells it, or found out where none runs.
import { WgError } from "../base/error.ts";
import type { Settings } from "../config/settings.ts";
import type { Task } from "../graph/task.ts";
import { choose } from "../plan/choose.ts";
import type { ServiceView } from "./service-view.ts";

/** Why each of the tasks cannot be planned, by id; those that can are left out. `settings` are those in force here, or why there are none. */
export function unplannable(
  ready: readonly Task[],
  service: ServiceView,
  settings: Settings | WgError,
): Map<string, string> {
  if (service.kind === "running") {
    return new Map(service.status.waiting.map(({ task, problem }) => [task, problem]));
  }
  const found = new Map<string, string>();
  for (const task of ready) {
    const problem = settings instanceof WgError ? settings : problemOf(task, settings);
    if (problem !== undefined) found.set(task.id, textOf(problem));
  }
  return found;
}

function problemOf({ id, model, tier, exec, samePlanAs }: Task, settings: Settings): WgError | undefined {
  // It has its plan already.
  if (samePlanAs !== undefined) return undefined;
  const wish = { ...(model !== undefined && { model }), ...(tier !== undefined && { tier }) };
  try {
    choose("worker", settings, { task: id, isCommand: exec !== undefined, ...wish });
    return undefined;
  } catch (error) {
    if (error instanceof WgError) return error;
    throw error;
  }
}

function textOf({ message, hint }: WgError): string {
  return hint === undefined ? message : `${message} (${hint})`;
}
