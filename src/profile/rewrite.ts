// A profile's file, made or replaced: the new text is checked as a whole first, and who runs on it reloads.
import * as fs from "node:fs";
import { WgError } from "../base/error.ts";
import { removeFile, writeText } from "../base/file.ts";
import type { Home } from "../base/home.ts";
import type { Settings } from "../config/settings.ts";
import { activeProfile } from "./active.ts";
import { commitChange, whileSwitching } from "./commit.ts";
import { type ProfileFile, profilePath, readProfile } from "./files.ts";
import { loadAs, loadNamed } from "./load.ts";
import { couldNotFollow, type Listener, placeOf, type Reply } from "./nudge.ts";
import { nextRoute, type Version } from "./outcome.ts";
import { chainAt } from "./project-profiles.ts";
import { keepRevision } from "./revisions.ts";
import { type RunningService, runningServices } from "./services.ts";
import type { Where } from "./where.ts";

/** `from` is absent for a new profile; revisions and `next` where the profile could not, or cannot, be used. */
export interface Rewritten {
  path: string;
  changed: boolean;
  from?: Version;
  to: Version;
  /** The route of its workers. */
  next?: string;
  /** It is what the place of the caller runs on. */
  active: boolean;
  /** It is a side of a canary, which the change does not reach. */
  isKept?: true;
  /** What the services that run on it said. */
  replies: Reply[];
  /** Why the profile cannot be used yet: it was no good before and is not quite good now. */
  problem?: WgError;
}

export interface Rewriting {
  name: string;
  by: string;
  /** Where the person sees the new text, for what is wrong in it; without one, lines of it would point nowhere. */
  shownAt?: string;
  /** The new text; given the old file, or undefined where there is none. Whatever it throws, nothing is changed. */
  text(old: ProfileFile | undefined): string;
}

/**
 * Replaces a profile's file in one step. Refuses a text that makes a good profile a bad one, for itself, for the caller's
 * place or for a service that runs on it; one that was bad before may be mended in steps.
 */
export function rewriteProfile(where: Where, rewriting: Rewriting, signal: AbortSignal): Promise<Rewritten> {
  return whileSwitching(where.home, signal, () => rewriteNow(where, rewriting, signal));
}

async function rewriteNow(where: Where, rewriting: Rewriting, signal: AbortSignal): Promise<Rewritten> {
  const { home } = where;
  const { name, by } = rewriting;
  const path = profilePath(home, name);
  const old = fs.existsSync(path) ? readProfile(home, name) : undefined;
  const draft: ProfileFile = { name, path, text: rewriting.text(old) };
  const { before, after, active, listeners } = checkDraft(where, draft, old, rewriting.shownAt);
  const changed = old?.text !== draft.text;
  const change = {
    by,
    make: () => writeText(path, draft.text),
    unmake: () => (old === undefined ? removeFile(path) : writeText(path, old.text)),
  };
  const replies = changed ? await commitChange(home, change, listeners, signal) : [];
  // A home that cannot be written has refused by now; what keeps only this from being kept undoes no change.
  if (active && !(after instanceof WgError)) keepRevision(where, after.settings);
  return {
    path,
    changed,
    ...(before && { from: versionOf(name, before) }),
    to: versionOf(name, after),
    ...(after instanceof WgError ? { problem: after } : { next: after.next }),
    active,
    ...(changed && (await isSideOfCanary(where, name)) && { isKept: true }),
    replies,
  };
}

async function isSideOfCanary(where: Where, name: string): Promise<boolean> {
  const { isSide } = await import("./canary-uses.ts");
  return isSide(where, name);
}

interface Checked {
  before: Use | WgError | undefined;
  after: Use | WgError;
  active: boolean;
  listeners: Listener[];
}

/** Tries the draft in every place that runs on it, before it is written anywhere. */
function checkDraft(
  where: Where,
  draft: ProfileFile,
  old: ProfileFile | undefined,
  shownAt: string | undefined,
): Checked {
  const before = old && useOf(where, draft.name, old);
  const after = useOf(where, draft.name, draft);
  try {
    if (after instanceof WgError && !(before instanceof WgError)) throw after;
    const active = runsOn(where, draft);
    if (active) staysWell(where, draft);
    return { before, after, active, listeners: listenersOf(where.home, draft) };
  } catch (error) {
    throw error instanceof WgError ? movedTo(shownAt, draft.path, error) : error;
  }
}

/** The refusal with its place in the file moved to where the text is shown, or without one. */
function movedTo(shownAt: string | undefined, path: string, error: WgError): WgError {
  const { code, message, hint, at, exit } = error;
  const place = at?.path !== path ? at : shownAt === undefined ? undefined : { ...at, path: shownAt };
  return new WgError(code, message, {
    exit,
    cause: error,
    ...(hint !== undefined && { hint }),
    ...(place && { at: place }),
  });
}

interface Use {
  settings: Settings;
  revision: string;
  next: string;
}

/** What a profile with this text comes to on its own, or why it cannot be used. */
function useOf(where: Where, name: string, draft: ProfileFile): Use | WgError {
  try {
    const settings = loadNamed(where, name, draft);
    return { settings, revision: settings.revision, next: nextRoute(settings) };
  } catch (error) {
    if (error instanceof WgError) return error;
    throw error;
  }
}

function versionOf(profile: string, use: Use | WgError): Version {
  return use instanceof WgError ? { profile } : { profile, revision: use.revision };
}

/** The services that run on the profile, directly or by `extends`. */
function listenersOf(home: Home, draft: ProfileFile): Listener[] {
  return runningServices(home)
    .filter((service) => runsOn(placeOf(home, service), draft))
    .map((service) => ({ service, follows: canFollow(home, service, draft) }));
}

function canFollow(home: Home, service: RunningService, draft: ProfileFile): boolean {
  try {
    return staysWell(placeOf(home, service), draft);
  } catch (error) {
    throw error instanceof WgError ? couldNotFollow(service, error) : error;
  }
}

/** True when a place that runs on the profile can load the draft. Refuses where it cannot, and could until now. */
function staysWell(place: Where, draft: ProfileFile): boolean {
  const problem = problemAt(place, draft);
  if (problem !== undefined && problemAt(place) === undefined) throw problem;
  return problem === undefined;
}

function problemAt(place: Where, draft?: ProfileFile): WgError | undefined {
  try {
    loadAs(place, activeProfile(place), draft);
    return undefined;
  } catch (error) {
    if (error instanceof WgError) return error;
    throw error;
  }
}

/** True when what is active at a place is the drafted profile, or extends it. */
function runsOn(place: Where, draft: ProfileFile): boolean {
  try {
    const { name } = activeProfile(place);
    if (name === undefined) return false;
    const { files } = chainAt(place, name, draft);
    return files.some((file) => file.name === draft.name);
  } catch (error) {
    // What cannot be read now does not run on it either: it stays on its last good revision.
    if (error instanceof WgError) return false;
    throw error;
  }
}
