// What came of a switch, as data, and the sentence that says it. Pure.
import { routeText } from "../base/route.ts";
import { routeFor } from "../config/cascade.ts";
import { findDefinition } from "../config/schema.ts";
import type { Origin, Settings } from "../config/settings.ts";
import { baseName } from "./name.ts";
import type { Reply, Staying } from "./nudge.ts";

/** A profile (`base` for none) at a revision; without one where its files could not be read. */
export interface Version {
  profile: string;
  revision?: string;
}

/** Something that beats, at the place of the caller, what a switch just set. `value` is a profile's name or a key's value. */
export interface Override {
  key: string;
  value: unknown;
  origin: Origin;
}

export interface SwitchOutcome {
  from: Version;
  to: Version;
  /** False when that was active already: then services were told, and nothing was written. */
  changed: boolean;
  /** The candidate of the canary that went with the pointer, which any switch ends. */
  endedCanary?: string;
  /** The root of the project whose own pointer it was; absent for the global one. */
  project?: string;
  /** The route of the next worker that asks for nothing else. */
  next: string;
  replies: Reply[];
  overrides: Override[];
  /** What else the person should know: one sentence each. */
  notes: string[];
  tookMs: number;
}

/** The route text of a worker whose task asks for nothing. */
export function nextRoute({ bundle }: Settings): string {
  return routeText(routeFor(bundle, "worker").route);
}

/** `codex@9f8e7d6c5b4a`. */
export function versionText({ profile, revision }: Version): string {
  return revision === undefined ? profile : `${profile}@${revision}`;
}

/**
 * What hides, in the settings of a place, parts of what a switch set: another choice of profile, and variables or flags
 * that set keys of the bundle.
 */
export function overridesOf(here: Settings, set: Settings): Override[] {
  const { name, origin } = here.active;
  const isOther = origin.source !== set.active.origin.source;
  const choice = isOther ? [{ key: "profile", value: name ?? baseName, origin }] : [];
  const keys = [...here.values.values()]
    .filter((setting) => setting.origin.layer === "env" || setting.origin.layer === "flag")
    .filter(({ key }) => findDefinition(key.split("."))?.scope === "bundle")
    .map(({ key, value, origin }) => ({ key, value, origin }));
  return [...choice, ...keys];
}

/** The one sentence that confirms a switch: what was active and now is, who took it, who stays, and what comes next. */
export function switchSentence(outcome: SwitchOutcome): string {
  const { next, replies, endedCanary } = outcome;
  const ended = endedCanary === undefined ? [] : [`the canary of ${endedCanary} has ended`];
  return [opening(outcome), ...ended, ...repliesClauses(replies), `the next dispatch uses ${next}`].join(
    "; ",
  );
}

/** What services made of a change, clause by clause; for any command that reloads them. */
export function repliesClauses(replies: readonly Reply[]): string[] {
  const applied = replies.filter((reply) => reply.kind === "applied");
  const staying = stayingClause(replies);
  return [
    applied.length === 0 && replies.length > 0 ? [] : [appliedClause(applied.map(({ project }) => project))],
    replies.flatMap((reply) => (reply.kind === "applied" ? [] : [exceptionClause(reply)])),
    staying === undefined ? [] : [staying],
  ].flat();
}

/** The warning for something that beats what was set, with the way out. */
export function overrideSentence({ key, value, origin }: Override): string {
  const { layer, source } = origin;
  const shown = typeof value === "string" ? value : JSON.stringify(value);
  const what = key === "profile" ? `profile ${shown}` : `${key} = ${shown}`;
  switch (layer) {
    case "env":
      return `in this shell ${source} is set and wins: ${what}; to follow the switch: unset ${source}`;
    case "project":
      return `in this project ${source} wins: ${what}; to follow the switch: wg profile use --clear --project`;
    default:
      return `here ${source} wins: ${what}`;
  }
}

function opening({ from, to, changed, endedCanary, project, tookMs }: SwitchOutcome): string {
  const whose = project === undefined ? "" : ` for ${project}`;
  const stays = endedCanary !== undefined && from.profile === to.profile;
  if (!changed || stays) return `${versionText(to)} was active already${whose}`;
  return `switched${whose} from ${versionText(from)} to ${versionText(to)} in ${Math.round(tookMs)} ms`;
}

function appliedClause(projects: readonly string[]): string {
  const [only] = projects;
  if (only === undefined) return "no service is running";
  if (projects.length === 1) return `the service of ${only} acknowledged`;
  return `${projects.length} services acknowledged (${projects.join(", ")})`;
}

function exceptionClause(reply: Exclude<Reply, { kind: "applied" }>): string {
  switch (reply.kind) {
    case "pinned":
      return `${reply.project} stays on ${versionText(reply)} (${reply.why})`;
    case "unreachable":
      return `the service of ${reply.project} did not answer and looks for itself before its next claim (${reply.why})`;
    case "refused":
      return `the service of ${reply.project} refused (${reply.problem.message})`;
  }
}

function stayingClause(replies: readonly Reply[]): string | undefined {
  const heard = replies.filter((reply) => reply.kind === "applied" || reply.kind === "pinned");
  if (heard.length === 0) return undefined;
  const groups = grouped(heard.flatMap(({ staying }) => staying));
  if (groups.length === 0) return "no worker stays on an older revision";
  const parts = groups.map((group, index) => {
    const noun = index > 0 ? "" : group.runs === 1 ? " worker stays" : " workers stay";
    return `${group.runs}${noun} on ${versionText(group)}`;
  });
  return `${parts.join(", ")} to the end`;
}

/** The same profile and revision once, with the runs of all services added up. */
function grouped(staying: readonly Staying[]): Staying[] {
  const groups = new Map<string, Staying>();
  for (const each of staying) {
    const before = groups.get(versionText(each))?.runs ?? 0;
    groups.set(versionText(each), { ...each, runs: before + each.runs });
  }
  return [...groups.values()];
}
