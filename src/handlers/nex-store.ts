// Conversations on disk: one file of JSON lines each, so that a chat can be gone on with by another process.
import * as fs from "node:fs";
import * as path from "node:path";
import { errnoOf, WgError } from "../base/error.ts";
import { appendLine, writeText } from "../base/file.ts";
import { objectIn } from "../base/jsonl.ts";
import type { Fields } from "./fields.ts";
import { type Conversation, mended } from "./nex-conversation.ts";

/** Where a run keeps what is said. What is written is without secrets. */
export interface Store {
  /** Absent for a run that keeps nothing. */
  id?: string;
  /** Takes up what has just been said. */
  add(message: Fields): void;
  /** Puts a shorter conversation in place of the whole file, in one step. */
  replace(conversation: Conversation): void;
}

/** A run that is not gone on with. */
export const noStore: Store = { add() {}, replace() {} };

/** A new conversation in `folder`; its file comes with the first message. Throws `cannot-write`. */
export function newStore(folder: string, redact: (text: string) => string): Store {
  return storeAt(folder, globalThis.crypto.randomUUID(), redact);
}

/**
 * A conversation to go on with, mended. Refuses with `no-conversation` when there is none of that id. A line that was
 * cut short, by a kill or a full disk, is left out.
 */
export function openStore(
  folder: string,
  id: string,
  redact: (text: string) => string,
): { store: Store; conversation: Conversation } {
  const text = /^[A-Za-z0-9-]{1,64}$/.test(id) ? textIn(fileOf(folder, id)) : undefined;
  if (text === undefined) {
    throw new WgError("no-conversation", `there is no conversation ${JSON.stringify(id)} to go on with`);
  }
  // What is added next must not become a part of the torn line.
  if (text !== "" && !text.endsWith("\n")) appendLine(fileOf(folder, id), "");
  return { store: storeAt(folder, id, redact), conversation: conversationIn(text) };
}

function storeAt(folder: string, id: string, redact: (text: string) => string): Store {
  const file = fileOf(folder, id);
  const lineOf = (value: Fields) => redact(JSON.stringify(value));
  return {
    id,
    add: (message) => appendLine(file, lineOf(message)),
    replace({ messages, summary }) {
      const lines = [...(summary === undefined ? [] : [{ summary }]), ...messages].map(lineOf);
      writeText(file, `${lines.join("\n")}\n`);
    },
  };
}

function conversationIn(text: string): Conversation {
  const messages: Fields[] = [];
  let summary: string | undefined;
  for (const line of text.split("\n")) {
    const fields = objectIn(line);
    if (typeof fields?.["role"] === "string") messages.push(fields);
    else if (typeof fields?.["summary"] === "string") summary = fields["summary"];
  }
  return mended({ messages, ...(summary !== undefined && { summary }) });
}

function fileOf(folder: string, id: string): string {
  return path.join(folder, `${id}.jsonl`);
}

// Not readText: a line that was cut short may end inside a character.
function textIn(file: string): string | undefined {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  }
}
