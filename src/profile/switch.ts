// The switch: one pointer is rewritten; all else is reading, checking, telling and saying.
import * as fs from "node:fs";
import { WgError } from "../base/error.ts";
import { writeText } from "../base/file.ts";
import type { Home, Project } from "../base/home.ts";
import type { Settings } from "../config/settings.ts";
import { activeProfile } from "./active.ts";
import { type Aim, aimOf, follows, pointersWith, type Target } from "./aim.ts";
import type { Ending } from "./canary-end.ts";
import { commitChange, reloadServices, whileSwitching } from "./commit.ts";
import { readSwitches, type Switch } from "./history.ts";
import { loadAs } from "./load.ts";
import { baseName } from "./name.ts";
import { couldNotFollow, type Listener, placeOf } from "./nudge.ts";
import { nextRoute, overridesOf, type SwitchOutcome, type Version } from "./outcome.ts";
import { clearPointer, type Pointer, pointAt } from "./pointer.ts";
import { recorder } from "./record.ts";
import { keepRevision } from "./revisions.ts";
import { type RunningService, runningServices, serves } from "./services.ts";
import { silencedBy, wasSaid } from "./shadowed.ts";
import type { Where } from "./where.ts";

export interface SwitchRequest {
  target: Target;
  /** Whose own pointer to write; without it the global one. */
  project?: Project;
  by: Switch["by"];
  now(): Date;
  check?: SwitchCheck;
}

/**
 * Looks at what a profile would run on, before it is made the active one; `followers` are the services that would start
 * its runs. Refuses when it could not work, and answers what else is worth a warning, one sentence each.
 */
export type SwitchCheck = (target: Settings, followers: readonly RunningService[]) => Promise<string[]>;

/**
 * Switches. All is read and checked first; then the pointer is written, the commit point; then every running service is
 * told and answers. Refuses with nothing changed when the target, or what a service that follows it would make of it,
 * is no good; and with the old pointer put back when a service refuses all the same.
 */
export function useProfile(
  where: Where,
  request: SwitchRequest,
  signal: AbortSignal,
): Promise<SwitchOutcome> {
  return whileSwitching(where.home, signal, () => switchNow(where, request, signal));
}

/** As `useProfile`, by a caller that is within `whileSwitching` already. */
export async function switchNow(
  where: Where,
  request: SwitchRequest,
  signal: AbortSignal,
): Promise<SwitchOutcome> {
  const startedMs = request.now().getTime();
  const { home } = where;
  const { project } = request;
  const aim = aimOf(home, request.target, project);
  const bare: Where = { home, ...(where.project && { project: where.project }), env: {} };
  const set = settingsAfter(bare, aim, project);
  const here = settingsHere(where, aim);
  const listeners = listenersOf(home, aim, project);
  const from = versionBefore(bare, aim, project);
  const canary = await canaryAhead(home, project, aim);
  const notes = await warningsOf(request, aim, set, listeners);
  const silenced = aim.from === baseName && aim.to !== baseName ? silencedBy(set) : undefined;
  if (silenced !== undefined && !wasSaid(silenced, readSwitches(home))) notes.push(silenced.sentence);

  const { target } = request;
  const by = `profile ${aim.kind === "use" ? `use ${aim.to}` : target.kind}`;
  const moves = aim.from !== aim.to || aim.before.kind === "broken";
  const changed = moves || canary !== undefined;
  const record = recorder(home, request, set.revision, (note) => notes.push(note));
  // Before there is a line that names it. Kept by what it holds, it does no harm should the switch not be made.
  const unkept = keepRevision(bare, set);
  if (unkept !== undefined)
    notes.push(`what revision ${set.revision} stands for was not kept: ${unkept.message}`);
  const { kind, file, from: name, to } = aim;
  const ends = canary && { ended: canary.name };
  const move = {
    by,
    make: () =>
      record({ kind, from: name, to, ...(target.kind === "revert" && { why: target.why }), ...ends }, () => {
        setPointer(file, aim.after);
        canary?.end();
      }),
    unmake: () =>
      record({ kind: "put-back", from: to, to: name }, (at) => {
        restore(aim);
        canary?.putBack(at);
      }),
  };
  // What is active stays; the canary beside it ends all the same.
  const change = moves || canary === undefined ? move : { by, ...canary.alone(record) };
  const replies = changed
    ? await commitChange(home, change, listeners, signal)
    : await reloadServices(home, by, listeners, signal);
  return {
    from,
    to: { profile: set.active.name ?? baseName, revision: set.revision },
    changed,
    ...(canary && { endedCanary: canary.name }),
    ...(project && { project: project.root }),
    next: nextRoute(set),
    replies,
    overrides: here instanceof WgError ? [] : overridesOf(here, set),
    notes: here instanceof WgError ? [...notes, `this place cannot follow: ${here.message}`] : notes,
    tookMs: request.now().getTime() - startedMs,
  };
}

/** The canary that a switch of this pointer ends. One that the pointer has left already is cleared away. */
async function canaryAhead(home: Home, project: Project | undefined, aim: Aim): Promise<Ending | undefined> {
  const file = project?.canary ?? home.canary;
  if (!fs.existsSync(file)) return undefined;
  return (await import("./canary-end.ts")).endingOf(file, aim.from);
}

/** What the check of a switch warns of. Only a profile that was asked for is checked: letting go of one always works. */
async function warningsOf(
  { check }: SwitchRequest,
  { after }: Aim,
  set: Settings,
  listeners: readonly Listener[],
): Promise<string[]> {
  if (check === undefined || after.kind !== "profile") return [];
  return check(
    set,
    listeners.filter((listener) => listener.follows).map((listener) => listener.service),
  );
}

/** What the pointer will mean on its own, without variables and flags of this shell, which no service has. */
export function settingsAfter(bare: Where, { file, after }: Aim, project: Project | undefined): Settings {
  const pointers = pointersWith(bare, file, after);
  const counting = project === undefined ? { ...pointers, project: { kind: "absent" as const } } : pointers;
  return loadAs(bare, activeProfile(bare, counting)).settings;
}

/** What was active before, for the sentence. That it cannot be read any more must not keep anybody from leaving it. */
export function versionBefore(bare: Where, aim: Aim, project: Project | undefined): Version {
  try {
    const { active, revision } = settingsAfter(bare, { ...aim, after: aim.before }, project);
    return { profile: active.name ?? baseName, revision };
  } catch (error) {
    if (!(error instanceof WgError)) throw error;
    return { profile: aim.before.kind === "broken" ? "a broken pointer" : aim.from };
  }
}

/** What the caller's own place will be on. Where it follows, trouble refuses the switch; else it is only told of. */
function settingsHere(where: Where, aim: Aim): Settings | WgError {
  try {
    return loadAs(where, activeProfile(where, pointersWith(where, aim.file, aim.after))).settings;
  } catch (error) {
    if (!(error instanceof WgError) || follows(where, aim)) throw error;
    return error;
  }
}

/** Every service to tell. Refuses when one that follows could not load what comes, before anything is changed. */
export function listenersOf(home: Home, aim: Aim, project: Project | undefined): Listener[] {
  const listeners = runningServices(home)
    .filter((service) => project === undefined || serves(service, project))
    .map((service) => ({ service, follows: follows(placeOf(home, service), aim) }));
  for (const { service } of listeners.filter((listener) => listener.follows)) {
    const place = placeOf(home, service);
    try {
      loadAs(place, activeProfile(place, pointersWith(place, aim.file, aim.after)));
    } catch (error) {
      throw error instanceof WgError ? couldNotFollow(service, error) : error;
    }
  }
  return listeners;
}

function setPointer(file: string, pointer: Pointer): void {
  if (pointer.kind === "profile") pointAt(file, pointer.name);
  else if (pointer.kind === "base") pointAt(file, baseName);
  else clearPointer(file);
}

function restore({ file, oldText }: Aim): void {
  if (oldText === undefined) clearPointer(file);
  else writeText(file, oldText);
}
