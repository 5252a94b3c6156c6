// The beginning of a canary, and what is changed of it later. Its file is the commit point, as the pointer is a switch's.
import { canonicalJson } from "../base/canonical.ts";
import { WgError } from "../base/error.ts";
import type { Project } from "../base/home.ts";
import type { Settings } from "../config/settings.ts";
import { type Aim, aimOf } from "./aim.ts";
import { type Arms, canaryHere, changedSides, judgesSentence } from "./arms.ts";
import {
  type Canary,
  type CanaryArm,
  canaryFile,
  canaryFileFor,
  readCanary,
  removeCanary,
  writeCanary,
} from "./canary.ts";
import { canaryListeners } from "./canary-listeners.ts";
import { type Change, commitChange, reloadServices, whileSwitching } from "./commit.ts";
import { isOfProject } from "./files.ts";
import type { Guardrail } from "./guardrail.ts";
import { loadSettings } from "./load.ts";
import { baseName } from "./name.ts";
import { type Listener, placeOf, type Reply } from "./nudge.ts";
import { nextRoute } from "./outcome.ts";
import { noPointer } from "./pointer.ts";
import { chainAt } from "./project-profiles.ts";
import { type Recorder, recorder } from "./record.ts";
import { keepRevision } from "./revisions.ts";
import { type SwitchRequest, settingsAfter } from "./switch.ts";
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
  const { project } = request;
  const aim = aimOf(home, request.target, project);
  checkAim(aim, project);
  const file = canaryFile(home, project);
  const before = knownCanary(file, aim);
  const bare: Where = { home, ...(project && { project }), env: {} };
  const settings = {
    main: settingsAfter(bare, { ...aim, after: aim.before }, project),
    canary: settingsAfter(bare, aim, project),
  };
  const listeners = canaryListeners(home, project);
  const notes = await warningsOf(request, aim, settings.canary, listeners);
  const canary = canaryAfter(
    before,
    request,
    () => keptSides(bare, settings),
    new Date(startedMs).toISOString(),
  );
  // The sides of one that is on are what was kept, whatever its files say now.
  const sides = before === undefined ? settings : keptSettings(bare, settings.main);
  const judges = judgesSentence(sides);
  if (judges !== undefined) notes.push(judges);
  const isSame = before !== undefined && sameBut(before, canary);
  const by = `profile use ${aim.to} --canary`;
  const record = recorder(home, request, canary.canary.revision, (note) => notes.push(note));
  const replies = isSame
    ? await reloadServices(home, by, listeners, signal)
    : await commitChange(home, { by, ...changeOf(file, aim, before, canary, record) }, listeners, signal);
  return {
    canary,
    state: isSame ? "unchanged" : before === undefined ? "begun" : "changed",
    ...(project && { project: project.root }),
    next: { main: nextRoute(sides.main), canary: nextRoute(sides.canary) },
    replies,
    notes: [
      ...notes,
      ...changedSides(bare, canary),
      ...notHere(where, file),
      ...standingAside(where, listeners),
    ],
    tookMs: request.now().getTime() - startedMs,
  };
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

/** What the check of the candidate warns of, as that of a switch. */
async function warningsOf(
  { check }: CanaryRequest,
  { after }: Aim,
  set: Settings,
  listeners: readonly Listener[],
): Promise<string[]> {
  if (check === undefined || after.kind !== "profile") return [];
  return check(
    set,
    listeners.filter(({ follows }) => follows).map(({ service }) => service),
  );
}

/** The canary as it is to be; `sidesNow` keeps what both profiles are now, for one that begins. */
function canaryAfter(
  before: Canary | undefined,
  { share, guardrails, minRuns }: CanaryRequest,
  sidesNow: () => Pick<Canary, "main" | "canary" | "readsBase">,
  at: string,
): Canary {
  return {
    since: at,
    guardrails: [],
    minRuns: usualMinRuns,
    ...(before ?? sidesNow()),
    ...(guardrails && { guardrails }),
    ...(minRuns !== undefined && { minRuns }),
    share,
    at,
  };
}

function sameBut(before: Canary, after: Canary): boolean {
  return canonicalJson({ ...before, at: "" }) === canonicalJson({ ...after, at: "" });
}

function changeOf(
  file: string,
  { from, to }: Aim,
  before: Canary | undefined,
  canary: Canary,
  record: Recorder,
): Pick<Change, "make" | "unmake"> {
  const write = (some: Canary) =>
    record({ kind: "canary", from, to, share: some.share }, (at) => writeCanary(file, { ...some, at }));
  const { share } = canary;
  return {
    make: () => write(canary),
    unmake: () =>
      before === undefined
        ? record({ kind: "canary-ended", from: to, to: from, share }, () => removeCanary(file))
        : write(before),
  };
}

/** Refuses where the bundles of the sides are not kept any more. */
function keptSettings(place: Where, main: Settings): Arms["settings"] {
  const here = canaryHere(place, main);
  if (here?.kind === "on") return here.settings;
  throw new WgError("bad-canary", "the canary that is on cannot be used here", {
    hint: "wg profile abort ends it",
  });
}

function keptSides(
  place: Where,
  { main, canary }: Arms["settings"],
): Pick<Canary, "main" | "canary" | "readsBase"> {
  return {
    main: keptArm(place, main),
    canary: keptCandidate(place, canary),
    readsBase: [main, canary].some((side) => readsBase(place, side)),
  };
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
  const { profile: budget } = settings.general.budgets;
  const isLimited = budget.task !== undefined || budget.day !== undefined;
  return { ...keptArm(place, settings), ...(isLimited && { budget }) };
}

/** True where a project's config file may be part of a side. */
function readsBase(place: Where, { active: { name } }: Settings): boolean {
  return name === undefined || chainAt(place, name).extendsBase;
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
