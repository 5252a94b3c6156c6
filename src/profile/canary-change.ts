// Beginning a canary, changing it, and ending it by a word of its own. Its file is the commit point, as the pointer is a switch's.

import { WgError } from "../base/error.ts";
import type { Project } from "../base/home.ts";
import type { Settings } from "../config/settings.ts";
import { activeProfile } from "./active.ts";
import { type Aim, aimOf, type Target } from "./aim.ts";
import { canaryHere, changedSides, judgesSentence } from "./arms.ts";
import {
  type Canary,
  type CanaryArm,
  canaryFile,
  canaryFileFor,
  canaryOf,
  pointedAt,
  readCanary,
  removeCanary,
  writeCanary,
} from "./canary.ts";
import { endingOf } from "./canary-end.ts";
import { commitChange, reloadServices, whileSwitching } from "./commit.ts";
import { isOfProject } from "./files.ts";
import type { Guardrail } from "./guardrail.ts";
import { loadNamed, loadSettings } from "./load.ts";
import { baseName } from "./name.ts";
import { type Listener, placeOf, type Reply } from "./nudge.ts";
import { nextRoute, type SwitchOutcome } from "./outcome.ts";
import { noPointer } from "./pointer.ts";
import { chainAt } from "./project-profiles.ts";
import { type Changing, recorder } from "./record.ts";
import { keepRevision } from "./revisions.ts";
import { runningServices, serves } from "./services.ts";
import { type SwitchRequest, settingsAfter, switchNow } from "./switch.ts";
import type { Where } from "./where.ts";

export interface CanaryRequest extends SwitchRequest {
  share: number;
  /** What is not said stays as it is in a canary of the same profile; else there are none. */
  guardrails?: Guardrail[];
  minRuns?: number;
}

/** `next` are the routes of the next workers of each side that ask for nothing else. */
export interface CanaryOutcome {
  canary: Canary;
  state: "begun" | "changed" | "unchanged";
  project?: string;
  next: { main: string; canary: string };
  replies: Reply[];
  notes: string[];
  tookMs: number;
}

export interface EndedCanary {
  /** Absent where its file could not be read. */
  canary?: Canary;
  project?: string;
  replies: Reply[];
  notes: string[];
}

/** Runs that each side must have before a guardrail speaks, where nothing else was said. */
const usualMinRuns = 10;

/**
 * Gives a share of the tasks to another profile: both sides are kept as they are now. A canary of the same profile gets
 * the new share and guardrails, and goes on with the sides that it began with. Refuses as a switch does, and with
 * `canary-on` beside one of another profile.
 */
export function beginCanary(
  where: Where,
  request: CanaryRequest,
  signal: AbortSignal,
): Promise<CanaryOutcome> {
  return whileSwitching(where.home, signal, () => beginNow(where, request, signal));
}

async function beginNow(where: Where, request: CanaryRequest, signal: AbortSignal): Promise<CanaryOutcome> {
  const startedMs = request.now().getTime();
  const { home } = where;
  const { project, share } = request;
  const aim = aimOf(home, request.target, project);
  const file = canaryFile(home, project);
  checkAim(aim, project);
  const before = knownCanary(file, aim);
  const bare: Where = { home, ...(project && { project }), env: {} };
  const main = settingsAfter(bare, { ...aim, after: aim.before }, project);
  const set = settingsAfter(bare, aim, project);
  const listeners = canaryListeners(where, project, file);
  const notes =
    aim.after.kind === "profile" ? ((await request.check?.(set, followersOf(listeners))) ?? []) : [];
  const sides = before ?? {
    main: keptArm(bare, main),
    canary: keptCandidate(bare, set),
    readsBase: [main, set].some((side) => readsBase(bare, side)),
  };
  const at = new Date(startedMs).toISOString();
  const canary: Canary = {
    since: before?.since ?? at,
    at,
    share,
    main: sides.main,
    canary: sides.canary,
    readsBase: sides.readsBase,
    guardrails: request.guardrails ?? before?.guardrails ?? [],
    minRuns: request.minRuns ?? before?.minRuns ?? usualMinRuns,
  };
  const judges = judgesSentence({ main, canary: set });
  const isSame = before !== undefined && JSON.stringify({ ...before, at }) === JSON.stringify(canary);
  const by = `profile use ${aim.to} --canary`;
  const record = recorder(home, request, canary.canary.revision, (note) => notes.push(note));
  const line = { from: aim.from, to: aim.to, share };
  const change = {
    by,
    make: () => record({ kind: "canary", ...line }, (time) => writeCanary(file, { ...canary, at: time })),
    unmake: () =>
      before === undefined
        ? record({ kind: "canary-ended", ...line, from: aim.to, to: aim.from }, () => removeCanary(file))
        : record({ kind: "canary", ...line, share: before.share }, (time) =>
            writeCanary(file, { ...before, at: time }),
          ),
  };
  const replies = isSame
    ? await reloadServices(home, by, listeners, signal)
    : await commitChange(home, change, listeners, signal);
  return {
    canary,
    state: isSame ? "unchanged" : before === undefined ? "begun" : "changed",
    ...(project && { project: project.root }),
    next: { main: nextRoute(main), canary: nextRoute(set) },
    replies,
    notes: [
      ...notes,
      ...(judges === undefined ? [] : [judges]),
      ...changedSides(bare, canary),
      ...notHere(where, file),
      ...standingAside(where, listeners),
    ],
    tookMs: request.now().getTime() - startedMs,
  };
}

/** Ends a canary; what is active stays. Refuses `no-canary` (exit 4) where there is none. */
export function abortCanary(
  where: Where,
  request: Changing & { why?: string; since?: string },
  signal: AbortSignal,
): Promise<EndedCanary> {
  return whileSwitching(where.home, signal, async () => {
    const { home } = where;
    const { project, why, since } = request;
    const file = canaryFile(home, project);
    const ending = endingOf(file, pointedAt(home, project));
    const canary = ending?.canary;
    const isOther = since !== undefined && canary?.since !== since;
    if (ending === undefined || isOther) throw noCanary(where, project);
    const notes: string[] = [];
    const listeners = canaryListeners(where, project, file);
    const record = recorder(home, request, "", (note) => notes.push(note));
    const change = { by: "profile abort", ...ending.alone(record, why) };
    const replies = await commitChange(home, change, listeners, signal);
    return { ...(canary && { canary }), ...(project && { project: project.root }), replies, notes };
  });
}

/**
 * Makes the candidate of a canary the active profile, by a switch that ends the canary. Refuses `no-canary`, and
 * `changed-since` where its file says something else by now: what was looked at is not what would run.
 */
export function promoteCanary(
  where: Where,
  request: Omit<SwitchRequest, "target">,
  signal: AbortSignal,
): Promise<{ canary: Canary; outcome: SwitchOutcome }> {
  return whileSwitching(where.home, signal, async () => {
    const { project, by } = request;
    const canary = requireCanary(where, project);
    const { profile, revision } = canary.canary;
    const bare = { home: where.home, ...(project && { project }) };
    const now = loadNamed({ ...bare, env: {} }, profile === baseName ? undefined : profile).revision;
    if (now !== revision) throw changedSince(canary, now);
    const target: Target = { kind: "named", word: profile };
    const through = { ...by, through: "promote" as const };
    const outcome = await switchNow(where, { ...request, target, by: through }, signal);
    return { canary, outcome };
  });
}

/** True while there is one of this pointer, also where its file cannot be read. */
export function isCanaryOn({ home }: Pick<Where, "home">, project: Project | undefined): boolean {
  try {
    return canaryOf(home, project) !== undefined;
  } catch (error) {
    if (error instanceof WgError) return true;
    throw error;
  }
}

/** The canary of the pointer of `project`, or of the global one. Refuses `no-canary` (exit 4) and `bad-canary`. */
export function requireCanary(where: Where, project: Project | undefined): Canary {
  const canary = canaryOf(where.home, project);
  if (canary === undefined) throw noCanary(where, project);
  return canary;
}

function checkAim({ before, from, to, after }: Aim, project: Project | undefined): void {
  if (before.kind === "broken") throw before.problem;
  if (project !== undefined && (from === noPointer || after.kind === "absent")) {
    throw new WgError("no-pointer", "this project has no pointer of its own, so no canary goes with it", {
      hint: "give it one first: wg profile use <name> --project; or leave --project out",
    });
  }
  if (from === to) {
    throw new WgError("same-profile", `${to} is active already, so it cannot be tried beside itself`, {
      hint: "to try a change of it: wg profile copy it, change the copy, and give that a canary",
    });
  }
}

/** The canary that is on, to be changed. */
function knownCanary(file: string, { from, to }: Aim): Canary | undefined {
  const known = readCanary(file, from);
  if (known === undefined || known.canary.profile === to) return known;
  throw new WgError("canary-on", `a canary of ${known.canary.profile} is on`, {
    hint: "end it first: wg profile promote, or wg profile abort",
  });
}

function keptArm(place: Where, settings: Settings): CanaryArm {
  const { home, project } = place;
  const { active, revision } = settings;
  // The home alone: services take arms from nowhere else.
  const unkept = keepRevision({ home }, settings);
  if (unkept !== undefined) throw unkept;
  const isTheirs =
    project !== undefined && active.name !== undefined && isOfProject(home, project, active.name);
  return { profile: active.name ?? baseName, revision, from: isTheirs ? "project" : "home" };
}

function keptCandidate(place: Where, settings: Settings): Canary["canary"] {
  const { task, day } = settings.general.budgets.profile;
  const isLimited = task !== undefined || day !== undefined;
  const { profile: budget } = settings.general.budgets;
  return { ...keptArm(place, settings), ...(isLimited && { budget }) };
}

/** True where a project's config file may be part of a side. */
function readsBase(place: Where, { active: { name } }: Settings): boolean {
  return name === undefined || chainAt(place, name).extendsBase;
}

/** The services that a canary of this pointer concerns; they follow where it is theirs and they do not stand aside. */
function canaryListeners({ home }: Where, project: Project | undefined, file: string): Listener[] {
  return runningServices(home)
    .filter((service) => project === undefined || serves(service, project))
    .map((service) => ({ service, follows: isTheirs(placeOf(home, service), file) }));
}

function isTheirs(place: Where, file: string): boolean {
  try {
    return canaryFileFor(place, activeProfile(place).origin) === file;
  } catch (error) {
    if (error instanceof WgError) return false;
    throw error;
  }
}

function followersOf(listeners: readonly Listener[]) {
  return listeners.filter(({ follows }) => follows).map(({ service }) => service);
}

/** Why a canary does not count at the caller's place, where it does not. */
function notHere(where: Where, file: string): string[] {
  try {
    const { settings } = loadSettings(where);
    if (canaryFileFor(where, settings.active.origin) !== file) {
      return [`it does not count here: ${settings.active.origin.source} decides what is active`];
    }
    const here = canaryHere(where, settings);
    return here?.kind === "aside" ? [`it does not count here: ${here.why}`] : [];
  } catch (error) {
    if (error instanceof WgError) return [`it does not count here: ${error.message}`];
    throw error;
  }
}

/** Which of the services that a canary concerns go on without it, and why. */
function standingAside({ home }: Where, listeners: readonly Listener[]): string[] {
  return listeners.flatMap(({ service, follows }) => {
    const why = follows ? whyAside(placeOf(home, service)) : undefined;
    return why === undefined ? [] : [`the service of ${service.project} goes on without: ${why}`];
  });
}

function whyAside(place: Where): string | undefined {
  try {
    const here = canaryHere(place, loadSettings(place).settings);
    return here?.kind === "aside" ? here.why : undefined;
  } catch (error) {
    if (error instanceof WgError) return error.message;
    throw error;
  }
}

function noCanary({ home, project }: Where, asked: Project | undefined): WgError {
  const other = asked === undefined ? project : undefined;
  const isOther = other !== undefined && isCanaryOn({ home }, other);
  return new WgError("no-canary", asked === undefined ? "there is no canary" : "this project has no canary", {
    exit: 4,
    hint: isOther
      ? "one goes with the pointer of this project: say --project"
      : "begin one with: wg profile use <name> --canary 20%",
  });
}

function changedSince({ canary }: Canary, now: string): WgError {
  return new WgError(
    "changed-since",
    `${canary.profile} has changed since the canary began: it is ${now} now, and ${canary.revision} was looked at`,
    {
      hint: `to take it as it is now: wg profile use ${canary.profile}; what has changed: wg profile show --revision ${canary.revision}`,
    },
  );
}
