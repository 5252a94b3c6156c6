// Ready tasks that cannot be planned with the settings in force: they wait, the others go on.
import { canonicalJson } from "../base/canonical.ts";
import type { WgError } from "../base/error.ts";
import type { Settings } from "../config/settings.ts";
import type { Task } from "../graph/task.ts";
import type { ServiceStatus } from "../ipc/protocol.ts";

export interface Waiting {
  /** How many wait, at least. */
  size(): number;
  /** True while planning this task again could only fail the same way. */
  holds(task: Task, settings: Settings, mark: string): boolean;
  /** Remembers why a task has no plan; true when that is news. With a `mark` it waits only while that is the same. */
  add(task: Task, settings: Settings, error: WgError, now: Date, mark?: string): boolean;
  /** Forgets the tasks for which `isReady` is false. */
  keepOnly(isReady: (task: string) => boolean): void;
  list(): ServiceStatus["waiting"];
}

interface Entry {
  problem: string;
  since: string;
  settings: Settings;
  asked: string;
  /** What cooled, where that is the reason. */
  mark: string | undefined;
}

/** An empty list. It holds at most `limit` tasks; what is above that is planned anew each time. */
export function waitingTasks(limit = 1000): Waiting {
  const entries = new Map<string, Entry>();
  return {
    size: () => entries.size,
    holds(task, settings, mark) {
      const entry = entries.get(task.id);
      if (entry === undefined || (entry.mark !== undefined && entry.mark !== mark)) return false;
      return entry.settings === settings && entry.asked === asked(task);
    },
    add(task, settings, error, now, mark) {
      const problem = error.hint === undefined ? error.message : `${error.message} (${error.hint})`;
      const before = entries.get(task.id);
      const isNews = before?.problem !== problem;
      if (before === undefined && entries.size >= limit) return false;
      const since = isNews ? now.toISOString() : before.since;
      entries.set(task.id, { problem, since, settings, asked: asked(task), mark });
      return isNews;
    },
    keepOnly(isReady) {
      for (const task of entries.keys()) if (!isReady(task)) entries.delete(task);
    },
    list: () => [...entries].map(([task, { problem, since }]) => ({ task, problem, since })),
  };
}

/** What of a task its plan's success depends on. */
function asked({ model, tier, exec, samePlanAs }: Task): string {
  return canonicalJson({ model, tier, exec, samePlanAs });
}
