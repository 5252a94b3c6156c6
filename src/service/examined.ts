// Which held tasks have been looked at, and in what circumstances, so that a look at many of them stays cheap.
import type { Settings } from "../config/settings.ts";
import type { Hold } from "../graph/hold.ts";

/** Which holds have been looked at, and in what circumstances: looking again at the same is no use. */
export interface Examined {
  isDue(hold: Hold & { task: string }, settings: Settings, mark: string): boolean;
  keepOnly(tasks: readonly string[]): void;
}

/** Nothing examined yet. At most `perLook` holds are due between two calls of `keepOnly`. */
export function examinedHolds(perLook = 50): Examined {
  const seen = new Map<string, { since: string; settings: Settings; mark: string }>();
  let left = perLook;
  return {
    isDue({ task, since }, settings, mark) {
      const before = seen.get(task);
      if (before?.since === since && before.settings === settings && before.mark === mark) return false;
      if (left === 0) return false;
      left -= 1;
      seen.set(task, { since, settings, mark });
      return true;
    },
    keepOnly(tasks) {
      left = perLook;
      const held = new Set(tasks);
      for (const task of seen.keys()) if (!held.has(task)) seen.delete(task);
    },
  };
}
