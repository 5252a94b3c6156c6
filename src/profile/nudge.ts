// Telling running services to look at the settings now, and what each made of it.
import * as fs from "node:fs";
import { WgError } from "../base/error.ts";
import { type Home, projectAt } from "../base/home.ts";
import type { ActiveProfile } from "../config/settings.ts";
import { call } from "../ipc/client.ts";
import type { Applied, ReloadAnswer } from "../ipc/protocol.ts";
import { loadSettings } from "./load.ts";
import { baseName } from "./name.ts";
import type { RunningService } from "./services.ts";
import type { Where } from "./where.ts";

/** A service to be told. `follows` when the change decides what it runs on, so that it must take it. */
export interface Listener {
  service: RunningService;
  follows: boolean;
}

/** Workers that keep what they were started with. */
export interface Staying {
  profile: string;
  revision: string;
  runs: number;
}

/**
 * What became of one service. `applied`: it follows, and runs on what is on disk now. `pinned`: something of its own
 * decides for it. `unreachable`: it did not answer, and looks for itself before its next claim. `refused`: it
 * should follow, and keeps something else.
 */
export type Reply =
  | { kind: "applied"; project: string; profile: string; revision: string; staying: Staying[] }
  | { kind: "pinned"; project: string; profile: string; revision: string; staying: Staying[]; why: string }
  | { kind: "unreachable"; project: string; why: string }
  | { kind: "refused"; project: string; problem: WgError };

const answerWithinMs = 2000;

/** Errors of a call that say nothing about the settings: nobody there, too slow, cut off. */
const unreachableCodes = ["no-service", "service-slow", "service-gone"];

/** Asks all services at once to reload, each for at most 2 s, and judges their answers against the files. */
export function nudgeServices(
  home: Home,
  listeners: readonly Listener[],
  by: string,
  signal: AbortSignal,
): Promise<Reply[]> {
  return Promise.all(listeners.map((listener) => nudge(home, listener, by, signal)));
}

/** The place a service looks at settings from. */
export function placeOf(home: Home, { project, env, flags }: RunningService): Where {
  return { home, project: projectAt(project), env, flags };
}

/** The refusal of a change before it is made, since a service that follows it could not load what comes. */
export function couldNotFollow({ project }: RunningService, error: WgError): WgError {
  return new WgError(error.code, `the service of ${project} could not follow: ${error.message}`, {
    cause: error,
    ...(error.hint !== undefined && { hint: error.hint }),
    ...(error.at && { at: error.at }),
  });
}

async function nudge(home: Home, listener: Listener, by: string, signal: AbortSignal): Promise<Reply> {
  const { project, socket } = listener.service;
  try {
    const answer = await call(socket, "reload", { by }, { timeoutMs: answerWithinMs, signal });
    return await judge(home, listener, answer);
  } catch (error) {
    // Whoever interrupts us here stops the waiting, not the change: that is made.
    if (signal.aborted) return { kind: "unreachable", project, why: "interrupted before it answered" };
    if (!(error instanceof WgError)) throw error;
    const isSilent = !listener.follows || unreachableCodes.includes(error.code);
    if (isSilent) return { kind: "unreachable", project, why: error.message };
    return { kind: "refused", project, problem: error };
  }
}

async function judge(home: Home, { service, follows }: Listener, answer: ReloadAnswer): Promise<Reply> {
  const { project } = service;
  const { profile, revision, pinned, problem, canary } = answer.applied;
  const current = [{ profile, revision }, ...(canary ? [canary.main, canary.canary] : [])];
  const staying = answer.inFlight.filter(
    (each) => !current.some((other) => other.profile === each.profile && other.revision === each.revision),
  );
  if (!follows) {
    const why = problem?.message ?? pinned ?? "its own settings";
    return { kind: "pinned", project, profile, revision, staying, why };
  }
  if (problem !== undefined) {
    const { message, hint, at } = problem;
    const more = { ...(hint !== undefined && { hint }), ...(at && { at }) };
    return { kind: "refused", project, problem: new WgError("service-refused", message, more) };
  }
  const place = placeOf(home, service);
  const { active, revision: wanted } = loadSettings(place).settings;
  const name = active.name ?? baseName;
  if (name === profile && wanted === revision) {
    const mismatch = await otherCanary(place, active, answer.applied);
    if (mismatch === undefined) return { kind: "applied", project, profile, revision, staying };
    return { kind: "refused", project, problem: new WgError("service-stale", mismatch) };
  }
  if (pinned !== undefined) return { kind: "pinned", project, profile, revision, staying, why: pinned };
  const kept = `it keeps ${profile}@${revision}, the files say ${name}@${wanted}`;
  return { kind: "refused", project, problem: new WgError("service-stale", kept) };
}

/** How a service's canary is another than that in the files; undefined where it is the same, or there is none. */
async function otherCanary(
  place: Where,
  active: ActiveProfile,
  { canary }: Applied,
): Promise<string | undefined> {
  const mayBeOne = [place.home.canary, place.project?.canary].some((file) => file && fs.existsSync(file));
  if (canary === undefined && !mayBeOne) return undefined;
  const { canaryAt } = await import("./canary.ts");
  const wanted = canaryAt(place, active);
  if (wanted?.at === canary?.at) return undefined;
  const text = (each: { canary: { profile: string } } | undefined) =>
    each === undefined ? "no canary" : `a canary of ${each.canary.profile}`;
  return `it has ${text(canary)}, the files say ${text(wanted)}`;
}
