// Where a task goes when it is claimed: to the active profile, or while that cools to the first of its fallbacks.
import { WgError } from "../base/error.ts";
import type { Role } from "../base/role.ts";
import type { Settings } from "../config/settings.ts";
import { destinationOf } from "../cooling/destination.ts";
import { type Coolings, endProbe, readCoolings, takeProbe } from "../cooling/files.ts";
import type { Failover, Plan } from "../graph/plan.ts";
import type { Wish } from "../plan/choose.ts";
import {
  clockText,
  failoverOf,
  type Options,
  optionsFor,
  type Picked,
  pickOption,
} from "../plan/failover.ts";
import { keepRevision } from "../profile/revisions.ts";
import type { Context } from "./context.ts";

/** What is to be run: by whom, and what the task itself asks for, or which plan it repeats. */
export interface Wanted {
  role: Role;
  run: string;
  wish?: Wish;
  samePlan?: Plan | undefined;
}

/** What a run is planned with. */
export interface Way {
  settings: Settings;
  /** What its plan says of it. */
  marks: Pick<Plan, "fallback" | "failover" | "probe">;
  /** The run was not claimed after all: another may try the destination it had. */
  giveUp(): void;
}

/** What a place says of where runs go. */
type Place = Pick<Context, "where" | "project" | "now" | "tell">;

/** A task cannot start now because everything it could run on cools; nothing is wrong with its settings. */
export const coolingCode = "cooling";

/**
 * Decides where a run goes, and makes it the one that tries what has rested. Refuses with `cooling` while
 * all that it could run on cools, and as `choose` does.
 */
export function wayFor(context: Place, wanted: Wanted, settings: Settings): Way {
  const { run } = wanted;
  const { where, project } = context;
  const now = context.now();
  const coolings = readCoolings(where, now);
  const { options, skipped } = optionsOf(context, settings, coolings, wanted);
  for (const sentence of skipped) context.tell(sentence);
  // Another service may be faster to try what has rested; for us it then cools.
  const standings = options.map(({ standing }) => standing);
  for (;;) {
    const picked = pickOption(standings);
    const [active] = options;
    const option = picked.kind === "run" ? options[picked.index] : undefined;
    if (picked.kind === "wait" || option === undefined) throw allCool(options, picked);
    const { destination, standing } = option;
    const probe = { run, project: project.root, at: now.toISOString() };
    const isProbe = picked.isProbe && destination !== undefined;
    if (isProbe && !takeProbe(where, destination, probe, now)) {
      if (standing.kind !== "free") standings[picked.index] = { kind: "cooling", cooling: standing.cooling };
      continue;
    }
    if (picked.index > 0) keepFallback(context, option.settings);
    const failover = failoverOf(options, picked.index);
    const fallback = fallbackOf(active.settings, wanted);
    return {
      settings: option.settings,
      marks: {
        ...(fallback.length > 0 && { fallback }),
        ...(failover && { failover }),
        ...(isProbe && { probe: true }),
      },
      giveUp: () => isProbe && endProbe(where, destination, run),
    };
  }
}

/** What the log says of a run that is on a fallback. */
export function failoverText({ from, why, until }: Failover, to: string): string {
  const when =
    until === undefined ? "being tried by another run" : `cooling until ${clockText(new Date(until))}`;
  return `${from} is active, ${when} (${why}), running on ${to}`;
}

function optionsOf(
  { where }: Place,
  settings: Settings,
  coolings: Coolings,
  { role, wish, samePlan }: Wanted,
): Options {
  if (samePlan === undefined) return optionsFor(where, settings, coolings, { role, ...(wish && { wish }) });
  const destination = destinationOf(samePlan, where.env);
  const standing = coolings.standing(destination);
  return { options: [{ profile: samePlan.profile, settings, destination, standing }], skipped: [] };
}

function fallbackOf({ bundle, active }: Settings, { wish, samePlan }: Wanted): string[] {
  if (wish?.model !== undefined || wish?.isCommand || samePlan !== undefined) return [];
  return bundle.fallback.filter((name) => name !== active.name);
}

function keepFallback({ where, tell }: Place, settings: Settings): void {
  const problem = keepRevision(where, settings);
  if (problem !== undefined) tell(`revision ${settings.revision} is not kept: ${problem.message}`);
}

function allCool(options: Options["options"], picked: Picked): WgError {
  const [active, ...others] = options;
  const { standing, profile } = active;
  const why = standing.kind === "free" ? "" : ` (${standing.cooling.class})`;
  const until = picked.kind === "wait" ? picked.until : undefined;
  const when = until === undefined ? "is being tried by another run" : `cools until ${clockText(until)}`;
  const what = others.length === 0 ? profile : `${profile} with its fallbacks`;
  return new WgError(coolingCode, `${what} ${when}${why}`, {
    hint: "wg failover list says more; a profile with a free fallback would go on",
  });
}
