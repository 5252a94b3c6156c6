// Which profile work runs on while the active one's destination cools: the active one, or the first of its fallbacks.
import { WgError } from "../base/error.ts";
import type { Role } from "../base/role.ts";
import type { Origin, Settings } from "../config/settings.ts";
import type { CoolingClass, Standing } from "../cooling/cooling.ts";
import { destinationOf } from "../cooling/destination.ts";
import type { Coolings } from "../cooling/files.ts";
import type { Failover } from "../graph/plan.ts";
import { profilePath } from "../profile/files.ts";
import { loadAs } from "../profile/load.ts";
import type { Where } from "../profile/where.ts";
import { choose, type Wish } from "./choose.ts";

/** A profile that work could run on, as a whole bundle, and how the place stands that it would go to. */
export interface Option {
  /** `base` for none. */
  profile: string;
  settings: Settings;
  destination: string | undefined;
  standing: Standing;
}

/** The active profile first, then those of its fallbacks that can be used; why others cannot, one sentence each. */
export interface Options {
  options: [Option, ...Option[]];
  skipped: string[];
}

/** `run`: on that option, and as the one run that tries it where it `isProbe`. `wait`: until then, or for another run. */
export type Picked = { kind: "run"; index: number; isProbe: boolean } | { kind: "wait"; until?: Date };

/** The first place that does not cool, in order; one that has rested is tried by a single run. Pure. */
export function pickOption(standings: readonly Standing[]): Picked {
  const index = standings.findIndex(({ kind }) => kind !== "cooling");
  if (index >= 0) return { kind: "run", index, isProbe: standings[index]?.kind === "over" };
  const times = standings.flatMap((standing) =>
    standing.kind === "cooling" && standing.until !== undefined ? [standing.until.getTime()] : [],
  );
  return times.length === 0 ? { kind: "wait" } : { kind: "wait", until: new Date(Math.min(...times)) };
}

/**
 * What a role could run on: the active profile, and while its destination cools or has just rested also those it names
 * as its `fallback`. A fallback's own list counts for nothing, so there is no chain within a chain; one that is missing,
 * broken, not trusted, or the active one itself is skipped. Work that says itself what it runs on has no other place.
 * Refuses as `choose` does for the active profile.
 */
export function optionsFor(
  where: Where,
  settings: Settings,
  coolings: Coolings,
  wish: { role: Role; wish?: Wish },
): Options {
  const optionOf = (of: Settings): Option => {
    const destination = destinationOf(choose(wish.role, of, wish.wish), where.env);
    return {
      profile: of.active.name ?? "base",
      settings: of,
      destination,
      standing: coolings.standing(destination),
    };
  };
  const first = optionOf(settings);
  const isFixed = wish.wish?.model !== undefined || wish.wish?.isCommand === true;
  if (first.standing.kind === "free" || isFixed) return { options: [first], skipped: [] };
  const options: Options["options"] = [first];
  const { usable, skipped } = fallbacksOf(where, settings);
  for (const fallback of usable) {
    try {
      options.push(optionOf(fallback));
    } catch (error) {
      if (!(error instanceof WgError)) throw error;
      skipped.push(passedOver(fallback.active.name ?? "base", error));
    }
  }
  return { options, skipped };
}

/**
 * The settings that a role runs on at this moment, for what does not wait: the first place that does not cool, and why it
 * is not the active one. While everything cools it is the active one: somebody is there to see what comes of it.
 */
export function placeNow(
  where: Where,
  settings: Settings,
  coolings: Coolings,
  role: Role,
): { settings: Settings; failover?: Failover; skipped: string[] } {
  const { options, skipped } = optionsFor(where, settings, coolings, { role });
  const picked = pickOption(options.map(({ standing }) => standing));
  const index = picked.kind === "run" ? picked.index : 0;
  const failover = failoverOf(options, index);
  return { settings: options[index]?.settings ?? settings, ...(failover && { failover }), skipped };
}

/** The settings of each fallback of the active profile, in order; and why others cannot be used, one sentence each. */
export function fallbacksOf(where: Where, settings: Settings): { usable: Settings[]; skipped: string[] } {
  const usable: Settings[] = [];
  const skipped: string[] = [];
  for (const name of settings.bundle.fallback) {
    try {
      if (name === settings.active.name)
        throw new WgError("fallback-loop", "it is the active profile itself");
      usable.push(loadFallback(where, settings, name));
    } catch (error) {
      if (!(error instanceof WgError)) throw error;
      skipped.push(passedOver(name, error));
    }
  }
  return { usable, skipped };
}

function passedOver(name: string, { message }: WgError): string {
  return `fallback ${name} is passed over: ${message}`;
}

/** Why a run is on an option that is not the active profile; undefined for that one. Pure. */
export function failoverOf([active]: Options["options"], index: number): Failover | undefined {
  if (index === 0 || active.standing.kind === "free") return undefined;
  const { standing } = active;
  const until = standing.kind === "cooling" ? standing.until?.toISOString() : undefined;
  return { from: active.profile, why: standing.cooling.class, ...(until !== undefined && { until }) };
}

/** How the active profile fares while its destination cools, and what its work does meanwhile. Times are ISO 8601 UTC. */
export interface FailoverState {
  profile: string;
  destination: string;
  why: CoolingClass;
  since: string;
  /** Absent when it has rested: then `probe` is the run that tries it, or the next one will. */
  until?: string;
  /** When the server says that its quota is back. */
  resetsAt?: string;
  probe?: string;
  /** The fallback that new runs take; absent where they wait, or where the next one tries the active profile. */
  runningOn?: string;
  /** Why fallbacks are passed over, one sentence each. */
  skipped: string[];
}

/** The state for a worker whose task asks for nothing; undefined while its destination is free, or it has none. */
export function failoverState(
  where: Where,
  settings: Settings,
  coolings: Coolings,
): FailoverState | undefined {
  if (coolings.list.length === 0) return undefined;
  let found: Options;
  try {
    found = optionsFor(where, settings, coolings, { role: "worker" });
  } catch (error) {
    if (error instanceof WgError) return undefined;
    throw error;
  }
  const { options, skipped } = found;
  const [active] = options;
  const { standing } = active;
  if (standing.kind === "free") return undefined;
  const picked = pickOption(options.map((option) => option.standing));
  const runningOn = picked.kind === "run" && picked.index > 0 ? options[picked.index]?.profile : undefined;
  const { destination, class: why, since, resetsAt, probe } = standing.cooling;
  const until = standing.kind === "cooling" ? standing.until?.toISOString() : undefined;
  const isTried = standing.kind === "cooling" && until === undefined;
  return {
    profile: active.profile,
    destination,
    why,
    since,
    ...(until !== undefined && { until }),
    ...(resetsAt !== undefined && { resetsAt }),
    ...(isTried && probe !== undefined && { probe: probe.run }),
    ...(runningOn !== undefined && { runningOn }),
    skipped,
  };
}

/** `codex is active, cooling until 14:05 (quota), running on wgnext`. */
export function failoverSentence(
  state: Pick<FailoverState, "profile" | "why" | "until" | "probe" | "runningOn">,
): string {
  const { profile, why, until, probe, runningOn } = state;
  const elsewhere =
    runningOn === undefined ? "no fallback is free, so tasks wait" : `running on ${runningOn}`;
  if (until !== undefined) {
    return `${profile} is active, cooling until ${clockText(new Date(until))} (${why}), ${elsewhere}`;
  }
  if (probe === undefined) return `${profile} is active, has rested (${why}), and the next run tries it`;
  return `${profile} is active, has rested (${why}) and is being tried by ${probe}, ${elsewhere}`;
}

/** `14:05`, by the clock on the wall here. */
export function clockText(time: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(time.getHours())}:${two(time.getMinutes())}`;
}

/** The settings of a fallback as `--profile` would load them. A name in the user's own file means the user's own. */
function loadFallback(where: Where, settings: Settings, name: string): Settings {
  const origin = settings.values.get("fallback")?.origin;
  const { project } = where;
  const named = settings.active.name;
  const isTheirs =
    origin?.layer === "project" ||
    (project !== undefined && named !== undefined && origin?.source === profilePath(project, named));
  const from: Origin = {
    ...(origin ?? { source: "fallback" }),
    layer: isTheirs ? "project" : "global",
  };
  return loadAs(where, { name, origin: from, shadows: [] }).settings;
}
