// Changing a chat: another plan, or its end. Both wait for a turn that is under way, which finishes as it began.
import { canonicalJson } from "../base/canonical.ts";
import type { Env } from "../base/home.ts";
import { type Chat, type ChatPlan, pinFor, ranOn, writeChat, writePlan } from "./chat.ts";
import { enterChat } from "./enter.ts";
import type { ChatFolder } from "./folder.ts";
import { goingOn } from "./session.ts";
import { appendEntry, type RanOn } from "./transcript.ts";
import { checkOpen } from "./turn.ts";

/** What this process is, for those who wait. */
export interface ChangeIo {
  env: Env;
  now(): Date;
}

/** What became of a switch; `lost` says what does not carry over, one sentence each. */
export interface Switched {
  chat: Chat;
  from: RanOn;
  to: RanOn;
  /** False when the chat was on that plan already: then nothing was written. */
  changed: boolean;
  /** True when the handler goes on with a session of its own. */
  resumes: boolean;
  lost: string[];
}

/**
 * Puts a chat on another plan from its next turn on; its folder and project stay, and who its agent is told to be. Refuses with `chat-live` while a
 * terminal has it, with `chat-ended` when it takes no more turns.
 */
export async function switchChat(
  folder: ChatFolder,
  choice: ChatPlan,
  io: ChangeIo,
  signal: AbortSignal,
): Promise<Switched> {
  const entered = await enterChat(folder, change(io), io.env, signal);
  try {
    const { chat, plan: before } = entered;
    checkOpen(chat);
    const { cwd, project, identity } = before;
    const plan: ChatPlan = { ...choice, cwd, project, ...(identity && { identity }) };
    const from = ranOn(chat);
    const now = io.now();
    const pin = pinFor(plan, "switch", now);
    const next: Chat = { ...chat, pins: [...chat.pins, pin] };
    const to = ranOn(next);
    const { session, before: carried } = await goingOn(folder, next, plan, io.env);
    const found = { from, to, resumes: session !== undefined, lost: carried?.lost ?? [] };
    if (isSame(before, plan)) return { chat, changed: false, ...found };
    writePlan(folder, next.pins.length, plan);
    writeChat(folder, next);
    appendEntry(folder, {
      at: now.toISOString(),
      turn: chat.turns,
      kind: "switch",
      from,
      to,
      lost: found.lost,
    });
    return { chat: next, changed: true, ...found };
  } finally {
    entered.leave();
  }
}

/** Ends a chat: it takes no more turns, and stays to be read. Answers the chat; ending it again changes nothing. */
export async function endChat(folder: ChatFolder, io: ChangeIo, signal: AbortSignal): Promise<Chat> {
  const entered = await enterChat(folder, change(io), io.env, signal);
  try {
    const { chat } = entered;
    if (chat.status === "ended") return chat;
    const ended: Chat = { ...chat, status: "ended", endedAt: io.now().toISOString() };
    writeChat(folder, ended);
    return ended;
  } finally {
    entered.leave();
  }
}

function change({ now }: ChangeIo) {
  return { kind: "change", pid: process.pid, since: now().toISOString() } as const;
}

/** Where its values came from makes no other plan. */
function isSame(a: ChatPlan, b: ChatPlan): boolean {
  return canonicalJson({ ...a, origins: {} }) === canonicalJson({ ...b, origins: {} });
}
