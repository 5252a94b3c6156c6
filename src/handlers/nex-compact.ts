// Making room before a model's window is full: old tool results lose their bulk, then what is old is summed up.
import type { Fields } from "./fields.ts";
import type { RunEvent } from "./handler.ts";
import { contentOf } from "./nex-conversation.ts";
import { makeRoom } from "./nex-memory.ts";
import { requestOf, type Session } from "./nex-session.ts";
import { maxSummary, plainSummary, summaryBy } from "./nex-summary.ts";
import { tokensOf } from "./nex-window.ts";

/** Parts of the window: where room is made, how much may be left, and how much of it is kept as it was said. */
const fullPart = 0.8;
const goalPart = 0.5;
const keptPart = 0.2;
const firstPart = 0.1;

/** `due`: only when the window is nearly full. `refused`: in any case. `asked`: a person wants it summed up. */
type Why = "due" | "refused" | "asked";

/**
 * Makes the conversation shorter, keeping the first message, the last one of the person, and the newest exchanges.
 * Answers in words what was done; undefined when nothing was, or could be. Throws only the reason of `signal`.
 */
export async function* compact(
  session: Session,
  why: Why,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, string | undefined> {
  const { store, window } = session;
  const size = () => tokensOf(window, JSON.stringify(requestOf(session)).length);
  const before = size();
  if (why === "due" && before <= window.tokens * fullPart) return undefined;
  const longer = session.conversation;
  session.conversation = { ...longer, messages: [...longer.messages] };
  const made =
    why === "asked"
      ? yield* sumUp(session, lastRequest(session), signal)
      : yield* makeWay(session, size, signal);
  if (made.length === 0 || size() >= before) {
    session.conversation = longer;
    return undefined;
  }
  store.replace(session.conversation);
  return made.join(", ");
}

/** One step after the other, until the request is small enough. */
async function* makeWay(
  session: Session,
  size: () => number,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, string[]> {
  const { window } = session;
  const goal = window.tokens * goalPart;
  const isEnough = () => size() <= goal;
  const made: string[] = [];
  if (shortenUntil(session.conversation.messages, recentFrom(session), isEnough)) {
    made.push("old tool results were shortened");
  }
  if (isEnough()) return made;
  made.push(...(yield* sumUp(session, recentFrom(session), signal)));
  if (size() <= window.tokens * fullPart) return made;
  const { messages } = session.conversation;
  if (shortenUntil(messages, messages.length, isEnough)) made.push("the newest tool results were shortened");
  if (size() > window.tokens * fullPart && cutFirst(session)) made.push("the first message was cut");
  return made;
}

/** Drops bulk of tool results and calls before `end`, the oldest first; true when there was some. */
function shortenUntil(messages: Fields[], end: number, isEnough: () => boolean): boolean {
  let shortened = false;
  while (!isEnough()) {
    const old = messages.slice(0, end);
    if (!makeRoom(old)) break;
    messages.splice(0, end, ...old);
    shortened = true;
  }
  return shortened;
}

/** Puts a summary in place of what lies between the first message and the one at `from`; answers in words that it did. */
async function* sumUp(
  session: Session,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, string[]> {
  const { conversation, window } = session;
  const { messages, summary } = conversation;
  const request = lastRequest(session);
  const kept = request > 0 && request < from ? messages.slice(request, request + 1) : [];
  const old = messages.slice(1, from);
  const [first] = messages;
  if (first === undefined || old.length <= kept.length) return [];
  const room = Math.floor((window.tokens * keptPart) / window.perCharacter);
  const notes =
    (yield* summaryBy(session, old, room, signal)) ?? plainSummary(summary, old, Math.min(room, maxSummary));
  session.conversation = { messages: [first, ...kept, ...messages.slice(from)], summary: notes };
  const count = old.length - kept.length;
  return [count === 1 ? "an older message was summed up" : `${count} older messages were summed up`];
}

/** Where the person spoke last. */
function lastRequest({ conversation }: Session): number {
  return conversation.messages.findLastIndex(({ role }) => role === "user");
}

/** Where the newest exchanges begin that are kept as they were said: never with a tool's result. */
function recentFrom({ conversation: { messages }, window }: Session): number {
  const room = (window.tokens * keptPart) / window.perCharacter;
  let used = 0;
  let from = messages.length;
  for (let index = messages.length - 1; index > 0; index--) {
    const message = messages[index] ?? {};
    used += JSON.stringify(message).length;
    if (used > room && from < messages.length) break;
    if (message["role"] !== "tool") from = index;
  }
  return from;
}

/** Cuts a first message that is long and answered already. */
function cutFirst({ conversation: { messages }, window }: Session): boolean {
  const [first, second] = messages;
  const room = Math.floor((window.tokens * firstPart) / window.perCharacter);
  if (first === undefined || second === undefined || contentOf(first).length <= room) return false;
  messages[0] = {
    ...first,
    content: `${contentOf(first).slice(0, room)}\n[the rest was dropped to make room]`,
  };
  return true;
}
