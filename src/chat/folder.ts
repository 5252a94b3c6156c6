// The folder of a chat: where each of its files is.
import * as path from "node:path";
import type { Home } from "../base/home.ts";

export interface ChatFolder {
  id: string;
  root: string;
  /** What the chat is: small, and replaced as a whole. */
  record: string;
  /** One frozen plan for each pin: `1.json`, `2.json` ... */
  plans: string;
  /** One JSON object a line for each thing that was said or done. */
  transcript: string;
  /** What was left for its agent, a line each. */
  messages: string;
  /** Held by the one process that has the turn; the kernel frees it when that dies. */
  lock: string;
  /** Who has the turn; left behind only by a process that died. */
  holder: string;
  /** One folder a turn: its plan, and what its handler left. */
  turns: string;
  /** What a terminal was started with. */
  terminal: string;
  /** What a handler without a place of its own keeps of conversations. */
  sessions: string;
  /** First on the PATH of turns; holds `wg`. */
  bin: string;
}

/** Where the files of a chat are, whether or not they exist. The id must have been checked. */
export function chatFolder(home: Home, id: string): ChatFolder {
  const root = path.join(home.chats, id);
  return {
    id,
    root,
    record: path.join(root, "chat.json"),
    plans: path.join(root, "plans"),
    transcript: path.join(root, "transcript.jsonl"),
    messages: path.join(root, "messages.jsonl"),
    lock: path.join(root, "turn.lock"),
    holder: path.join(root, "turn.json"),
    turns: path.join(root, "turns"),
    terminal: path.join(root, "terminal"),
    sessions: path.join(root, "sessions"),
    bin: path.join(root, "bin"),
  };
}
