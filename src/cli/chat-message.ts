// `wg msg` to a chat: a word that its agent is told at its next turn, and which turn that was.
import { projectOf } from "../base/home.ts";
import { chatMessages, leaveMessage, type ToldMessage } from "../chat/message.ts";
import { readTranscript } from "../chat/transcript.ts";
import { checkOpen } from "../chat/turn.ts";
import { chatNamed } from "./chat-place.ts";
import type { Io } from "./io.ts";
import { plain, print, printJson, say } from "./print.ts";
import { ownRun, withGraph } from "./project-graph.ts";
import { textOrStdin } from "./task-options.ts";
import { block, timeText } from "./task-print.ts";

/** Leaves a message; without a text, lists those that were left. */
export async function message(io: Io, word: string, given: string, json: boolean): Promise<void> {
  const { folder, chat } = chatNamed(io, word);
  if (given === "") {
    const messages = chatMessages(folder, readTranscript(folder));
    if (json) return printJson(io, { chat: chat.id, messages });
    if (messages.length === 0) return say(io, "nothing was said yet");
    return print(io, messages.map(messageText).join("\n"));
  }
  checkOpen(chat);
  const text = await textOrStdin(io, given);
  const left = leaveMessage(folder, { by: senderOf(io), text }, io.now());
  if (json) return printJson(io, { chat: chat.id, message: left });
  say(io, `said to ${chat.id}; its next turn is told`);
}

function senderOf(io: Io): string {
  const inProject = projectOf(io.cwd, io.env) !== undefined;
  const task = inProject ? withGraph(io, (graph) => ownRun(graph, io)?.task) : undefined;
  return task ?? (io.env["WG_CHAT"] || "user");
}

function messageText({ at, by, text, seen }: ToldMessage): string {
  const who = seen === undefined ? "not seen yet" : `seen in turn ${seen.turn}`;
  return `${timeText(at)}  ${plain(by)}  ${who}\n${block(text)}`;
}
