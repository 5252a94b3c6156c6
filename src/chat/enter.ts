// Entering a chat: its turn is ours, what others left undone is settled, and nobody changes it until we leave.
import type { Env } from "../base/home.ts";
import { type KeptTurn, keptPlace, keptTurns } from "../handlers/kept.ts";
import { mismatchOf } from "../handlers/mismatch.ts";
import { type Chat, type ChatPlan, pinOf, readChat, readPlan, writeChat } from "./chat.ts";
import type { ChatFolder } from "./folder.ts";
import { appendEntry, cutTool, mendTranscript, type RanOn, readTranscript, type Said } from "./transcript.ts";
import { type Holder, takeTurn } from "./turn-lock.ts";

/** A chat that is ours until `leave`. */
export interface Entered {
  chat: Chat;
  plan: ChatPlan;
  leave(): void;
}

/**
 * Waits for the turn of a chat. Reads what a native terminal said in it since, also after that was killed. Refuses as
 * `readChat`, `readPlan` and `takeTurn` do.
 */
export async function enterChat(
  folder: ChatFolder,
  holder: Holder,
  env: Env,
  signal: AbortSignal,
): Promise<Entered> {
  const lock = await takeTurn(folder, holder, signal);
  try {
    mendTranscript(folder);
    const chat = readChat(folder);
    const plan = readPlan(folder, chat);
    const settled = await closeTerminal(folder, chat, plan, env);
    return { chat: settled, plan, leave: () => lock.release() };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** The chat with what its terminal said taken into the transcript; itself when there was no terminal. */
export async function closeTerminal(folder: ChatFolder, chat: Chat, plan: ChatPlan, env: Env): Promise<Chat> {
  const { terminal, ...rest } = chat;
  if (terminal === undefined) return chat;
  const place = keptPlace(plan, env);
  const sinceMs = Date.parse(terminal.since);
  const id = terminal.session ?? (await sessionBegun(chat, place, sinceMs));
  if (id === undefined) {
    writeChat(folder, rest);
    return rest;
  }
  const { handler } = terminal;
  const turns = await keptTurns({ handler, id, place, sessions: folder.sessions }, sinceMs);
  const numbers = turns.map((_, index) => chat.turns + 1 + index);
  keepTurns(folder, chat, plan, id, turns);
  const known = chat.sessions.find((session) => session.handler === handler && session.id === id);
  const others = chat.sessions.filter((session) => session !== known);
  const { server } = terminal;
  const session = {
    handler,
    id,
    ...(server !== undefined && { server }),
    knows: [...(known?.knows ?? []), ...numbers],
  };
  const last = turns.at(-1);
  const closed: Chat = {
    ...rest,
    title: chat.title || titleOf(turns[0]?.text ?? ""),
    turns: chat.turns + turns.length,
    sessions: known === undefined && last === undefined ? others : [...others, session],
    ...(last && { lastTurnAt: last.endedAt }),
  };
  writeChat(folder, closed);
  return closed;
}

const maxTitle = 60;

/** A title made of the first thing said. */
export function titleOf(text: string): string {
  const line = text.trim().replace(/\s+/g, " ");
  return line.length <= maxTitle ? line : `${line.slice(0, maxTitle - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

async function sessionBegun({ cwd }: Chat, place: Env, sinceMs: number): Promise<string | undefined> {
  const { newestCodexSession } = await import("../handlers/codex-kept.ts");
  return newestCodexSession(cwd, place, sinceMs);
}

function keepTurns(
  folder: ChatFolder,
  chat: Chat,
  plan: ChatPlan,
  sessionId: string,
  turns: readonly KeptTurn[],
): void {
  // A process that was killed here has kept some of them already.
  const kept = new Set(
    readTranscript(folder).flatMap((entry) =>
      entry.kind === "user" && entry.turn > chat.turns ? [entry.at] : [],
    ),
  );
  turns.forEach((turn, index) => {
    if (kept.has(turn.at)) return;
    const keep = (at: string, said: Said) =>
      appendEntry(folder, { at, turn: chat.turns + 1 + index, ...said });
    keep(turn.at, { kind: "user", text: turn.text });
    for (const { at, ...word } of turn.words) keep(at, cutTool(word));
    const message = mismatchIn(plan, turn);
    if (message !== undefined) keep(turn.endedAt, { kind: "warning", message });
    keep(turn.endedAt, resultOf(turn, ranOn(chat), sessionId));
  });
}

/** What the pin in force stands for. */
export function ranOn(chat: Chat): RanOn {
  const { profile, revision, route, server } = pinOf(chat);
  return { profile, revision, route, ...(server !== undefined && { server }) };
}

function mismatchIn(plan: ChatPlan, { model, servedModels }: KeptTurn): string | undefined {
  const resolved = model === undefined ? {} : { resolved: model };
  return [resolved, ...servedModels.map((served) => ({ served }))]
    .map((seen) => mismatchOf(plan, seen))
    .find((message) => message !== undefined);
}

function resultOf(turn: KeptTurn, on: RanOn, sessionId: string): Said {
  const { usage, answers, servedModels, model, words } = turn;
  const last = words.at(-1);
  const isAnswered = last?.kind === "text";
  return {
    kind: "result",
    run: "",
    on,
    result: {
      outcome: isAnswered ? "done" : "cancelled",
      ...(!isAnswered && {
        failure: { class: "killed", message: "the terminal was closed before an answer" },
      }),
      summary: isAnswered ? last.text : "",
      usage,
      cost: { source: "unknown" },
      turns: answers,
      sessionId,
      ...(model !== undefined && { resolvedModel: model }),
      servedModels,
      servedBy: servedModels.length > 0 ? "answered" : "requested-only",
      denials: 0,
    },
  };
}
