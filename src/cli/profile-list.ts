// `wg profile list`, and the bare `wg profile`: which profiles there are.
import { WgError } from "../base/error.ts";
import { nearest } from "../base/nearest.ts";
import { activeProfile } from "../profile/active.ts";
import { profileNames, profilePath, strayFiles } from "../profile/files.ts";
import { loadNamed } from "../profile/load.ts";
import { baseName } from "../profile/name.ts";
import { nextRoute } from "../profile/outcome.ts";
import type { Where } from "../profile/where.ts";
import type { Io } from "./io.ts";
import { paint, plain, print, printJson, printRefusal, say, table } from "./print.ts";
import { type JsonOption, profilePlace } from "./profile-place.ts";

/** One profile of a listing; `problem` says why it cannot be used. */
interface Row {
  name: string;
  active: boolean;
  path: string;
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
  else for (const name of names) print(io, name === active ? paint(io, "stdout", "green", name) : name);
  if (problem) printRefusal(io, problem, false);
}

/** All profiles with what they run; one that cannot be used says why and fails nothing. */
export function listProfiles(io: Io, { json }: JsonOption): void {
  const { where, problem } = profilePlace(io);
  const active = activeName(where);
  const rows = profileNames(where.home).map((name) => rowOf(where, name, active));
  if (json) {
    printJson(io, { active: active ?? null, profiles: rows.map(rowJson) });
    return;
  }
  if (rows.length > 0)
    print(io, table(["", "PROFILE", "WORKER", "REVISION", "DESCRIPTION"], rows.map(cells)));
  if (active === baseName) say(io, "no profile is active");
  for (const { problem, name } of rows) if (problem) sayProblem(io, name, problem);
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
  const row = { name, active: name === active, path };
  try {
    const settings = loadNamed(where, name);
    const description = settings.values.get("description")?.value;
    return {
      ...row,
      model: nextRoute(settings),
      revision: settings.revision,
      ...(typeof description === "string" && { description }),
    };
  } catch (error) {
    if (error instanceof WgError) return { ...row, problem: error };
    throw error;
  }
}

function cells({ name, active, model, revision, description, problem }: Row): string[] {
  return [
    active ? "*" : "",
    name,
    model ?? "",
    revision ?? "",
    problem ? "cannot be used" : (description ?? ""),
  ];
}

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
    "run",
    "env",
    "copy",
    "rename",
    "lint",
    "import",
    "export",
  ];
  const guess = nearest(word, verbs);
  const hint = names.includes(word)
    ? `to switch to it: wg profile use ${word}`
    : guess
      ? `did you mean wg profile ${guess}?`
      : "wg profile --help lists them";
  return new WgError("unknown-command", `wg profile has no verb "${word}"`, { hint, exit: 2 });
}
