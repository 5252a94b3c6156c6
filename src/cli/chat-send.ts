// `wg chat send`: one turn, for scripts and for people.

import { ranOn, readChat } from "../chat/chat.ts";
import type { Opened } from "../chat/shelf.ts";
import { runTurn } from "../chat/turn.ts";
import type { RunResult } from "../graph/result.ts";
import type { RunEvent } from "../handlers/handler.ts";
import { chatNamed, turnIo } from "./chat-place.ts";
import type { Io } from "./io.ts";
import { paint, plain, print, printJson, say } from "./print.ts";
import { textOrStdin } from "./task-options.ts";

export async function send(
  io: Io,
  word: string,
  words: readonly string[],
  { json }: { json?: true },
): Promise<void> {
  const opened = chatNamed(io, word);
  const text = await textOrStdin(io, words.join(" "));
  const { answer, result } = await turn(io, opened, text, json !== true);
  io.status = statusOf(result);
  if (json) {
    const chat = readChat(opened.folder);
    return printJson(io, { chat: chat.id, turn: chat.turns, answer, on: ranOn(chat), result });
  }
  if (result.outcome === "done") return print(io, answer);
  say(io, `wg: the turn ${outcomeText[result.outcome]}: ${result.failure?.message ?? ""}`);
}

const outcomeText = {
  failed: "failed",
  "timed-out": "took too long",
  cancelled: "was ended",
  lost: "was lost",
};

async function turn(
  io: Io,
  { folder }: Opened,
  text: string,
  isTold: boolean,
): Promise<{ answer: string; result: RunResult }> {
  const events = runTurn(folder, text, turnIo(io), io.signal);
  let answer = "";
  for (;;) {
    const next = await events.next();
    if (next.done) return { answer: answer || next.value.summary, result: next.value };
    const event = next.value;
    if (event.kind === "text") answer = event.text;
    if (isTold) tell(io, event);
  }
}

/** Warnings always; to a person at a terminal also what the agent is at. */
function tell(io: Io, event: RunEvent): void {
  if (event.kind === "warning") {
    say(io, `${paint(io, "stderr", "yellow", "warning:")} ${plain(event.message)}`);
  }
  if (!io.stderr.isTTY) return;
  const text = progressText(event);
  if (text !== undefined) say(io, paint(io, "stderr", "dim", plain(text).slice(0, 120)));
}

function progressText(event: RunEvent): string | undefined {
  if (event.kind === "tool") return `${event.name} ${event.input}`;
  return event.kind === "retry" ? `trying again: ${event.reason}` : undefined;
}

function statusOf({ outcome }: RunResult): number {
  if (outcome === "done") return 0;
  return outcome === "cancelled" ? 130 : 1;
}
