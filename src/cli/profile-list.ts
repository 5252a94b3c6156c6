// `wg profile list`, and the bare `wg profile`: which profiles there are.
import { WgError } from "../base/error.ts";
import type { Project } from "../base/home.ts";
import { nearest } from "../base/nearest.ts";
import type { CanaryView } from "../overview/canary-view.ts";
import { activeProfile } from "../profile/active.ts";
import { isHidden, profileNames, profilePath, strayFiles } from "../profile/files.ts";
import { lookAtNamed } from "../profile/load.ts";
import { baseName } from "../profile/name.ts";
import { nextRoute } from "../profile/outcome.ts";
import { readOfProject, trustOf } from "../profile/project-profiles.ts";
import { shareText } from "../profile/share.ts";
import type { Trust } from "../profile/trust.ts";
import type { Where } from "../profile/where.ts";
import { canaryNow, mayBeOne } from "./canary-now.ts";
import { sayCanary } from "./canary-say.ts";
import type { Io } from "./io.ts";
import { paint, plain, print, printJson, printRefusal, say, table } from "./print.ts";
import { type JsonOption, profilePlace } from "./profile-place.ts";

/** One profile of a listing; `problem` says why it cannot be used. */
interface Row {
  name: string;
  active: boolean;
  path: string;
  from: "home" | "project";
  /** Of a project's profile: whether it is trusted as it is. */
  trust?: Trust;
  /** A project's profile whose name means one of the user's own. */
  hidden?: true;
  model?: string;
  revision?: string;
  description?: string;
  problem?: WgError;
}

/** The names, one a line, the active one coloured; refuses a word that is no verb. */
export function printNames(io: Io, verb: string | undefined, options: JsonOption): void {
  const { where, problem } = profilePlace(io);
  const names = profileNames(where.home);
  if (verb !== undefined) throw unknownVerb(verb, names);
  const active = activeName(where);
  if (options.json) printJson(io, { active: active ?? null, profiles: names });
  else if (names.length > 0) {
    const shown = names.map((name) => (name === active ? paint(io, "stdout", "green", name) : name));
    print(io, shown.join("\n"));
  }
  if (problem) printRefusal(io, problem, false);
}

/** All profiles with what they run; one that cannot be used says why and fails nothing. */
export async function listProfiles(io: Io, { json }: JsonOption): Promise<void> {
  const { where, problem } = profilePlace(io);
  const active = activeName(where);
  const canary = await canaryHere(where);
  const rows = [
    ...profileNames(where.home).map((name) => rowOf(where, name, active)),
    ...(where.project ? projectRows(where, where.project, active) : []),
  ];
  if (json) {
    const beside = canary !== undefined && !(canary instanceof WgError) && { canary };
    printJson(io, { active: active ?? null, profiles: rows.map(rowJson), ...beside });
    return;
  }
  const hasTheirs = rows.some(({ from }) => from === "project");
  const head = ["", "PROFILE", ...(hasTheirs ? ["FROM"] : []), "WORKER", "REVISION", "DESCRIPTION"];
  if (rows.length > 0) {
    const lines = rows.map((row) => cells(row, hasTheirs, shareOf(row, canary)));
    print(io, table(head, lines));
  }
  if (canary instanceof WgError) sayProblem(io, "canary", canary);
  else if (canary !== undefined) sayCanary(io, canary);
  if (active === baseName) say(io, "no profile is active");
  for (const { problem, name } of rows) if (problem) sayProblem(io, name, problem);
  const inert = rows.filter(({ trust, hidden }) => trust !== undefined && trust !== "trusted" && !hidden);
  for (const { name } of inert.slice(0, 3))
    say(io, `${name} comes with this project and is inert; see what it would do: wg profile trust ${name}`);
  if (inert.length > 3) say(io, `${inert.length - 3} more are inert: wg profile trust --all --show`);
  for (const file of strayFiles(where.home)) say(io, `left out, its name is no profile's: ${plain(file)}`);
  if (problem) printRefusal(io, problem, false);
}

/** The active name, `base` for none; undefined where the pointer that decides is broken. */
function activeName(where: Where): string | undefined {
  try {
    return activeProfile(where).name ?? baseName;
  } catch (error) {
    if (error instanceof WgError) return undefined;
    throw error;
  }
}

function rowOf(where: Where, name: string, active: string | undefined): Row {
  const path = profilePath(where.home, name);
  return filled({ name, active: name === active, path, from: "home" }, () => aboutIn(where, name));
}

function projectRows(where: Where, project: Project, active: string | undefined): Row[] {
  const own = profileNames(where.home);
  return profileNames(project).map((name) => {
    const row: Row = { name, active: false, path: profilePath(project, name), from: "project" };
    return filled(row, () => {
      const file = readOfProject(project, name);
      const trust = file && { trust: trustOf(where, project, file) };
      if (isHidden(name, own)) return { ...trust, hidden: true };
      return { ...trust, active: name === active, ...aboutIn(where, name) };
    });
  });
}

function aboutIn(where: Where, name: string): Pick<Row, "model" | "revision" | "description"> {
  const settings = lookAtNamed(where, name);
  const description = settings.values.get("description")?.value;
  return {
    model: nextRoute(settings),
    revision: settings.revision,
    ...(typeof description === "string" && { description }),
  };
}

function filled(row: Row, about: () => Partial<Row>): Row {
  try {
    return { ...row, ...about() };
  } catch (error) {
    if (error instanceof WgError) return { ...row, problem: error };
    throw error;
  }
}

function cells(row: Row, withFrom: boolean, share: string): string[] {
  const { name, active, model, revision, description, problem } = row;
  return [
    active ? "*" : share,
    name,
    ...(withFrom ? [fromText(row)] : []),
    model ?? "",
    revision ?? "",
    problem ? "cannot be used" : (description ?? ""),
  ];
}

/** The canary here, or what is wrong with its file. */
async function canaryHere(where: Where): Promise<CanaryView | WgError | undefined> {
  try {
    const active = activeProfile(where);
    if (!mayBeOne(where, active)) return undefined;
    const { settingsAt } = await import("../overview/overview.ts");
    const settings = settingsAt(where);
    return await canaryNow(where, active, settings instanceof WgError ? undefined : settings);
  } catch (error) {
    if (error instanceof WgError) return error;
    throw error;
  }
}

/** What the candidate of a canary is marked by. */
function shareOf({ name }: Row, canary: CanaryView | WgError | undefined): string {
  if (canary === undefined || canary instanceof WgError) return "";
  return canary.arms[1].profile === name ? shareText(canary.share) : "";
}

function fromText({ from, trust, hidden }: Row): string {
  if (from === "home") return "you";
  if (hidden) return "project, hidden by yours";
  return trust === undefined ? "project" : `project, ${trustTexts[trust]}`;
}

const trustTexts: Readonly<Record<Trust, string>> = {
  trusted: "trusted",
  changed: "changed since trusted",
  "not-trusted": "not trusted",
};

function rowJson({ problem, ...row }: Row): Record<string, unknown> {
  if (problem === undefined) return row;
  const { code, message, hint, at } = problem;
  return { ...row, problem: { code, message, hint, at } };
}

function sayProblem(io: Io, name: string, { message, at }: WgError): void {
  const place = at ? ` (${at.path}${at.line === undefined ? "" : `:${at.line}`})` : "";
  say(io, `${name}: ${message}${place}`);
}

function unknownVerb(word: string, names: readonly string[]): WgError {
  const verbs = [
    "list",
    "show",
    "create",
    "use",
    "current",
    "check",
    "set",
    "unset",
    "edit",
    "delete",
    "diff",
    "history",
    "undo",
    "promote",
    "abort",
    "run",
    "env",
    "copy",
    "rename",
    "lint",
    "import",
    "export",
    "trust",
  ];
  const guess = nearest(word, verbs);
  const hint = names.includes(word)
    ? `to switch to it: wg profile use ${word}`
    : guess
      ? `did you mean wg profile ${guess}?`
      : "wg profile --help lists them";
  return new WgError("unknown-command", `wg profile has no verb "${word}"`, { hint, exit: 2 });
}
