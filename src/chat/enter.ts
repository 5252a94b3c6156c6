// Entering a chat: its turn is ours, what others left undone is settled, and nobody changes it until we leave.
import type { Env } from "../base/home.ts";
import { keptPlace, keptTurns } from "../handlers/kept.ts";
import type { KeptTurn } from "../handlers/kept-turn.ts";
import { mismatchOf } from "../handlers/mismatch.ts";
import { type Chat, type ChatPlan, type OpenTerminal, pinOf, readChat, readPlan, writeChat } from "./chat.ts";
import type { ChatFolder } from "./folder.ts";
import {
  appendEntry,
  cutTool,
  type Entry,
  mendTranscript,
  type RanOn,
  readTranscript,
  type Said,
} from "./transcript.ts";
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
  const read = await turnsOf(folder, chat, plan, env);
  const closed = read === undefined ? rest : withTurns(rest, terminal, read.id, read.turns);
  // A process that was killed between these two writes has kept some of them already.
  const kept = new Set(readTranscript(folder).map(({ turn, at, kind }) => `${turn} ${at} ${kind}`));
  for (const entry of read === undefined ? [] : entriesOf(chat, plan, read.id, read.turns)) {
    if (!kept.has(`${entry.turn} ${entry.at} ${entry.kind}`)) appendEntry(folder, entry);
  }
  writeChat(folder, closed);
  return closed;
}

function withTurns(chat: Chat, terminal: OpenTerminal, id: string, turns: readonly KeptTurn[]): Chat {
  const last = turns.at(-1);
  if (last === undefined) return chat;
  const { handler, server } = terminal;
  const known = chat.sessions.find((session) => session.handler === handler && session.id === id);
  const session = {
    handler,
    id,
    ...(server !== undefined && { server }),
    knows: [...(known?.knows ?? []), ...turns.map((_, index) => chat.turns + 1 + index)],
  };
  return {
    ...chat,
    title: chat.title || titleOf(turns[0]?.text ?? ""),
    turns: chat.turns + turns.length,
    sessions: [...chat.sessions.filter((each) => each !== known), session],
    lastTurnAt: last.endedAt,
  };
}

const maxTitle = 60;

/** A title made of the first thing said. */
export function titleOf(text: string): string {
  const line = text.trim().replace(/\s+/g, " ");
  return line.length <= maxTitle ? line : `${line.slice(0, maxTitle - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/** What a terminal that is open, or was killed, has said so far; nothing is written. */
export async function readTerminal(
  folder: ChatFolder,
  chat: Chat,
  plan: ChatPlan,
  env: Env,
): Promise<Entry[]> {
  const read = await turnsOf(folder, chat, plan, env);
  return read === undefined ? [] : entriesOf(chat, plan, read.id, read.turns);
}

/** The session of a chat's terminal with its turns; undefined where there is neither. */
async function turnsOf(
  { sessions }: ChatFolder,
  { terminal, cwd }: Chat,
  plan: ChatPlan,
  env: Env,
): Promise<{ id: string; turns: KeptTurn[] } | undefined> {
  if (terminal === undefined) return undefined;
  const { handler, since, session } = terminal;
  const place = keptPlace(plan, env);
  const sinceMs = Date.parse(since);
  const { newestCodexSession } = await import("../handlers/codex-kept.ts");
  const id = session ?? newestCodexSession(cwd, place, sinceMs);
  if (id === undefined) return undefined;
  return { id, turns: await keptTurns({ handler, id, place, sessions }, sinceMs) };
}

function entriesOf(chat: Chat, plan: ChatPlan, sessionId: string, turns: readonly KeptTurn[]): Entry[] {
  return turns.flatMap((turn, index) => {
    const entry = (at: string, said: Said): Entry => ({ at, turn: chat.turns + 1 + index, ...said });
    const mismatch = mismatchIn(plan, turn);
    return [
      entry(turn.at, { kind: "user", text: turn.text }),
      ...turn.words.map(({ at, ...word }) => entry(at, cutTool(word))),
      ...(mismatch === undefined ? [] : [entry(turn.endedAt, { kind: "warning", message: mismatch })]),
      entry(turn.endedAt, resultOf(turn, ranOn(chat), sessionId)),
    ];
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
