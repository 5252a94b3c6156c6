// The folders of agency files: where each kind is kept, and which files there are.
import * as fs from "node:fs";
import * as path from "node:path";
import { errnoOf, messageOf, WgError } from "../base/error.ts";
import { readText } from "../base/file.ts";
import type { Keeper, Place } from "./identity.ts";
import { isAgencyName } from "./name.ts";

/** The kinds of files, as their folders are called. */
export type Kind = "agents" | "roles" | "tradeoffs";

/** No agency file is larger. */
const maxBytes = 64 * 1024;
/** Files of one kind that are read; a folder with more says so. */
const maxFiles = 200;

/** Whose files count here, those that come first at the beginning. */
export function keepersOf({ project }: Place): Keeper[] {
  return project === undefined ? ["home"] : ["project", "home"];
}

/** Where a file is kept, whether or not there is one; the name must have been checked. */
export function agencyPath(place: Place, from: Keeper, kind: Kind, name: string): string {
  return path.join(folderOf(place, from, kind), `${name}.toml`);
}

/** The names of one kind of files, sorted, and what is wrong with the folder: names that are none, too many of them. */
export function agencyNames(
  place: Place,
  from: Keeper,
  kind: Kind,
): { names: string[]; problems: WgError[] } {
  const folder = folderOf(place, from, kind);
  const files = tomlFiles(folder);
  if (files instanceof WgError) return { names: [], problems: [files] };
  const names = files.filter(isAgencyName).sort();
  const problems = files
    .filter((name) => !isAgencyName(name))
    .map((name) => {
      const at = { path: path.join(folder, `${name}.toml`) };
      const hint = "a name has 1 to 64 of a-z, 0-9, dot, dash and underscore; none and auto are taken";
      return new WgError("bad-name", `left out: its name cannot be one of ${kind}`, { at, hint });
    });
  if (names.length <= maxFiles) return { names, problems };
  const message = `${names.length} ${kind} are here, and only the first ${maxFiles} of them count`;
  return {
    names: names.slice(0, maxFiles),
    problems: [...problems, new WgError("bad-identity", message, { at: { path: folder } })],
  };
}

/** A file's text; undefined where there is none. Refuses (`bad-file`) also a link that leads out of the project. */
export function agencyText(place: Place, from: Keeper, file: string): string | undefined {
  const text = readText(file, maxBytes);
  if (text === undefined || from === "home" || place.project === undefined) return text;
  if (isWithin(file, place.project.root)) return text;
  throw new WgError("bad-file", "an agency file of a project is a file in it, not a link to somewhere else", {
    at: { path: file },
    hint: "copy the file there",
  });
}

/** A file that was just removed leads nowhere. */
function isWithin(file: string, folder: string): boolean {
  try {
    return fs.realpathSync.native(file).startsWith(fs.realpathSync.native(folder) + path.sep);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return false;
  }
}

function folderOf({ home, project }: Place, from: Keeper, kind: Kind): string {
  return path.join(from === "project" && project !== undefined ? project.agency : home.agency, kind);
}

/** The names of its files that end in .toml and are not hidden; why they cannot be known, where they cannot. */
function tomlFiles(folder: string): string[] | WgError {
  try {
    const files = fs.readdirSync(folder).filter((file) => file.endsWith(".toml") && !file.startsWith("."));
    return files.map((file) => file.slice(0, -".toml".length));
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return [];
    return new WgError("bad-file", `cannot read ${folder}: ${messageOf(cause)}`, {
      at: { path: folder },
      cause,
    });
  }
}
