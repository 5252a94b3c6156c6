// `wg profile set` and `wg profile unset`: one key of a profile, and not a byte beside it.
import { WgError } from "../base/error.ts";
import type { HandlerName } from "../base/route.ts";
import { type Change, setKey, unsetKey } from "../config/change.ts";
import { type ProfileFile, profileNames } from "../profile/files.ts";
import { loadNamed } from "../profile/load.ts";
import { noProfile } from "../profile/name.ts";
import { matchOwn } from "../profile/project-profiles.ts";
import { rewriteProfile } from "../profile/rewrite.ts";
import type { Where } from "../profile/where.ts";
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
  await change(io, word, "set", options, (file, where) =>
    setKey({ kind: "profile", ...file }, key, value, handlerOf(where, file.name)),
  );
}

export async function unsetInProfile(io: Io, word: string, key: string, options: JsonOption): Promise<void> {
  await change(io, word, "unset", options, (file) => unsetKey({ kind: "profile", ...file }, key));
}

async function change(
  io: Io,
  word: string,
  verb: "set" | "unset",
  { json }: JsonOption,
  edit: (file: ProfileFile, where: Where) => Change,
): Promise<void> {
  const where = writablePlace(io);
  const name = matchOwn(where, word);
  let made: Change | undefined;
  const rewriting = {
    name,
    by: `profile ${verb} ${name}`,
    text(old: ProfileFile | undefined) {
      if (old === undefined) throw noProfile(name, profileNames(where.home));
      made = edit(old, where);
      return made.text;
    },
  };
  const rewritten = await rewriteProfile(where, rewriting, io.signal);
  const { key = "", value } = made ?? {};
  if (json) return printJson(io, { key, ...(value !== undefined && { value }), ...rewrittenJson(rewritten) });
  say(io, rewrittenSentence(doneText(name, key, value, rewritten.changed), rewritten));
}

/** Who runs the profile's workers, also where it has that from what it extends; undefined while it cannot be used. */
function handlerOf(where: Where, name: string): HandlerName | undefined {
  try {
    return loadNamed(where, name).bundle.agent.model.handler;
  } catch (error) {
    if (error instanceof WgError) return undefined;
    throw error;
  }
}

function doneText(name: string, key: string, value: unknown, changed: boolean): string {
  if (value === undefined) return `removed ${key} from ${name}`;
  const shown = plain(JSON.stringify(value));
  return changed ? `set ${key} = ${shown} in ${name}` : `${key} was ${shown} in ${name} already`;
}
