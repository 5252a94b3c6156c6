// `wg chat send`: one turn, for scripts and for people.
import type { ChatFolder } from "../chat/folder.ts";
import { runTurn, type Turned } from "../chat/turn.ts";
import type { RunEvent } from "../handlers/handler.ts";
import { safeText } from "../terminal/safe.ts";
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
  const { folder } = chatNamed(io, word);
  const text = await textOrStdin(io, words.join(" "));
  const { answer, ...turned } = await talk(io, folder, text, json !== true);
  const { outcome, failure } = turned.result;
  io.status = outcome === "done" ? 0 : outcome === "cancelled" ? 130 : 1;
  if (json) return printJson(io, { chat: folder.id, answer, ...turned });
  // A terminal would obey what an answer may hold; a pipe gets it as it is.
  if (outcome === "done") return print(io, io.stdout.isTTY ? safeText(answer) : answer);
  say(io, `wg: the turn ${outcomeText[outcome]}: ${safeText(failure?.message ?? "")}`);
}

const outcomeText = {
  failed: "failed",
  "timed-out": "took too long",
  cancelled: "was ended",
  lost: "was lost",
};

/** One turn; the answer is the last text of it. */
async function talk(
  io: Io,
  folder: ChatFolder,
  text: string,
  isTold: boolean,
): Promise<Turned & { answer: string }> {
  const events = runTurn(folder, text, turnIo(io), io.signal);
  let answer = "";
  for (;;) {
    const next = await events.next();
    if (next.done) return { answer: answer || next.value.result.summary, ...next.value };
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
