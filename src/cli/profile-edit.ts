// `wg profile edit`: a profile in the person's own editor, checked when it is saved.
import { type ProfileFile, readProfile } from "../profile/files.ts";
import { matchOwn } from "../profile/project-profiles.ts";
import { rewriteProfile } from "../profile/rewrite.ts";
import { changedMeanwhile, editText } from "./editor.ts";
import type { Io } from "./io.ts";
import { plain, printJson, say } from "./print.ts";
import { type JsonOption, writablePlace } from "./profile-place.ts";
import { rewrittenJson, rewrittenSentence } from "./profile-reply.ts";

export async function editProfile(io: Io, word: string, { json }: JsonOption): Promise<void> {
  const where = writablePlace(io);
  const file = readProfile(where.home, matchOwn(where, word));
  const rewritten = await editText(io, {
    file,
    noun: "the profile",
    again: `wg profile edit ${file.name}`,
    otherwise: "change one key with: wg profile set <name> <key> <value>",
    save: (text, shownAt) => rewriteProfile(where, rewritingOf(file, text, shownAt), io.signal),
  });
  if (rewritten === undefined) {
    io.status = 4;
    if (json) printJson(io, { profile: file.name, changed: false });
    else say(io, `${file.name} is unchanged`);
    return;
  }
  if (json) printJson(io, rewrittenJson(rewritten));
  else say(io, rewrittenSentence(`saved ${plain(file.path)}`, rewritten));
}

function rewritingOf({ name, path, text: begun }: ProfileFile, text: string, shownAt: string) {
  return {
    name,
    by: `profile edit ${name}`,
    shownAt,
    text(old: ProfileFile | undefined) {
      if (old?.text === begun) return text;
      throw changedMeanwhile(path, `wg profile edit ${name}`);
    },
  };
}
