// `wg profile delete`: a profile's file, gone.
import { switchSentence } from "../profile/outcome.ts";
import { type Removed, removeProfile } from "../profile/remove.ts";
import type { Io } from "./io.ts";
import { plain, printJson, say } from "./print.ts";
import { changedBy, type JsonOption, writablePlace } from "./profile-place.ts";
import { replyJson } from "./profile-reply.ts";

interface DeleteOptions extends JsonOption {
  force?: true;
}

export async function deleteProfile(io: Io, word: string, { force, json }: DeleteOptions): Promise<void> {
  const where = writablePlace(io);
  const request = { word, force: force === true, by: changedBy(io), now: io.now };
  const removed = await removeProfile(where, request, io.signal);
  if (json) return printJson(io, removedJson(removed));
  for (const outcome of removed.switches) say(io, plain(switchSentence(outcome)));
  say(io, `deleted ${plain(removed.path)}; workers that run on it are not affected`);
  if (removed.orphans.length > 0) {
    say(io, `it was extended by ${removed.orphans.join(", ")}, which cannot be used without it`);
  }
}

function removedJson({ name, path, switches, orphans }: Removed): Record<string, unknown> {
  return {
    deleted: name,
    path,
    cleared: switches.map(({ project }) => project ?? null),
    services: switches.flatMap(({ replies }) => replies.map(replyJson)),
    orphans,
  };
}
