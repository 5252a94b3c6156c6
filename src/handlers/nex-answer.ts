// One answer of the model: asked for again when a second try can help, told as it comes, and booked.
import { setTimeout as sleep } from "node:timers/promises";
import { cut, type Fields } from "./fields.ts";
import type { RunEvent } from "./handler.ts";
import { compact } from "./nex-compact.ts";
import { interruptedMessage } from "./nex-conversation.ts";
import { RequestFailure, retryWait } from "./nex-failure.ts";
import { isTooLong } from "./nex-memory.ts";
import { askModel } from "./nex-request.ts";
import { book, requestOf, type Session, say } from "./nex-session.ts";
import { withoutThoughts } from "./nex-thoughts.ts";
import type { Call, Turn } from "./nex-turn.ts";
import { askWindow, learn, measure } from "./nex-window.ts";

export const maxText = 16_000;
const maxSummary = 8000;
/** Text is told line by line, but not more often than this; silence of the stream's text is broken this often. */
const tellEveryMs = 500;
const beatEveryMs = 5000;
/** How often a conversation may be found too long in one go. */
const maxTooLong = 8;

/** The next answer. Throws `RequestFailure` when there is none, or the reason of `signal`. */
export async function* answer(session: Session, signal: AbortSignal): AsyncGenerator<RunEvent, Turn> {
  let tooLong = 0;
  for (let attempt = 1; ; ) {
    yield* fitIntoWindow(session, signal);
    const request = requestOf(session);
    const characters = JSON.stringify(request).length;
    try {
      const turn = yield* stream(session, request, signal);
      measure(session.window, characters, turn.usage?.input ?? 0);
      yield* take(session, turn);
      return turn;
    } catch (error) {
      if (!(error instanceof RequestFailure)) throw error;
      if (isTooLong(error.failure) && tooLong < maxTooLong) {
        tooLong += 1;
        learn(session.window, error.message, characters);
        const made = yield* compact(session, "refused", signal);
        if (made === undefined) throw error;
        yield { kind: "warning", message: `${error.message}; ${made}` };
        continue;
      }
      const waitMs = retryWait(error, attempt);
      if (waitMs === undefined) throw error;
      yield { kind: "retry", attempt, reason: error.message };
      await sleep(waitMs, undefined, { signal }).catch(() => signal.throwIfAborted());
      attempt += 1;
    }
  }
}

/** Makes room before a request that would nearly fill the model's window. */
async function* fitIntoWindow(session: Session, signal: AbortSignal): AsyncGenerator<RunEvent> {
  const { window, server, model } = session;
  await askWindow(window, server, model, JSON.stringify(requestOf(session)).length, signal);
  const made = yield* compact(session, "due", signal);
  if (made !== undefined)
    yield { kind: "warning", message: `the conversation nears the model's limit; ${made}` };
}

/** Streams one answer and tells its text, in whole lines where it can. */
async function* stream(
  session: Session,
  request: Fields,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, Turn> {
  const { server, context, report } = session;
  const live = session.live?.();
  const pieces = askModel(server, request, signal);
  let said = "";
  let untold = "";
  let toldAt = performance.now();
  const rest = (text: string): RunEvent => ({ kind: "text", text: cut(context.redact(text), maxText) });
  try {
    for (;;) {
      const { done, value } = await pieces.next();
      if (done) {
        live?.();
        if (untold.trim() !== "") yield rest(untold);
        return value;
      }
      live?.(value);
      said += value;
      untold += value;
      const now = performance.now();
      const whole = now - toldAt < tellEveryMs ? 0 : untold.lastIndexOf("\n") + 1;
      if (whole > 0) {
        yield rest(untold.slice(0, whole - 1));
        untold = untold.slice(whole);
        toldAt = now;
      } else if (now - toldAt > beatEveryMs) {
        // Nothing to show yet, but a sign of life.
        yield { kind: "usage", usage: report.usage };
        toldAt = now;
      }
    }
  } catch (error) {
    // A person who interrupts goes on from what they have read.
    const message = signal.aborted ? interruptedMessage(withoutThoughts(said)) : undefined;
    if (message !== undefined) {
      live?.();
      say(session, message);
      if (untold.trim() !== "") yield rest(untold);
    }
    throw error;
  }
}

/** Books a whole answer: model, usage, the conversation. */
async function* take(session: Session, turn: Turn): AsyncGenerator<RunEvent> {
  const { report, context } = session;
  report.turns += 1;
  yield* book(session, turn);
  const text = withoutThoughts(turn.text);
  if (text !== "") report.summary = cut(context.redact(text), maxSummary);
  say(session, assistantMessage(text, turn.calls));
}

function assistantMessage(text: string, calls: readonly Call[]): Fields {
  if (calls.length === 0) return { role: "assistant", content: text };
  const tool_calls = calls.map(({ id, name, input }) => ({
    id,
    type: "function",
    // Servers read the arguments of earlier calls again, and some fail on what is no JSON.
    function: { name, arguments: isJson(input) ? input : "{}" },
  }));
  return { role: "assistant", content: text === "" ? null : text, tool_calls };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
