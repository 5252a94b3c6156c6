// `wg profile set` and `wg profile unset`: one key of a profile, and not a byte beside it.
import { type Change, setKey, unsetKey } from "../config/change.ts";
import { profileNames } from "../profile/files.ts";
import { matchName, noProfile } from "../profile/name.ts";
import { rewriteProfile } from "../profile/rewrite.ts";
import type { Io } from "./io.ts";
import { plain, printJson, say } from "./print.ts";
import { type JsonOption, writablePlace } from "./profile-place.ts";
import { rewrittenJson, rewrittenSentence } from "./profile-reply.ts";

export async function setInProfile(
  io: Io,
  word: string,
  key: string,
  value: string,
  options: JsonOption,
): Promise<void> {
  await change(io, word, "set", options, (path, text) => setKey({ kind: "profile", path, text }, key, value));
}

export async function unsetInProfile(io: Io, word: string, key: string, options: JsonOption): Promise<void> {
  await change(io, word, "unset", options, (path, text) => unsetKey({ kind: "profile", path, text }, key));
}

async function change(
  io: Io,
  word: string,
  verb: "set" | "unset",
  { json }: JsonOption,
  edit: (path: string, text: string) => Change,
): Promise<void> {
  const where = writablePlace(io);
  const name = matchName(word, profileNames(where.home));
  let made: Change | undefined;
  const rewriting = {
    name,
    by: `profile ${verb} ${name}`,
    text(old: { path: string; text: string } | undefined) {
      if (old === undefined) throw noProfile(name, profileNames(where.home));
      made = edit(old.path, old.text);
      return made.text;
    },
  };
  const rewritten = await rewriteProfile(where, rewriting, io.signal);
  const { key = "", value } = made ?? {};
  if (json) return printJson(io, { key, ...(value !== undefined && { value }), ...rewrittenJson(rewritten) });
  say(io, rewrittenSentence(doneText(name, key, value, rewritten.changed), rewritten));
}

function doneText(name: string, key: string, value: unknown, changed: boolean): string {
  if (value === undefined) return `removed ${key} from ${name}`;
  const shown = plain(JSON.stringify(value));
  return changed ? `set ${key} = ${shown} in ${name}` : `${key} was ${shown} in ${name} already`;
}
