// How the active profile fares here, for verbs that say it in passing: nothing is loaded while nothing cools.
import * as fs from "node:fs";
import type { Settings } from "../config/settings.ts";
import type { FailoverState } from "../plan/failover.ts";
import type { Where } from "../profile/where.ts";

/** The state and its sentence, at the cost of one look at a folder where nothing cools; undefined then. */
export async function failoverNow(
  where: Where,
  now: Date,
  settingsOf: () => Settings,
): Promise<{ state: FailoverState; sentence: string } | undefined> {
  if (!fs.existsSync(where.home.cooling)) return undefined;
  const { readCoolings } = await import("../cooling/files.ts");
  const { failoverSentence, failoverState } = await import("../plan/failover.ts");
  const state = failoverState(where, settingsOf(), readCoolings(where, now));
  return state && { state, sentence: failoverSentence(state) };
}
