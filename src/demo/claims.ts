// What the demo claims at its end, held against what was recorded and what the model server saw.
import type { Run } from "../graph/run.ts";
import type { SeenRequest } from "../simulate/seen.ts";

/** A profile as it was at one moment. */
export interface Applied {
  profile: string;
  revision: string;
}

/** A switch under work: `task` was in flight; times are ISO 8601 UTC. */
export interface Switch {
  task: string;
  before: Applied;
  after: Applied;
  calledAt: string;
  returnedAt: string;
}

export interface Facts {
  runs: readonly Run[];
  /** In order of time. */
  switches: readonly Switch[];
  requests: readonly SeenRequest[];
}

/** Each claim that does not hold, as a sentence; none when all do. */
export function brokenClaims(facts: Facts): string[] {
  return [
    ...facts.runs.flatMap(unfinished),
    ...facts.switches.flatMap((one) => notKept(one, facts.runs)),
    ...facts.runs.flatMap((run) => wrongSide(run, facts.switches)),
    ...facts.runs.flatMap((run) => strayRequests(run, facts.requests)),
  ];
}

/** The task a request works on, from its prompt. */
export function taskOf(request: SeenRequest): string | undefined {
  return /^# Task ([a-z0-9-]+):/.exec(request.prompt ?? "")?.[1];
}

function unfinished(run: Run): string[] {
  if (run.result?.outcome === "done") return [];
  const why = run.result?.failure?.message ?? "it has no result";
  return [`${run.task} was not done (${run.result?.outcome ?? run.status}): ${why}`];
}

/** The run in flight was there before the switch, ended after it, and on what it started with. */
function notKept({ task, before, after, calledAt, returnedAt }: Switch, runs: readonly Run[]): string[] {
  const run = runs.find((each) => each.task === task);
  if (run === undefined) return [`${task} has no run`];
  const broken: string[] = [];
  if (before.revision === after.revision) broken.push(`the switch during ${task} changed nothing`);
  if ((run.startedAt ?? "9") > calledAt || (run.endedAt ?? "9") < returnedAt) {
    broken.push(`${task} was not in flight when ${after.profile} came into force`);
  }
  if (!isOn(run, before)) broken.push(`${task} did not stay on ${text(before)}: it is on ${text(run)}`);
  return broken;
}

/**
 * A run claimed after a switch returned is on what that switch set; one claimed before a switch is not. While a switch
 * is being made, either is right.
 */
function wrongSide(run: Run, switches: readonly Switch[]): string[] {
  if (switches.some((one) => one.calledAt < run.claimedAt && run.claimedAt < one.returnedAt)) return [];
  const last = switches.findLast((one) => one.returnedAt <= run.claimedAt);
  const next = switches.find((one) => one.calledAt >= run.claimedAt);
  const due = last?.after ?? next?.before;
  if (due === undefined || isOn(run, due)) return [];
  return [`${run.task} was claimed under ${text(due)} and ran on ${text(run)}`];
}

/** Every request of a run went to its profile's endpoint, for its model, and the run names the models that answered. */
function strayRequests(run: Run, requests: readonly SeenRequest[]): string[] {
  const own = requests.filter((request) => taskOf(request) === run.task);
  if (own.length === 0) return [`no request of ${run.task} reached the model server`];
  const broken: string[] = [];
  const asked = run.resolvedModel ?? run.route.slice(run.route.indexOf(":") + 1);
  for (const { path, model } of own) {
    if (!path.startsWith(`/${run.profile}/`)) broken.push(`${run.task} on ${run.profile} asked ${path}`);
    if (model !== asked) broken.push(`${run.task} asked for ${model}, its run says ${asked}`);
  }
  const served = [...new Set(own.map((request) => request.served).filter((model) => model !== undefined))];
  if (run.servedModels.length > 0 && served.join() !== run.servedModels.join()) {
    broken.push(`${run.task} was answered by ${served.join()}, its run says ${run.servedModels.join()}`);
  }
  return [...new Set(broken)];
}

function isOn(run: Applied, due: Applied): boolean {
  return run.profile === due.profile && run.revision === due.revision;
}

function text({ profile, revision }: Applied): string {
  return `${profile}@${revision}`;
}
