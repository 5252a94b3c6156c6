// Which side of a canary a run is on, and so with which settings it is planned.
import type { Settings } from "../config/settings.ts";
import type { Arm } from "../graph/tables.ts";
import type { Task } from "../graph/task.ts";
import { armOf } from "../profile/arms.ts";
import type { Context } from "./context.ts";

/** Settings to plan with; `arm` where they are those of a side. */
export interface Side {
  settings: Settings;
  arm?: Arm;
}

type Source = Pick<Context, "applied">;

/**
 * The side of a worker run of this task, all its attempts alike. What says itself what it runs on is on none: a command, a
 * task with a model of its own, the repetition of a plan.
 */
export function sideOf({ applied }: Source, task: Pick<Task, "id" | "model" | "exec" | "samePlanAs">): Side {
  const here = applied.canary();
  const isOwn = task.model !== undefined || task.exec !== undefined || task.samePlanAs !== undefined;
  if (here?.kind !== "on" || isOwn) return { settings: applied.settings() };
  const arm = armOf(here.canary, task.id);
  return { arm, settings: here.settings[arm] };
}

/** The settings for a run that is about another one: those of its side while that canary is on, else what is active. */
export function settingsOfArm({ applied }: Source, arm: Arm | undefined): Settings {
  const here = applied.canary();
  return here?.kind === "on" && arm !== undefined ? here.settings[arm] : applied.settings();
}
