// `wg profile trust`: the profiles that come with a project are looked at, and used from then on.
import { WgError } from "../base/error.ts";
import { type Project, requireProject } from "../base/home.ts";
import { isHidden, profileNames, profilePath } from "../profile/files.ts";
import { noProfile } from "../profile/name.ts";
import { chainAt, isTheirs, profileMark, readOfProject, trustOf } from "../profile/project-profiles.ts";
import { addTrust, removeTrust, trustedPath } from "../profile/trust.ts";
import type { Where } from "../profile/where.ts";
import type { Io } from "./io.ts";
import { printJson, say } from "./print.ts";
import { writablePlace } from "./profile-place.ts";
import { replyJson } from "./profile-reply.ts";
import {
  changeSentence,
  changeTrust,
  isAgreed,
  printReport,
  type Report,
  reportOf,
  type TrustOptions,
} from "./trust-report.ts";

interface ProfileTrustOptions extends TrustOptions {
  all?: true;
}

/** A profile's file, or one of the project that it extends. */
interface Trustable extends Report {
  profile: string;
  mark: string;
}

export async function trustProfile(
  io: Io,
  word: string | undefined,
  options: ProfileTrustOptions,
): Promise<void> {
  const where = writablePlace(io);
  const project = requireProject(io.cwd, io.env);
  const names = namesOf(where, project, word, options.all === true);
  if (options.revoke) return revoke(io, where, project, names, options);
  const files = trustables(where, project, names);
  if (!options.json) for (const file of files) printReport(io, file);
  const open = files.filter(({ trust }) => trust !== "trusted");
  if (options.show || open.length === 0) {
    if (options.json) return printFiles(io, files, []);
    if (!options.show)
      say(
        io,
        names.length === 0 ? "this project brings no profiles" : `trusted already: ${names.join(", ")}`,
      );
    return;
  }
  const listed = open.map(({ profile }) => profile).join(", ");
  if (!(await isAgreed(io, options, `trust ${listed}?`))) {
    if (options.json) printFiles(io, files, []);
    return;
  }
  const replies = await changeTrust(io, where.home, project, `profile trust ${listed}`, () => {
    for (const { path, mark } of open) addTrust(where.home, trustedPath(project, path), mark);
  });
  if (options.json) {
    return printFiles(
      io,
      files.map((file) => ({ ...file, trust: "trusted" })),
      replies.map(replyJson),
    );
  }
  say(io, changeSentence(`trusted ${listed}; here that can be used until its file changes`, replies));
}

function namesOf(where: Where, project: Project, word: string | undefined, all: boolean): string[] {
  const theirs = profileNames(project);
  if (all === (word !== undefined)) {
    throw new WgError(
      "usage",
      all ? `--all is every profile, and "${word}" is one` : "no profile was named",
      {
        exit: 2,
        hint: `wg profile trust <name>, or --all; this project brings ${theirs.join(", ") || "none"}`,
      },
    );
  }
  const own = profileNames(where.home);
  if (word === undefined) return theirs.filter((name) => !isHidden(name, own));
  if (!theirs.includes(word)) throw noProfile(word, theirs);
  if (!isHidden(word, own)) return [word];
  throw new WgError(
    "hidden-profile",
    `${word} means your own profile, and the project's of that name is never used`,
    {
      at: { path: profilePath(project, word) },
      hint: `to have it beside yours: wg profile import ${profilePath(project, word)} --name <name>`,
    },
  );
}

/** The files of the project that these profiles are made of, each once. */
function trustables(where: Where, project: Project, names: readonly string[]): Trustable[] {
  const files = names.flatMap((name) => chainAt(where, name).files.filter((file) => isTheirs(where, file)));
  const unique = files.filter((file, index) => files.findIndex(({ path }) => path === file.path) === index);
  return unique.map((file) => ({
    profile: file.name,
    mark: profileMark(file),
    ...reportOf("profile", file.path, file.text, trustOf(where, project, file)),
  }));
}

async function revoke(
  io: Io,
  where: Where,
  project: Project,
  names: readonly string[],
  { json }: TrustOptions,
): Promise<void> {
  const revoked: string[] = [];
  const replies = await changeTrust(io, where.home, project, "profile trust --revoke", () => {
    for (const name of names) {
      if (removeTrust(where.home, trustedPath(project, profilePath(project, name)))) revoked.push(name);
    }
  });
  if (json) {
    const files = names.flatMap((name) => readOfProject(project, name) ?? []);
    const reports = files.map(({ name, path, text }) => {
      return { profile: name, ...reportOf("profile", path, text, "not-trusted") };
    });
    return printFiles(io, reports, replies.map(replyJson));
  }
  if (revoked.length === 0) return say(io, `not trusted before: ${names.join(", ")}`);
  say(io, changeSentence(`trusted no more: ${revoked.join(", ")}`, replies));
}

function printFiles(
  io: Io,
  files: readonly (Report & { profile: string })[],
  services: readonly Record<string, unknown>[],
): void {
  const shown = files.map(({ profile, path, trust, settings }) => ({ profile, path, trust, settings }));
  printJson(io, { files: shown, services });
}
