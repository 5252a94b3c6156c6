// Messages to a chat: what people, tasks and other chats left for its agent, told at its next turn.
import * as fs from "node:fs";
import { WgError } from "../base/error.ts";
import { appendLine } from "../base/file.ts";
import { objectIn } from "../base/jsonl.ts";
import { fieldsOf, textOf } from "../handlers/fields.ts";
import type { ChatFolder } from "./folder.ts";
import type { Entry } from "./transcript.ts";

/** `by`: `user`, or the id of the task or chat that left it; `at` is ISO 8601 UTC. `number` counts from 1. */
export interface ChatMessage {
  number: number;
  at: string;
  by: string;
  text: string;
}

/** A message with the turn that was told it. */
export interface ToldMessage extends ChatMessage {
  seen?: { turn: number; at: string };
}

const maxLength = 20_000;

/** Leaves a message. Refuses (`bad-text`) an empty one and one above 20,000 characters. */
export function leaveMessage(folder: ChatFolder, said: { by: string; text: string }, now: Date): ChatMessage {
  const text = said.text.trim();
  if (text === "" || text.length > maxLength) {
    throw new WgError("bad-text", `a message has 1 to ${maxLength} characters, that one has ${text.length}`);
  }
  const message = { at: now.toISOString(), by: said.by, text };
  const line = JSON.stringify(message);
  appendLine(folder.messages, line);
  return { number: linesIn(folder).lastIndexOf(line) + 1, ...message };
}

/** All messages to a chat, oldest first, with who was told; `entries` are its transcript. */
export function chatMessages(folder: ChatFolder, entries: readonly Entry[]): ToldMessage[] {
  const seen = new Map(
    entries.flatMap((entry) =>
      entry.kind === "message" ? [[entry.number, { turn: entry.turn, at: entry.at }]] : [],
    ),
  );
  return linesIn(folder).flatMap((line, index) => {
    const { at, by, text } = fieldsOf(objectIn(line));
    const told = seen.get(index + 1);
    // A line that a crash cut off is no message, and keeps its number.
    if (textOf(text) === undefined) return [];
    const message = {
      number: index + 1,
      at: textOf(at) ?? "",
      by: textOf(by) ?? "",
      text: textOf(text) ?? "",
    };
    return [{ ...message, ...(told && { seen: told }) }];
  });
}

/** Those that no turn was told. */
export function newMessages(folder: ChatFolder, entries: readonly Entry[]): ChatMessage[] {
  return chatMessages(folder, entries).filter(({ seen }) => seen === undefined);
}

/** The same as an agent is told them; undefined for none. */
export function messagesText(messages: readonly ChatMessage[]): string | undefined {
  if (messages.length === 0) return undefined;
  const words = messages.map(({ by, text }) => `From ${by === "user" ? "the person" : by}: ${text}`);
  return ["Messages that were left for you here:", ...words].join("\n\n");
}

function linesIn({ messages }: ChatFolder): string[] {
  if (!fs.existsSync(messages)) return [];
  return fs.readFileSync(messages, "utf8").split("\n").slice(0, -1);
}
