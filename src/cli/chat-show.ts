// `wg chat show`: what was said in a chat, and on what.
import { readPlan } from "../chat/chat.ts";
import { readTerminal } from "../chat/terminal-turns.ts";
import { type Entry, readTranscript } from "../chat/transcript.ts";
import { versionText } from "../profile/outcome.ts";
import { activeHere, chatJson, chatNamed, sayBanner } from "./chat-place.ts";
import { eventText, type Tone } from "./event-text.ts";
import type { Io } from "./io.ts";
import { paint, plain, print, printJson, say } from "./print.ts";

export async function showChat(io: Io, word: string, { json }: { json?: true }): Promise<void> {
  const opened = chatNamed(io, word);
  const { folder, chat } = opened;
  // A terminal keeps its words to itself until it closes; here they are only read.
  const open = await readTerminal(folder, chat, readPlan(folder, chat), io.env);
  const transcript = [...readTranscript(folder), ...open];
  if (json) {
    const { pins, sessions } = chat;
    return printJson(io, { chat: { ...chatJson(opened, activeHere(io)), pins, sessions }, transcript });
  }
  sayBanner(io, chat);
  if (transcript.length === 0) return say(io, "nothing was said yet");
  for (const entry of transcript) print(io, inWords(io, entry));
}

function inWords(io: Io, entry: Entry): string {
  const { tone, label, lines } = wordsOf(entry);
  const time = new Date(entry.at).toTimeString().slice(0, 8);
  const head = `${paint(io, "stdout", "dim", time)}  ${label.padEnd(7)}  `;
  const painted = tone === undefined ? lines : lines.map((line) => paint(io, "stdout", tone, line));
  return `${head}${painted.join(`\n${" ".repeat(19)}`)}`;
}

function wordsOf(entry: Entry): { tone: Tone | undefined; label: string; lines: string[] } {
  switch (entry.kind) {
    case "user":
      return { tone: "bold", label: "you", lines: entry.text.split("\n").map(plain) };
    case "message":
      return { tone: "bold", label: "message", lines: `${entry.by}: ${entry.text}`.split("\n").map(plain) };
    case "switch": {
      const { from, to, lost } = entry;
      const what = `from ${versionText(from)} (${from.route}) to ${versionText(to)} (${to.route})`;
      return { tone: "yellow", label: "switch", lines: [what, ...lost].map(plain) };
    }
    case "tool":
      return eventText({ ...entry, id: "" });
    case "tool-result":
      return eventText({ ...entry, id: "" });
    case "result": {
      const { profile, revision, route } = entry.on;
      const result = { ...entry.result, summary: "" };
      const words = eventText({ at: entry.at, kind: "result", result });
      const [first = "", ...rest] = words.lines;
      return {
        ...words,
        lines: [`${first}, ${plain(`${versionText({ profile, revision })}, ${route}`)}`, ...rest],
      };
    }
    default:
      return eventText(entry);
  }
}
