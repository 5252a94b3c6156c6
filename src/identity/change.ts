// An agency file, made, replaced or removed: tried as a whole first, and what agents were before is kept.
import { WgError } from "../base/error.ts";
import { removeFile, writeText } from "../base/file.ts";
import { agencyPath, agencyText } from "./folders.ts";
import type { Identity, Keeper, Place } from "./identity.ts";
import { type Draft, type Identities, readIdentities } from "./read.ts";
import { type KeptBy, keepVersion } from "./versions.ts";

/** An agent that is another one now; `before` is absent for one that was made or mended. */
export interface Changed {
  before?: Identity;
  after: Identity;
}

/** What a change came to; `problem` says why versions could not be kept, which undoes nothing. */
export interface Change {
  path: string;
  changed: Changed[];
  problem?: WgError;
}

/** An agent to be made. */
export interface Fresh {
  from: Keeper;
  name: string;
  text: string;
  /** Whether it may take the place of one that is there. */
  replaces: boolean;
}

/** Makes an agent. Refuses `agent-exists`, and a text that is no good agent here. */
export function createAgent(place: Place, { from, name, text, replaces }: Fresh, now: Date): Change {
  const path = agencyPath(place, from, "agents", name);
  if (!replaces && agencyText(place, from, path) !== undefined) {
    throw new WgError("agent-exists", `there is an agent "${name}" already`, {
      at: { path },
      hint: `wg agent edit ${name} changes it; --force replaces it`,
    });
  }
  return replaceText(place, { path, text }, undefined, "create", now);
}

/**
 * Replaces the text of a file that agents are made of. Refuses one that is no good, with its lines at `shownAt` where the
 * person sees them, and one that breaks an agent which could be used until now.
 */
export function changeFile(place: Place, draft: Draft, shownAt: string | undefined, now: Date): Change {
  return replaceText(place, draft, shownAt, "edit", now);
}

/** Removes an agent's file; its role and tradeoff stay, and what it was is kept. Answers why it could not be kept. */
export function removeAgent(
  place: Place,
  { path, identity }: { path: string; identity: Identity | undefined },
  now: Date,
): WgError | undefined {
  const problem = identity && keepVersion(place, identity, "use", now);
  removeFile(path);
  return problem;
}

function replaceText(place: Place, draft: Draft, shownAt: string | undefined, by: KeptBy, now: Date): Change {
  const before = readIdentities(place);
  const after = readIdentities(place, draft);
  const broken = brokenBy(before, after, draft.path);
  if (broken !== undefined) throw shownElsewhere(broken, draft.path, shownAt);
  const changed = changedBetween(before, after);
  // What is replaced is kept before it is gone.
  const problems = changed.map((each) => each.before && keepVersion(place, each.before, "use", now));
  writeText(draft.path, draft.text);
  problems.push(...changed.map((each) => keepVersion(place, each.after, by, now)));
  const problem = problems.find((each) => each !== undefined);
  return { path: draft.path, changed, ...(problem && { problem }) };
}

/** What is wrong in the file itself, else with an agent that was good before. */
function brokenBy(before: Identities, after: Identities, path: string): WgError | undefined {
  const own = after.problems.find(({ at }) => at?.path === path);
  const usable = new Set(after.identities.map((identity) => identity.path));
  const lost = before.identities.find((identity) => !usable.has(identity.path));
  return own ?? after.problems.find(({ at }) => lost !== undefined && at?.path === lost.path);
}

/** The refusal with its place moved to where the text is shown, or without one: its lines are in no file. */
function shownElsewhere(error: WgError, path: string, shownAt: string | undefined): WgError {
  const { code, message, hint, at } = error;
  const place = at?.path !== path ? at : shownAt === undefined ? undefined : { ...at, path: shownAt };
  return new WgError(code, message, {
    cause: error,
    ...(hint !== undefined && { hint }),
    ...(place && { at: place }),
  });
}

function changedBetween(before: Identities, after: Identities): Changed[] {
  const old = new Map(before.identities.map((identity) => [identity.path, identity]));
  return after.identities.flatMap((identity) => {
    const was = old.get(identity.path);
    if (was?.hash === identity.hash) return [];
    return [{ ...(was && { before: was }), after: identity }];
  });
}
