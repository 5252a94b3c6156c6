// `wg profile rename` and `wg profile copy`: the same settings under another name.
import { WgError } from "../base/error.ts";
import { profilePath, readProfile } from "../profile/files.ts";
import { checkName } from "../profile/name.ts";
import { repliesClauses } from "../profile/outcome.ts";
import { matchOwn } from "../profile/project-profiles.ts";
import { type Renamed, renameProfile } from "../profile/rename.ts";
import { rewriteProfile } from "../profile/rewrite.ts";
import type { Io } from "./io.ts";
import { paint, plain, print, printJson, say } from "./print.ts";
import { changedBy, type JsonOption, writablePlace } from "./profile-place.ts";
import { replyJson, rewrittenJson, rewrittenSentence } from "./profile-reply.ts";

export async function rename(io: Io, from: string, to: string, { json }: JsonOption): Promise<void> {
  const where = writablePlace(io);
  const renamed = await renameProfile(where, { from, to, by: changedBy(io), now: io.now }, io.signal);
  if (json) {
    printJson(io, { ...renamed, services: renamed.replies.map(replyJson), replies: undefined });
    return;
  }
  print(io, renamed.to);
  say(io, plain(renamedSentence(renamed)));
  for (const note of renamed.notes) say(io, `${paint(io, "stderr", "yellow", "warning:")} ${plain(note)}`);
}

/** Copies a profile byte for byte; what it extends, it goes on extending. */
export async function copy(
  io: Io,
  word: string,
  to: string,
  options: JsonOption & { force?: true },
): Promise<void> {
  const where = writablePlace(io);
  const from = readProfile(where.home, matchOwn(where, word));
  const path = profilePath(where.home, checkName(to));
  const rewriting = {
    name: to,
    by: `profile copy ${from.name} ${to}`,
    shownAt: from.path,
    text(old: unknown) {
      if (old === undefined || options.force) return from.text;
      throw new WgError("profile-exists", `there is a profile "${to}" already`, {
        at: { path },
        hint: "choose another name, or --force to replace it",
      });
    },
  };
  const rewritten = await rewriteProfile(where, rewriting, io.signal);
  if (options.json) return printJson(io, { copied: from.name, ...rewrittenJson(rewritten) });
  print(io, to);
  say(io, rewrittenSentence(`copied ${from.name} to ${plain(path)}`, rewritten));
}

function renamedSentence({ from, to, pointers, followers, replies }: Renamed): string {
  const clauses = [`renamed ${from} to ${to}`];
  if (pointers.length > 0)
    clauses.push(`${pointers.join(" and ")} ${pointers.length === 1 ? "names" : "name"} it so`);
  if (followers.length > 0)
    clauses.push(`so ${followers.length === 1 ? "does" : "do"} ${followers.join(", ")}`);
  return [...clauses, ...(replies.length > 0 ? repliesClauses(replies) : [])].join("; ");
}
