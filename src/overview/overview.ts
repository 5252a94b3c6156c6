// Everything that a person asks first, gathered in one look: what is active, what runs, what waits and why.
import * as fs from "node:fs";
import * as path from "node:path";
import { WgError } from "../base/error.ts";
import type { Project } from "../base/home.ts";
import type { Role } from "../base/role.ts";
import { lastChecks } from "../check/last-check.ts";
import type { Verdict } from "../check/verdict.ts";
import type { Settings } from "../config/settings.ts";
import { destinationOf } from "../cooling/destination.ts";
import { type Coolings, readCoolings } from "../cooling/files.ts";
import { type Graph, snapshot } from "../graph/database.ts";
import type { FailureClass } from "../graph/result.ts";
import { listRuns, liveRuns, type Run } from "../graph/run.ts";
import { countStates, type State } from "../graph/standing.ts";
import { lastAnswers, tallySince } from "../graph/tally.ts";
import { choose } from "../plan/choose.ts";
import { type FailoverState, failoverState } from "../plan/failover.ts";
import { activeProfile } from "../profile/active.ts";
import { loadSettings } from "../profile/load.ts";
import { baseName } from "../profile/name.ts";
import type { Where } from "../profile/where.ts";
import { type DayBudget, dayBudgets } from "../usage/budget.ts";
import { type CostSum, sumOf } from "../usage/sum.ts";
import { usedByRun } from "../usage/used.ts";
import { type CanaryView, canaryView } from "./canary-view.ts";
import { type Health, healthOf } from "./health.ts";
import { type ProfileView, profileView } from "./profile-view.ts";
import type { ServiceView } from "./service-view.ts";
import { type Waiting, waitingTasks } from "./waiting.ts";

/** A run in flight. `lastSign` is when it last said something, or was started. */
export interface RunView
  extends Pick<Run, "id" | "task" | "role" | "status" | "route" | "profile" | "revision"> {
  claimedAt: string;
  startedAt?: string;
  lastSign: string;
}

/** What a project has. */
export interface ProjectView {
  root: string;
  service: ServiceView;
  states: { state: State; count: number }[];
  running: RunView[];
  waiting: Waiting;
  /** Since midnight here. */
  today: Today;
}

export interface Today {
  runs: number;
  done: number;
  failures: { class: FailureClass | "other"; runs: number }[];
  cost: CostSum;
  /** What a day may cost, where anything says so. */
  budgets: DayBudget[];
}

/** Outside a project only what concerns the whole machine is there. */
export interface Overview {
  at: string;
  profile: ProfileView;
  /** The last check of the active profile; `changed` when the profile has become another since. */
  check?: { at: string; verdict: Verdict; changed: boolean };
  /** How the active profile fares while what it runs on is left alone. */
  failover?: FailoverState;
  /** The canary that counts here, with how its sides do in this project. */
  canary?: CanaryView;
  health: Health[];
  project?: ProjectView;
}

/** The graph of the project with what its service says. */
export interface Watched {
  project: Project;
  graph: Graph;
  service: ServiceView;
}

/** Looks once. Asks nobody and changes nothing; settings that cannot be used are told, not thrown. */
export function overview(where: Where, watched: Watched | undefined, now: Date): Overview {
  const settings = settingsAt(where);
  const profile = profileView(where, settings);
  const last = lastChecks(where.home).get(profile.name ?? "");
  const check = last && { at: last.at, verdict: last.verdict, changed: last.revision !== profile.revision };
  const answers = watched === undefined ? [] : lastAnswers(watched.graph);
  const usable = check?.changed ? undefined : check;
  const coolings = readCoolings(where, now);
  const canary = canaryOf(where, settings, watched?.graph);
  const failover = settings instanceof WgError ? undefined : failoverState(where, settings, coolings);
  return {
    at: now.toISOString(),
    profile: canary instanceof WgError ? withNote(profile, canary) : profile,
    ...(check && { check }),
    ...(failover && { failover }),
    ...(canary && !(canary instanceof WgError) && { canary }),
    health:
      settings instanceof WgError
        ? []
        : healthOf(settings.bundle, answers, usable, (role) => coolingOf(where, settings, coolings, role)),
    ...(watched && { project: projectView(watched, settings, now) }),
  };
}

function canaryOf(
  where: Where,
  settings: Settings | WgError,
  graph: Graph | undefined,
): CanaryView | WgError | undefined {
  try {
    const usable = settings instanceof WgError ? undefined : settings;
    return canaryView(where, usable?.active ?? activeProfile(where), usable, graph);
  } catch (error) {
    if (error instanceof WgError) return error;
    throw error;
  }
}

function withNote(profile: ProfileView, { message, hint }: WgError): ProfileView {
  const note = `its canary cannot be used: ${message}${hint === undefined ? "" : `; ${hint}`}`;
  return { ...profile, notes: [...profile.notes, note] };
}

function coolingOf(where: Where, settings: Settings, coolings: Coolings, role: Role): Health["cooling"] {
  if (coolings.list.length === 0) return undefined;
  const standing = coolings.standing(destinationAt(where, settings, role));
  if (standing.kind === "free") return undefined;
  const until = standing.kind === "cooling" ? standing.until?.toISOString() : undefined;
  return { why: standing.cooling.class, ...(until !== undefined && { until }) };
}

function destinationAt({ env }: Where, settings: Settings, role: Role): string | undefined {
  try {
    return destinationOf(choose(role, settings), env);
  } catch (error) {
    if (error instanceof WgError) return undefined;
    throw error;
  }
}

/** The settings in force at a place, or why there are none. */
export function settingsAt(where: Where): Settings | WgError {
  try {
    return loadSettings(where).settings;
  } catch (error) {
    if (error instanceof WgError) return error;
    throw error;
  }
}

function projectView(watched: Watched, settings: Settings | WgError, now: Date): ProjectView {
  const { project, graph, service } = watched;
  return snapshot(graph, () => {
    const states = countStates(graph);
    return {
      root: project.root,
      service,
      states,
      running: liveRuns(graph).map((run) => runView(project, run)),
      waiting: waitingTasks(graph, states, service, settings),
      today: today(graph, settings, now),
    };
  });
}

function runView(project: Project, run: Run): RunView {
  const { id, task, role, status, route, profile, revision, claimedAt, startedAt } = run;
  const events = path.join(project.runs, id, "events.jsonl");
  const said = fs.statSync(events, { throwIfNoEntry: false })?.mtime.toISOString();
  return {
    ...{ id, task, role, status, route, profile, revision, claimedAt },
    ...(startedAt !== undefined && { startedAt }),
    lastSign: said ?? startedAt ?? claimedAt,
  };
}

const nothingSaid = { prices: {}, budgets: { all: {}, profile: {} } };

function today(graph: Graph, settings: Settings | WgError, now: Date): Today {
  const tally = tallySince(graph, new Date(now.getFullYear(), now.getMonth(), now.getDate()));
  const sum = (some: typeof tally) => some.reduce((total, { runs }) => total + runs, 0);
  const ended = tally.filter(({ outcome }) => outcome !== undefined);
  const failed = ended.filter(({ outcome }) => outcome !== "done");
  const { prices, budgets } = settings instanceof WgError ? nothingSaid : settings.general;
  const profile = settings instanceof WgError ? baseName : (settings.active.name ?? baseName);
  // The latest claims are those of today.
  const used = sum(tally) === 0 ? [] : listRuns(graph, { limit: sum(tally) });
  return {
    runs: sum(tally),
    done: sum(ended) - sum(failed),
    failures: failed.map(({ failure, runs }) => ({ class: failure ?? "other", runs })),
    cost: sumOf(used.map((run) => usedByRun(run, prices, now))).cost,
    budgets: dayBudgets(graph, { all: budgets.all, ofProfile: budgets.profile, profile }, prices, now),
  };
}
