// The profile files of a folder, a home's or a project's: which there are, and the text of one.
import * as fs from "node:fs";
import * as path from "node:path";
import { errnoOf, messageOf, WgError } from "../base/error.ts";
import { readText } from "../base/file.ts";
import type { Home } from "../base/home.ts";
import { exactMatch, isProfileName, noProfile } from "./name.ts";

/** A profile's file as it was read. */
export interface ProfileFile {
  name: string;
  path: string;
  text: string;
}

/** What has profiles: a home, or a project. */
export type Keeper = Pick<Home, "profiles">;

/** Where a profile is kept; the name must have been checked. */
export function profilePath(home: Keeper, name: string): string {
  return path.join(home.profiles, `${name}.toml`);
}

/** The names of all profiles, sorted. */
export function profileNames(home: Keeper): string[] {
  return tomlFiles(home).filter(isProfileName).sort();
}

/** Files in the profiles folder that end in .toml and yet are no profiles, because of their names. */
export function strayFiles(home: Keeper): string[] {
  return tomlFiles(home)
    .filter((name) => !isProfileName(name) && !name.startsWith("."))
    .map((name) => profilePath(home, name));
}

/** The file of a profile; refuses with `no-profile` (and a guess) when there is none. */
export function readProfile(home: Keeper, name: string): ProfileFile {
  const file = profilePath(home, name);
  const text = readText(file);
  if (text === undefined) throw noProfile(name, profileNames(home));
  return { name, path: file, text };
}

/** The name itself, or what it is an alias of when no profile is called so. Touches the folder only in that case. */
export function realName(home: Keeper, word: string): string {
  if (!isProfileName(word) || fs.existsSync(profilePath(home, word))) return word;
  return exactMatch(word, profileNames(home)) ?? word;
}

/** True for a name that the user's own profiles have already, be it as an alias. */
export function isHidden(name: string, own: readonly string[]): boolean {
  return exactMatch(name, own) !== undefined;
}

/** True when a name means a profile that comes with the project: the user has none of that name. */
export function isOfProject(home: Keeper, project: Keeper, name: string): boolean {
  return !fs.existsSync(profilePath(home, name)) && fs.existsSync(profilePath(project, name));
}

function tomlFiles(home: Keeper): string[] {
  try {
    return fs
      .readdirSync(home.profiles)
      .filter((file) => file.endsWith(".toml"))
      .map((file) => file.slice(0, -".toml".length));
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return [];
    throw new WgError("bad-file", `cannot read ${home.profiles}: ${messageOf(cause)}`, {
      at: { path: home.profiles },
      cause,
    });
  }
}
