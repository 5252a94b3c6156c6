// `wg profile use --dry-run`: what a switch would change, what stays, who would follow; nothing is changed.
import * as fs from "node:fs";
import { WgError } from "../base/error.ts";
import type { Project } from "../base/home.ts";
import type { ChatCount } from "../chat/count.ts";
import { type ProfileCheck, worst } from "../check/verdict.ts";
import { closeGraph, openGraph } from "../graph/database.ts";
import { readyTasks } from "../graph/ready.ts";
import { liveRuns, type Run } from "../graph/run.ts";
import type { Task } from "../graph/task.ts";
import { canaryOf } from "../profile/canary.ts";
import { type Change, changeOf, type Impact, switchImpact } from "../profile/impact.ts";
import { versionText } from "../profile/outcome.ts";
import type { SwitchRequest } from "../profile/switch.ts";
import type { Where } from "../profile/where.ts";
import { chatsSentence, chatsThatStay } from "./chat-count.ts";
import { checkJson, printChecks } from "./check-print.ts";
import type { Io } from "./io.ts";
import { plain, print, printJson, say, table } from "./print.ts";
import { checkTarget } from "./switch-check.ts";

export interface DryRunOptions {
  check: boolean;
  json?: true;
}

/** What is at work and what waits in the caller's own project, and the open chats. */
interface Work {
  ready: (Change & { task: string })[];
  live: Pick<Run, "id" | "task" | "route" | "profile" | "revision">[];
  chats: ChatCount[];
  /** The candidate of the canary that goes with the pointer. */
  endsCanary?: string;
}

/** No queue is looked at further than this. */
const maxTasks = 10_000;

export async function dryRun(
  io: Io,
  where: Where,
  request: SwitchRequest,
  { check, json }: DryRunOptions,
): Promise<void> {
  const impact = switchImpact(where, request);
  const inProject = where.project === undefined ? { ready: [], live: [] } : workOf(where.project, impact);
  const endsCanary = canaryAhead(where, request);
  const work = { ...inProject, chats: await chatsThatStay(where), ...(endsCanary && { endsCanary }) };
  const isProfile = impact.target.active.name !== undefined;
  const checks = check && isProfile ? await checkTarget(io, where, impact.target, impact.followers) : [];
  if (worst(checks.map(({ verdict }) => verdict)) === "no") io.status = 3;
  if (json) return printJson(io, impactJson(impact, work, checks));
  printImpact(io, impact, work);
  if (checks.length > 0) print(io, "");
  printChecks(io, checks);
  for (const sentence of sentences(impact, work, checks)) say(io, plain(sentence));
}

function canaryAhead({ home }: Where, { project }: SwitchRequest): string | undefined {
  try {
    return canaryOf(home, project)?.canary.profile;
  } catch (error) {
    // A switch takes one away that cannot be read.
    if (error instanceof WgError) return undefined;
    throw error;
  }
}

function workOf(project: Project, impact: Impact): Omit<Work, "chats"> {
  if (!fs.existsSync(project.database)) return { ready: [], live: [] };
  const graph = openGraph(project);
  try {
    const tasks = impact.followsHere ? readyTasks(graph, maxTasks) : [];
    const live = liveRuns(graph).map(({ id, task, route, profile, revision }) => {
      return { id, task, route, profile, revision };
    });
    return { ready: tasks.flatMap((task) => taskChange(task, impact)), live };
  } finally {
    closeGraph(graph);
  }
}

function taskChange({ id, model, tier, exec }: Task, { before, target }: Impact): Work["ready"] {
  // A command runs as it is, whatever profile is active.
  if (exec !== undefined) return [];
  try {
    const choice = { ...(model !== undefined && { model }), ...(tier !== undefined && { tier }) };
    const change = changeOf(before, target, "worker", choice);
    return change.now === change.then ? [] : [{ task: id, ...change }];
  } catch (error) {
    // A task whose own model is none waits for its owner under any profile.
    if (error instanceof WgError) return [];
    throw error;
  }
}

function printImpact(io: Io, { differences, roles }: Impact, { ready }: Work): void {
  const tables = [
    differences.length > 0 &&
      table(
        ["KEY", "NOW", "THEN"],
        differences.map(({ key, old, new: next }) => [key, valueText(old), valueText(next)]),
      ),
    roles.length > 0 &&
      table(
        ["ROLE", "NOW", "THEN"],
        roles.map(({ role, now, then }) => [role, now ?? "", then]),
      ),
    ready.length > 0 &&
      table(
        ["READY TASK", "NOW", "THEN"],
        ready.map(({ task, now, then }) => [task, now ?? "", then]),
      ),
  ].filter((text) => text !== false);
  if (tables.length > 0) print(io, tables.join("\n\n"));
}

function valueText(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function sentences(
  impact: Impact,
  { live, chats, endsCanary }: Work,
  checks: readonly ProfileCheck[],
): string[] {
  const { from, to, changed, followsHere, services } = impact;
  const would = changed
    ? `it would go from ${versionText(from)} to ${versionText(to)}`
    : `${versionText(to)} is active already`;
  const blocked = checks.some(({ verdict }) => verdict === "no");
  const staying = chatsSentence(chats, to);
  return [
    ...live.map((run) => `stays as it is: ${run.id} of ${run.task}, ${run.route} (${versionText(run)})`),
    ...services.map(({ project, follows, why }) =>
      follows ? `the service of ${project} would follow` : `the service of ${project} would stay: ${why}`,
    ),
    ...(staying === undefined ? [] : [staying]),
    ...(endsCanary === undefined ? [] : [`the canary of ${endsCanary} would end`]),
    ...(followsHere ? [] : ["this place would stay as it is; something higher decides here"]),
    `nothing was changed; ${would}${blocked ? ", but the check would refuse it" : ""}`,
  ];
}

function impactJson(
  { target: _, before: __, followers: ___, ...impact }: Impact,
  { ready, live, chats, endsCanary }: Work,
  checks: readonly ProfileCheck[],
): Record<string, unknown> {
  return {
    dryRun: true,
    ...impact,
    readyTasks: ready,
    inFlight: live.map(({ id, ...run }) => ({ run: id, ...run })),
    chats,
    ...(endsCanary !== undefined && { endsCanary }),
    check: checks.map(checkJson),
  };
}
