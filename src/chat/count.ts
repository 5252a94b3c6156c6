// How many open chats stay on what: read off their records alone, since every switch asks.
import * as fs from "node:fs";
import * as path from "node:path";

/** Open chats on one revision of a profile. */
export interface ChatCount {
  profile: string;
  revision: string;
  chats: number;
}

/** The open chats kept in `folder`, counted by what they run on, the most first. What cannot be read is not counted. */
export function openChats(folder: string): ChatCount[] {
  const counts = new Map<string, ChatCount>();
  for (const id of fs.readdirSync(folder)) {
    const pin = pinIn(path.join(folder, id, "chat.json"));
    if (pin === undefined) continue;
    const key = `${pin.profile}@${pin.revision}`;
    counts.set(key, { ...pin, chats: (counts.get(key)?.chats ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => b.chats - a.chats || (a.profile < b.profile ? -1 : 1));
}

function pinIn(file: string): Pick<ChatCount, "profile" | "revision"> | undefined {
  try {
    const { status, pins } = JSON.parse(fs.readFileSync(file, "utf8"));
    const { profile, revision } = pins.at(-1);
    return status === "open" ? { profile, revision } : undefined;
  } catch {
    // Damaged, or no chat: whoever asks for it is told so, a switch goes on.
    return undefined;
  }
}
