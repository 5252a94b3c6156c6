// The chats that a switch leaves as they are, for `wg profile use`.
import * as fs from "node:fs";
import type { ChatCount } from "../chat/count.ts";
import type { Where } from "../profile/where.ts";

/** Every open chat of the home, counted by what it runs on. Loads nothing where there never was a chat. */
export async function chatsThatStay({ home }: Pick<Where, "home">): Promise<ChatCount[]> {
  if (!fs.existsSync(home.chats)) return [];
  return (await import("../chat/count.ts")).openChats(home.chats);
}

/** `2 chats stay on claude@0d5f1c2b3a4e, 1 on codex@9f8e7d6c5b4a`; undefined where all are on what is set. */
export function chatsSentence(
  counts: readonly ChatCount[],
  to: { profile: string; revision?: string },
): string | undefined {
  const others = counts.filter(({ profile, revision }) => profile !== to.profile || revision !== to.revision);
  if (others.length === 0) return undefined;
  const parts = others.map(({ profile, revision, chats }, index) => {
    const noun = index > 0 ? "" : chats === 1 ? " chat stays" : " chats stay";
    return `${chats}${noun} on ${profile}@${revision}`;
  });
  return parts.join(", ");
}
