// Profiles that come with a project: what a name means there, and that they are inert until they are trusted.
import * as fs from "node:fs";
import * as path from "node:path";
import { sha256 } from "../base/canonical.ts";
import { WgError } from "../base/error.ts";
import { readText } from "../base/file.ts";
import type { Project } from "../base/home.ts";
import { type Chain, readChain } from "./chain.ts";
import { isHidden, isOfProject, type ProfileFile, profileNames, profilePath } from "./files.ts";
import { isProfileName, matchName, noProfile } from "./name.ts";
import { recordPath, type Trust, trustedPath, trustIn } from "./trust.ts";
import type { Where } from "./where.ts";

type Place = Pick<Where, "home" | "project">;

/** The names that mean a profile at a place: the user's own, and those of the project that are not hidden by one of them. */
export function namesAt({ home, project }: Place): string[] {
  const own = profileNames(home);
  const theirs = project === undefined ? [] : profileNames(project);
  return [...own, ...theirs.filter((name) => !isHidden(name, own))];
}

/** As `namesAt`, without those that are not trusted as they are. */
export function usableNamesAt(place: Place): string[] {
  const { home, project } = place;
  return namesAt(place).filter((name) => {
    if (project === undefined || !isOfProject(home, project, name)) return true;
    const file = readOfProject(project, name);
    return file !== undefined && trustOf(place, project, file) === "trusted";
  });
}

/**
 * The profile a word means at a place: the user's own of that name, one of the project in full, or the beginning of one
 * of the user's own; so a project changes nothing that a word meant without it but a shortened one. Refuses as `matchName`.
 */
export function matchAt({ home, project }: Place, word: string): string {
  const own = profileNames(home);
  if (project !== undefined && !isHidden(word, own) && profileNames(project).includes(word)) return word;
  return matchName(word, own);
}

/** True for a word that only means something because the project has a profile of that name. */
export function meansTheirs({ home, project }: Place, word: string): boolean {
  if (project === undefined || !isProfileName(word) || !isOfProject(home, project, word)) return false;
  const own = profileNames(home);
  return !isHidden(word, own) && !own.some((name) => name.startsWith(word));
}

/** As `matchName` among the user's own profiles, for verbs that write; one of the project is refused as such. */
export function matchOwn(place: Place, word: string): string {
  const { home, project } = place;
  if (project === undefined || !meansTheirs(place, word)) return matchName(word, profileNames(home));
  const file = profilePath(project, word);
  throw new WgError(
    "project-profile",
    `profile "${word}" comes with this project, and wg leaves its file alone`,
    {
      at: { path: file },
      hint: `edit it by hand, or take one of your own from it: wg profile import ${file} --name <name>`,
    },
  );
}

/** True for the file of a profile that comes with the project. */
export function isTheirs({ project }: Place, file: Pick<ProfileFile, "name" | "path">): boolean {
  return project !== undefined && file.path === profilePath(project, file.name);
}

/**
 * The file a name means: the user's own, else, to whoever may ask for those, the project's, trusted or not. Refuses with
 * `no-profile`, and with `bad-file` for a link that leads out of the project.
 */
export function readAt(place: Place, name: string, asksProject: boolean): ProfileFile {
  const { home, project } = place;
  const own = profilePath(home, name);
  const text = readText(own);
  if (text !== undefined) return { name, path: own, text };
  const mayBeTheirs = project !== undefined && asksProject && !isHidden(name, profileNames(home));
  const theirs = mayBeTheirs ? readOfProject(project, name) : undefined;
  if (theirs === undefined) throw noProfile(name, asksProject ? namesAt(place) : profileNames(home));
  return theirs;
}

/** The profile of a project, hidden or not, trusted or not; undefined when there is none. Refuses a link out of the project. */
export function readOfProject(project: Project, name: string): ProfileFile | undefined {
  const file = profilePath(project, name);
  const text = readText(file);
  if (text === undefined) return undefined;
  const folder = fs.realpathSync.native(project.folder);
  if (fs.realpathSync.native(file).startsWith(folder + path.sep)) return { name, path: file, text };
  throw new WgError("bad-file", "a profile of a project is a file in it, not a link to somewhere else", {
    at: { path: file },
    hint: "copy the file there, or import it as one of your own: wg profile import",
  });
}

/**
 * A profile at a place and what it extends, trusted or not. What a profile of the user's own extends is the user's own;
 * only one of the project may extend another one of it. As though `draft` stood in its file already.
 */
export function chainAt(place: Place, name: string, draft?: ProfileFile): Chain {
  return readChain(name, (link, child) => {
    if (link === draft?.name) return draft;
    return readAt(place, link, child === undefined || isTheirs(place, child));
  });
}

/** What a profile of a project is trusted by: its whole text. */
export function profileMark({ text }: ProfileFile): string {
  return sha256(text);
}

/** Whether a profile of a project is trusted as it is. `read` reads the record. */
export function trustOf(
  { home }: Place,
  project: Project,
  file: ProfileFile,
  read: (record: string) => string | undefined = readText,
): Trust {
  const trusted = trustedPath(project, file.path);
  return trustIn(read(recordPath(home, trusted)), trusted, profileMark(file));
}

/** The refusal of a profile that is not trusted as it is. */
export function notTrusted({ name, path: file }: ProfileFile, trust: Exclude<Trust, "trusted">): WgError {
  const what = trust === "changed" ? "has changed since you trusted it" : "is not trusted";
  return new WgError("not-trusted", `profile "${name}" comes with this project and ${what}`, {
    at: { path: file },
    hint: `see what it would do, and say yes: wg profile trust ${name}`,
  });
}
