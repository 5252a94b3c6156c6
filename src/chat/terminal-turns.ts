// What was said in a native terminal, read from the sessions that its program keeps.
import { WgError } from "../base/error.ts";
import type { Env } from "../base/home.ts";
import { runEnvironment } from "../handlers/environment.ts";
import { keptTurns, markedSessions } from "../handlers/kept.ts";
import type { KeptTurn } from "../handlers/kept-turn.ts";
import { mismatchOf } from "../handlers/mismatch.ts";
import { redactor } from "../handlers/redact.ts";
import {
  type Chat,
  type ChatPlan,
  type ChatSession,
  type OpenTerminal,
  ranOn,
  titleOf,
  writeChat,
} from "./chat.ts";
import type { ChatFolder } from "./folder.ts";
import { newMessages } from "./message.ts";
import { appendEntry, cutTool, type Entry, type RanOn, readTranscript, type Said } from "./transcript.ts";

/** A turn that was held in a terminal: its number in the chat, and the session it is in. */
interface TerminalTurn {
  number: number;
  session: string;
  kept: KeptTurn;
}

/** The chat with what its terminal said taken into the transcript; itself when there was no terminal. */
export async function closeTerminal(folder: ChatFolder, chat: Chat, plan: ChatPlan, env: Env): Promise<Chat> {
  const { terminal, ...rest } = chat;
  if (terminal === undefined) return chat;
  const turns = await turnsOf(folder, chat, plan, env);
  // A process that was killed between these two writes has kept some of them already.
  const transcript = readTranscript(folder);
  const before = new Set(transcript.map(keyOf));
  const [first] = turns;
  if (first !== undefined) {
    for (const { number, by, text } of newMessages(folder, transcript)) {
      if (!terminal.told.includes(number)) continue;
      appendEntry(folder, { at: first.kept.at, turn: first.number, kind: "message", number, by, text });
    }
  }
  for (const entry of turns.flatMap((turn) => entriesOf(chat, plan, turn))) {
    if (!before.has(keyOf(entry))) appendEntry(folder, entry);
  }
  const closed = withTurns(rest, terminal, turns);
  writeChat(folder, closed);
  return closed;
}

/** What a terminal that is open, or was killed, has said so far; nothing is written. */
export async function readTerminal(
  folder: ChatFolder,
  chat: Chat,
  plan: ChatPlan,
  env: Env,
): Promise<Entry[]> {
  const turns = await turnsOf(folder, chat, plan, env);
  return turns.flatMap((turn) => entriesOf(chat, plan, turn));
}

function keyOf({ turn, at, kind }: Entry): string {
  return `${turn} ${at} ${kind}`;
}

/** In the order they were held. A person may have begun further sessions in the same terminal; they bear its mark. */
async function turnsOf(
  { sessions }: ChatFolder,
  { terminal, turns: before }: Chat,
  plan: ChatPlan,
  env: Env,
): Promise<TerminalTurn[]> {
  if (terminal === undefined) return [];
  const { handler, place, since, session, mark } = terminal;
  const sinceMs = Date.parse(since);
  const marked = await markedSessions(handler, place, mark, sinceMs);
  const ids = new Set([...(session === undefined ? [] : [session]), ...marked]);
  const redact = redactor(secretsOf(plan, env));
  const found = await Promise.all(
    [...ids].map(async (id) => {
      const turns = await keptTurns({ handler, id, place, sessions }, sinceMs);
      return turns.map((kept) => ({ session: id, kept: withoutSecrets(kept, redact) }));
    }),
  );
  return found
    .flat()
    .sort((a, b) => (a.kept.at < b.kept.at ? -1 : 1))
    .map((turn, index) => ({ number: before + 1 + index, ...turn }));
}

/** The secrets of a plan, as far as they can be told here. */
function secretsOf(plan: ChatPlan, env: Env): string[] {
  try {
    return runEnvironment({ plan: { ...plan, run: "" }, env }).secrets;
  } catch (error) {
    if (error instanceof WgError) return [];
    throw error;
  }
}

function withoutSecrets(turn: KeptTurn, redact: (text: string) => string): KeptTurn {
  const words = turn.words.map((word) => {
    if (word.kind === "text") return { ...word, text: redact(word.text) };
    if (word.kind === "tool") return { ...word, input: redact(word.input) };
    return { ...word, output: redact(word.output) };
  });
  return { ...turn, text: redact(turn.text), words };
}

function withTurns(chat: Chat, terminal: OpenTerminal, turns: readonly TerminalTurn[]): Chat {
  const [first] = turns;
  const last = turns.at(-1);
  if (first === undefined || last === undefined) return chat;
  return {
    ...chat,
    title: chat.title || titleOf(first.kept.text),
    turns: last.number,
    sessions: sessionsAfter(chat, terminal, turns),
    lastTurnAt: last.kept.endedAt,
  };
}

/** A session that was begun in the middle, by `/clear` or `/new`, is to know of nothing before: it counts as told. */
function sessionsAfter(
  { sessions }: Chat,
  { handler, server }: OpenTerminal,
  turns: readonly TerminalTurn[],
): ChatSession[] {
  const ids = [...new Set(turns.map(({ session }) => session))];
  const held = ids.map((id, index): ChatSession => {
    const own = turns.filter(({ session }) => session === id).map(({ number }) => number);
    const known = sessions.find((session) => session.handler === handler && session.id === id)?.knows ?? [];
    const [from = 1] = own;
    const passed = index === 0 ? known : Array.from({ length: from - 1 }, (_, before) => before + 1);
    return { handler, id, ...(server !== undefined && { server }), knows: [...passed, ...own] };
  });
  return [...sessions.filter((session) => session.handler !== handler || !ids.includes(session.id)), ...held];
}

function entriesOf(chat: Chat, plan: ChatPlan, { number, session, kept }: TerminalTurn): Entry[] {
  const entry = (at: string, said: Said): Entry => ({ at, turn: number, ...said });
  const mismatch = mismatchIn(plan, kept);
  return [
    entry(kept.at, { kind: "user", text: kept.text }),
    ...kept.words.map(({ at, ...word }) => entry(at, cutTool(word))),
    ...(mismatch === undefined ? [] : [entry(kept.endedAt, { kind: "warning", message: mismatch })]),
    entry(kept.endedAt, resultOf(kept, ranOn(chat), session)),
  ];
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
