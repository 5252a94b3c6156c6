// The two sides of a canary as settings: what its revisions were kept as, in the place where runs are planned.
import { WgError } from "../base/error.ts";
import { readText } from "../base/file.ts";
import { routeText } from "../base/route.ts";
import { routeFor } from "../config/cascade.ts";
import { endpointsKey } from "../config/endpoints.ts";
import { findDefinition } from "../config/schema.ts";
import type { Bundle, Origin, Setting, Settings } from "../config/settings.ts";
import { type Canary, type CanaryArm, canaryAt, canaryFileFor } from "./canary.ts";
import { loadNamed } from "./load.ts";
import { baseName } from "./name.ts";
import { requireRevision } from "./revisions.ts";
import { isInShare } from "./share.ts";
import type { Where } from "./where.ts";

/** Which side a run is on. */
export type ArmName = "main" | "canary";

/** A canary that is on here, and the settings of its sides. */
export interface Arms {
  canary: Canary;
  settings: Readonly<Record<ArmName, Settings>>;
}

/** `aside`: one is on, but what this place says itself would make other arms of it, so it goes on without. */
export type CanaryHere = ({ kind: "on" } & Arms) | { kind: "aside"; canary: Canary; why: string };

/**
 * The canary at a place with these settings, and its arms: the bundles as they were kept in the home, with everything
 * else as the settings have it. Refuses `bad-canary`, and `no-revision` or `bad-revision` where a bundle is not kept any more.
 */
export function canaryHere(where: Where, settings: Settings): CanaryHere | undefined {
  const { active } = settings;
  const canary = canaryAt(where, active);
  const file = canaryFileFor(where, active.origin);
  if (canary === undefined || file === undefined) return undefined;
  const why = ownWord(canary, settings);
  if (why !== undefined) return { kind: "aside", canary, why };
  const main = armSettings(where, settings, canary.main, active);
  const other = armSettings(where, settings, canary.canary, {
    name: nameOf(canary.canary),
    origin: { layer: active.origin.layer === "project" ? "project" : "global", source: file },
    shadows: [],
  });
  const { general } = settings;
  const budgets = { ...general.budgets, profile: canary.canary.budget ?? {} };
  return {
    kind: "on",
    canary,
    settings: { main, canary: { ...other, general: { ...general, budgets } } },
  };
}

/** Settings to plan with; `arm` where they are those of a side. */
export interface Side {
  settings: Settings;
  arm?: ArmName;
}

/** As much of a task as its side depends on. */
export interface Sided {
  id: string;
  model?: string;
  exec?: string;
  samePlanAs?: string;
}

/**
 * The side of a worker run of this task, all its attempts alike; `settings` are those of what is active. What says itself
 * what it runs on is on none: a command, a task with a model of its own, the repetition of a plan.
 */
export function sideIn(here: CanaryHere | undefined, settings: Settings, task: Sided): Side {
  const isOwn = task.model !== undefined || task.exec !== undefined || task.samePlanAs !== undefined;
  if (here?.kind !== "on" || isOwn) return { settings };
  const arm = armOf(here.canary, task.id);
  return { arm, settings: here.settings[arm] };
}

/** The side of a task. Pure, and the same for every service and every attempt. */
export function armOf({ share }: Pick<Canary, "share">, task: string): ArmName {
  return isInShare(task, share) ? "canary" : "main";
}

/** A warning where the work of the two sides is scored by different judges; undefined where it is by one. */
export function judgesSentence(settings: Arms["settings"]): string | undefined {
  const [main, canary] = [settings.main, settings.canary].map(({ bundle }) =>
    routeText(routeFor(bundle, "evaluator").route),
  );
  if (main === canary) return undefined;
  return `each side is scored by its own evaluator, ${canary} and ${main}: some of a difference may be theirs`;
}

/** The mark of what canary files say at a place; equal marks mean equal canaries. Never refuses. */
export function canaryMark({ home, project }: Where): string {
  return JSON.stringify([home.canary, project?.canary].map((file) => file && markOf(file)));
}

function markOf(file: string): string {
  try {
    return readText(file) ?? "";
  } catch {
    // What cannot be read is told by who needs it; until it can, it is one and the same.
    return "unreadable";
  }
}

/**
 * What of its sides the files of their profiles do not say any more, one sentence each. `place` has the project whose own
 * pointer the canary goes with, or none.
 */
export function changedSides({ home, project }: Pick<Where, "home" | "project">, canary: Canary): string[] {
  return [canary.main, canary.canary].flatMap(({ profile, revision }) => {
    const now = revisionNow({ home, ...(project && { project }), env: {} }, profile);
    if (now === revision) return [];
    const what = now === undefined ? "cannot be used any more" : `has changed since, to ${now}`;
    return [`${profile} ${what}; its side stays on revision ${revision}`];
  });
}

function revisionNow(place: Where, profile: string): string | undefined {
  try {
    return loadNamed(place, profile === baseName ? undefined : profile).revision;
  } catch (error) {
    if (error instanceof WgError) return undefined;
    throw error;
  }
}

/** What of this place's own would be part of a bundle, so that its arms are not those that were kept. */
function ownWord({ readsBase }: Canary, { active, values, hidden }: Settings): string | undefined {
  const isOwn = ({ origin: { layer } }: { origin: Origin }) =>
    layer === "env" ||
    layer === "flag" ||
    (readsBase && layer === "project" && active.origin.layer !== "project");
  const said = [...values.values()].filter(({ key }) => isOfBundle(key));
  const own = said.find((setting) => isOwn(setting) || (readsBase && setting.shadows.some(isOwn)));
  const [key] = own ? [own.key] : ([...hidden].find(([, shadows]) => readsBase && shadows.some(isOwn)) ?? []);
  return key === undefined ? undefined : `${key} is set here as well, so its sides would be others`;
}

/**
 * These settings with the bundle of a kept revision in place of their own, by the name of the profile that is active in them.
 * Refuses as `requireRevision`.
 */
export function withRevision(where: Where, settings: Settings, revision: string): Settings {
  const { active } = settings;
  return armSettings(where, settings, { profile: active.name ?? baseName, revision, from: "home" }, active);
}

function armSettings(
  { home }: Where,
  settings: Settings,
  arm: CanaryArm,
  active: Settings["active"],
): Settings {
  // Only of the home: what lies in a project's folder may have come with it.
  const { bundle, revision, path } = requireRevision({ home }, arm.revision);
  // What the active profile says of its own runs, such as a budget, is nothing to those of the other arm.
  const isOther = active !== settings.active;
  const general = [...settings.values].filter(
    ([key, { origin }]) => !isOfBundle(key) && !(isOther && origin.layer === "profile"),
  );
  const { notes: _, ...rest } = settings;
  return {
    ...rest,
    active,
    bundle,
    revision,
    hidden: new Map(),
    values: new Map([...general, ...bundleValues(bundle, { layer: "profile", source: path }, arm)]),
  };
}

/** The keys of a bundle, all from one place. */
function bundleValues(bundle: Bundle, origin: Origin, { from }: CanaryArm): [string, Setting][] {
  const { agent, dispatcher, tiers, models, endpoints, env, handlerEnv, fallback } = bundle;
  const found: [string, unknown][] = [
    ["agent.model", agent.model],
    ["dispatcher.model", dispatcher.model],
    ...under("tiers", tiers),
    ...Object.entries(models).flatMap(([role, said]) => under(`models.${role}`, said)),
    [endpointsKey, endpoints.length > 0 ? endpoints : undefined],
    ...under("env", env),
    ...Object.entries(handlerEnv).flatMap(([handler, pins]) => under(`handlers.${handler}.env`, pins)),
    ["fallback", fallback.length > 0 ? fallback : undefined],
  ];
  return found.flatMap(([key, value]) => {
    if (value === undefined) return [];
    // The names in a list of the project's mean what they mean there.
    const at = key === "fallback" && from === "project" ? { ...origin, layer: from } : origin;
    return [[key, { key, value, origin: at, shadows: [] }]];
  });
}

function under(prefix: string, members: object): [string, unknown][] {
  return Object.entries(members).map(([key, value]) => [`${prefix}.${key}`, value]);
}

function isOfBundle(key: string): boolean {
  const scope = findDefinition(key.split("."))?.scope;
  return scope === "bundle" || scope === "profile";
}

function nameOf({ profile }: CanaryArm): string | undefined {
  return profile === baseName ? undefined : profile;
}
