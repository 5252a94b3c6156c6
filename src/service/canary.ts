// Which side of a canary a run is on, and so with which settings it is planned.
import type { Settings } from "../config/settings.ts";
import type { Arm } from "../graph/tables.ts";
import { type Side, type Sided, sideIn } from "../profile/arms.ts";
import type { Context } from "./context.ts";

type Source = Pick<Context, "applied">;

/** The side of a worker run of this task, by the settings and the canary that are in force. */
export function sideOf({ applied }: Source, task: Sided): Side {
  return sideIn(applied.canary(), applied.settings(), task);
}

/** The settings for a run that is about another one: those of its side while that canary is on, else what is active. */
export function settingsOfArm({ applied }: Source, arm: Arm | undefined): Settings {
  const here = applied.canary();
  return here?.kind === "on" && arm !== undefined ? here.settings[arm] : applied.settings();
}
