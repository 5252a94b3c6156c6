// A chat in a native terminal: the CLI has the turn for as long as it is open; what was said in it is read when it closes.
import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import type { Env } from "../base/home.ts";
import type { Plan } from "../graph/plan.ts";
import { keptPlace } from "../handlers/kept.ts";
import { writeOwnWg } from "../handlers/own-wg.ts";
import type { TerminalSession } from "../handlers/terminal.ts";
import { type Chat, writeChat } from "./chat.ts";
import { enterChat } from "./enter.ts";
import { preambleOf, turnEnvironment } from "./environment.ts";
import type { ChatFolder } from "./folder.ts";
import { messagesText, newMessages } from "./message.ts";
import { goingOn } from "./session.ts";
import { closeTerminal } from "./terminal-turns.ts";
import { readTranscript } from "./transcript.ts";
import { checkOpen, planOfTurn, type TurnIo, turnId } from "./turn.ts";

/** Characters of earlier talk in one argument, which the system limits to 128 KB, each character having up to three bytes. */
const maxPreamble = 30_000;

/** A chat that is ours to hold a native terminal in. */
export interface Terminal {
  plan: Plan;
  env: Env;
  session: TerminalSession;
  /** What the agent is told first: what it is, what was said elsewhere, and the mark of its sessions. */
  preamble: string;
  /** What does not carry over, and that a session is gone, one sentence each. */
  notes: string[];
  /** Takes what was said into the transcript and gives the turn back. */
  close(): Promise<Chat>;
}

/** Takes the turn of a chat for a terminal of its handler. Refuses as `enterChat` does, and with `chat-ended`. */
export async function openTerminal(
  folder: ChatFolder,
  io: Omit<TurnIo, "onText">,
  signal: AbortSignal,
): Promise<Terminal> {
  const run = turnId(io);
  const since = io.now().toISOString();
  const entered = await enterChat(folder, { kind: "terminal", pid: process.pid, run, since }, io.env, signal);
  try {
    const { chat, plan: frozen } = entered;
    checkOpen(chat);
    const { session: known, before, warning } = await goingOn(folder, chat, frozen, io.env, maxPreamble);
    const { handler } = frozen.route;
    // Claude takes the id we give; of Codex we look for the session that bears our mark.
    const fresh =
      handler === "claude" ? { kind: "new" as const, id: randomUUID() } : { kind: "new" as const };
    const session: TerminalSession = known === undefined ? fresh : { kind: "resume", id: known.id };
    const messages = newMessages(folder, readTranscript(folder));
    const plan = planOfTurn(frozen, { run, attempt: chat.turns + 1, chat: chat.id, prompt: "" });
    for (const made of [folder.terminal, folder.bin]) fs.mkdirSync(made, { recursive: true, mode: 0o700 });
    writeOwnWg(folder.bin, io.program);
    const opened: Chat = {
      ...chat,
      terminal: {
        handler,
        ...(session.id !== undefined && { session: session.id }),
        mark: run,
        ...(frozen.endpoint && { server: frozen.endpoint.url }),
        place: keptPlace(frozen, io.env),
        since,
        told: messages.map(({ number }) => number),
      },
    };
    writeChat(folder, opened);
    const parts = [
      preambleOf(plan),
      before?.text,
      messagesText(messages),
      `This terminal is known to wg as ${run}.`,
    ];
    return {
      plan,
      env: turnEnvironment(plan, folder.bin, io.env),
      session,
      preamble: parts.filter((text) => text !== undefined).join("\n\n"),
      notes: [...(warning === undefined ? [] : [warning]), ...(before?.lost ?? [])],
      close: async () => {
        try {
          return await closeTerminal(folder, opened, frozen, io.env);
        } finally {
          entered.leave();
        }
      },
    };
  } catch (error) {
    entered.leave();
    throw error;
  }
}
