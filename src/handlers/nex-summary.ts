// What an old part of a conversation said, in short: in the model's own words, or where it fails in the bare facts.
import { cut, type Fields } from "./fields.ts";
import type { RunEvent } from "./handler.ts";
import { callsIn, contentOf } from "./nex-conversation.ts";
import { RequestFailure } from "./nex-failure.ts";
import { askModel } from "./nex-request.ts";
import { book, type Session } from "./nex-session.ts";
import { withoutThoughts } from "./nex-thoughts.ts";
import type { Turn } from "./nex-turn.ts";

const system =
  "You shorten the record of a conversation between a person and an agent who works for them, so that the agent can go on from your notes alone. Answer with the notes and nothing else.";

/** Longer notes are of no more use. */
export const maxSummary = 12_000;
const beatEveryMs = 5000;
/** How much of one message is shown to who sums up, tried in this order until all of them fit. */
const shownLengths = [4000, 1500, 500, 200, 80];

/**
 * The model's own summary of these messages, which with the request for it takes about three times `room` characters;
 * undefined when it gave none.
 */
export async function* summaryBy(
  session: Session,
  old: readonly Fields[],
  room: number,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, string | undefined> {
  const { server, model, conversation, context } = session;
  const before = conversation.summary;
  const length = Math.min(room, maxSummary);
  const record = recordOf(old, 2 * room);
  const content = [
    ...(before === undefined ? [] : [`Your notes on what came before:\n\n${before}`]),
    `The record:\n\n${record}`,
    task(Math.max(60, Math.floor(length / 12))),
  ].join("\n\n---\n\n");
  const messages = [
    { role: "system", content: system },
    { role: "user", content },
  ];
  try {
    const turn = yield* quietly(askModel(server, { model, messages }, signal), session);
    yield* book(session, turn);
    const summary = context.redact(withoutThoughts(turn.text));
    return summary === "" || turn.finish === "content_filter" ? undefined : cut(summary, length);
  } catch (error) {
    if (error instanceof RequestFailure) return undefined;
    throw error;
  }
}

/** Without a model: what the person said, and the newest of what was done, a line each. */
export function plainSummary(before: string | undefined, old: readonly Fields[], room: number): string {
  const third = Math.floor(room / 3);
  const wishes = old.filter(({ role }) => role === "user").map(lineOf);
  const each = Math.max(60, Math.floor(third / Math.max(1, wishes.length)));
  const parts = [
    before === undefined ? "" : cut(before, third),
    newestOf(
      wishes.map((line) => cut(`The person said: ${line}`, each)),
      third,
    ),
    newestOf(old.flatMap(deeds), third),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

/** What the agent said and called. */
function deeds(message: Fields): string[] {
  if (message["role"] !== "assistant") return [];
  const text = lineOf(message);
  const calls = callsIn(message).map(({ name, input }) => `You called ${name} ${cut(input, 120)}`);
  return [...(text === "" ? [] : [`You said: ${text}`]), ...calls];
}

function lineOf(message: Fields): string {
  return cut(contentOf(message).replace(/\s+/g, " ").trim(), 200);
}

function newestOf(lines: readonly string[], room: number): string {
  let left = room;
  const newest = lines.toReversed().filter((line) => {
    left -= line.length + 1;
    return left >= 0;
  });
  return newest.toReversed().join("\n");
}

function task(words: number): string {
  return [
    `Write the notes that take the place of this record, in at most ${words} words:`,
    "- what the person wants, and what they said about how",
    "- facts to remember, word for word: names, numbers, paths, commands, results",
    "- what was decided, and why",
    "- files that were read, written or changed, and how far the work is",
    "- what is open",
    "Keep every fact of your earlier notes that may still matter.",
  ].join("\n");
}

/** The messages as a text of at most `room` characters. */
function recordOf(messages: readonly Fields[], room: number): string {
  const texts = shownLengths.map((length) =>
    messages.flatMap((message) => shown(message, length)).join("\n"),
  );
  return texts.find((text) => text.length <= room) ?? (texts.at(-1) ?? "").slice(-room);
}

function shown(message: Fields, length: number): string[] {
  const text = cut(contentOf(message), length);
  if (message["role"] === "tool") return [`Result: ${text}`];
  const who = message["role"] === "user" ? "Person" : "Agent";
  const calls = callsIn(message).map(({ name, input }) => `Agent calls ${name}: ${cut(input, length)}`);
  return [...(text === "" ? [] : [`${who}: ${text}`]), ...calls];
}

/** Waits for an answer that nobody is told, with a sign of life now and then. */
async function* quietly(
  pieces: AsyncGenerator<string, Turn>,
  { report }: Session,
): AsyncGenerator<RunEvent, Turn> {
  for (let toldAt = performance.now(); ; ) {
    const { done, value } = await pieces.next();
    if (done) return value;
    if (performance.now() - toldAt < beatEveryMs) continue;
    yield { kind: "usage", usage: report.usage };
    toldAt = performance.now();
  }
}
