// The loop of the in-process agent: ask the model, make its calls, until it says that it is done.
import { setTimeout as sleep } from "node:timers/promises";
import type { Failure } from "../graph/result.ts";
import type { CappedFile } from "./capped-file.ts";
import { failure } from "./failure.ts";
import { cut, type Fields } from "./fields.ts";
import type { RunEvent } from "./handler.ts";
import { RequestFailure } from "./nex-failure.ts";
import { isTooLong, makeRoom } from "./nex-memory.ts";
import { askModel, type Server } from "./nex-request.ts";
import type { Tool, ToolContext } from "./nex-tool.ts";
import { type CallOutcome, makeCall, offerOf } from "./nex-tools.ts";
import type { Call, Turn } from "./nex-turn.ts";
import type { Report } from "./run-child.ts";

/** One run of the agent: what it works with, what was said, and what it has come to so far. */
export interface Session {
  server: Server;
  model: string;
  tools: readonly Tool[];
  context: ToolContext;
  maxTurns: number;
  /** In the words of chat completions; grows. */
  messages: Fields[];
  /** What will be told of the run; kept up to date at every step. */
  report: Report;
  log: CappedFile;
}

const maxText = 16_000;
const maxSummary = 8000;
/** A request is made three times at most; the server may ask for a pause of at most 10 s between. */
const retryWaitsMs = [500, 2000];
const maxWaitMs = 10_000;
/** Text is told line by line, but not more often than this; silence of the stream's text is broken this often. */
const tellEveryMs = 500;
const beatEveryMs = 5000;
/** The same call with the same outcome, or calls that make no sense, so many times in a row are the end. */
const maxSameCalls = 6;
const maxMalformed = 6;
/** How often a model that says nothing, or is cut off, is told to go on. */
const maxReminders = 3;

/**
 * Runs the session to its end: undefined when the model says that it is done, else why it did not get there. Throws
 * the reason of `signal` when that ended it.
 */
export async function* converse(
  session: Session,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, Failure | undefined> {
  const { report, maxTurns } = session;
  const guard = startLoopGuard();
  let reminders = 0;
  while (report.turns < maxTurns) {
    let turn: Turn;
    try {
      turn = yield* answer(session, signal);
    } catch (error) {
      if (error instanceof RequestFailure) return error.failure;
      throw error;
    }
    if (turn.calls.length > 0) {
      const problem = yield* makeCalls(session, turn, guard, signal);
      if (problem !== undefined) return problem;
      continue;
    }
    const reminder = reminderFor(turn);
    if (reminder === undefined) return undefined;
    reminders += 1;
    if (turn.finish === "content_filter") return failure("agent", "the server's filter stopped the answer");
    if (reminders >= maxReminders)
      return failure("agent", `the model gave no usable answer ${reminders} times`);
    yield { kind: "warning", message: reminder.why };
    say(session, { role: "user", content: reminder.text });
  }
  return failure("agent", `not done after ${maxTurns} turns`);
}

/** One answer of the model, asked for again when a second try can help. */
async function* answer(session: Session, signal: AbortSignal): AsyncGenerator<RunEvent, Turn> {
  for (let attempt = 1; ; ) {
    try {
      const turn = yield* stream(session, signal);
      yield* take(session, turn);
      return turn;
    } catch (error) {
      if (!(error instanceof RequestFailure)) throw error;
      if (isTooLong(error.failure) && makeRoom(session.messages)) {
        yield { kind: "warning", message: `${error.message}; old tool results were shortened` };
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

/** How long to wait before asking again; undefined when that is no use. */
export function retryWait({ canRetry, waitMs }: RequestFailure, attempt: number): number | undefined {
  const own = retryWaitsMs[attempt - 1];
  if (!canRetry || own === undefined || (waitMs ?? 0) > maxWaitMs) return undefined;
  return Math.max(own, waitMs ?? 0);
}

/** Streams one answer and tells its text, in whole lines where it can. */
async function* stream(session: Session, signal: AbortSignal): AsyncGenerator<RunEvent, Turn> {
  const { server, model, messages, tools, context, report } = session;
  const request = { model, messages, tools: offerOf(tools) };
  const pieces = askModel(server, request, signal);
  let untold = "";
  let toldAt = performance.now();
  for (;;) {
    const { done, value } = await pieces.next();
    if (done) {
      if (untold.trim() !== "") yield { kind: "text", text: cut(context.redact(untold), maxText) };
      return value;
    }
    untold += value;
    const now = performance.now();
    const whole = now - toldAt < tellEveryMs ? 0 : untold.lastIndexOf("\n") + 1;
    if (whole > 0) {
      yield { kind: "text", text: cut(context.redact(untold.slice(0, whole - 1)), maxText) };
      untold = untold.slice(whole);
      toldAt = now;
    } else if (now - toldAt > beatEveryMs) {
      // Nothing to show yet, but a sign of life.
      yield { kind: "usage", usage: report.usage };
      toldAt = now;
    }
  }
}

/** Books a whole answer: model, usage, the conversation. */
async function* take(session: Session, turn: Turn): AsyncGenerator<RunEvent> {
  const { report } = session;
  report.turns += 1;
  if (turn.usage !== undefined) {
    const { input, output, cached } = report.usage;
    report.usage = {
      input: input + turn.usage.input,
      output: output + turn.usage.output,
      cached: cached + turn.usage.cached,
    };
    yield { kind: "usage", usage: report.usage };
  }
  if (turn.model !== undefined && !report.servedModels.includes(turn.model)) {
    report.servedModels.push(turn.model);
    report.servedBy = "answered";
    yield { kind: "model", served: turn.model };
  }
  const text = withoutThoughts(turn.text);
  if (text !== "") report.summary = cut(session.context.redact(text), maxSummary);
  say(session, assistantMessage(text, turn.calls));
}

async function* makeCalls(
  session: Session,
  turn: Turn,
  guard: LoopGuard,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, Failure | undefined> {
  const { tools, context, report } = session;
  for (const call of turn.calls) {
    const { id, name } = call;
    yield { kind: "tool", id, name, input: cut(context.redact(call.input), maxText) };
    const outcome = await makeCall(call, tools, context, signal);
    const { ok, output } = outcome;
    if (outcome.problem === "denied") report.denials += 1;
    if (outcome.warning !== undefined) yield { kind: "warning", message: outcome.warning };
    yield { kind: "tool-result", id, ok, output: cut(output, maxText) };
    const { warning, problem } = guard.notice(call, outcome);
    if (problem !== undefined) return problem;
    const isCut = turn.finish === "length" && outcome.problem === "malformed";
    const notes = [
      isCut ? "[your answer was cut off by its token limit; make shorter calls]" : "",
      warning ?? "",
    ];
    const content = [ok ? output : `error: ${output}`, ...notes].filter((part) => part !== "").join("\n");
    say(session, { role: "tool", tool_call_id: id, content });
  }
  return undefined;
}

interface LoopGuard {
  /** A word to the model when it goes round in circles, and the end when it does not stop. */
  notice(call: Call, outcome: CallOutcome): { warning?: string; problem?: Failure };
}

function startLoopGuard(): LoopGuard {
  let last = "";
  let same = 0;
  let malformed = 0;
  return {
    notice(call, outcome) {
      const now = JSON.stringify([call.name, call.input, outcome.output]);
      same = now === last ? same + 1 : 1;
      last = now;
      malformed = outcome.problem === "malformed" ? malformed + 1 : 0;
      if (malformed >= maxMalformed) {
        return {
          problem: failure("agent", `${malformed} calls in a row made no sense, the last: ${outcome.output}`),
        };
      }
      if (same >= maxSameCalls) {
        return {
          problem: failure("agent", `the model made the same call of ${call.name} ${same} times in a row`),
        };
      }
      if (same < maxSameCalls / 2) return {};
      return { warning: `[this was the same call ${same} times, with the same outcome; do something else]` };
    },
  };
}

function reminderFor({ text, finish }: Turn): { why: string; text: string } | undefined {
  if (finish === "length") {
    return {
      why: "the answer was cut off by the server's token limit",
      text: "Your answer was cut off by its token limit. Go on from there, in smaller steps.",
    };
  }
  if (withoutThoughts(text) !== "" && finish !== "content_filter") return undefined;
  return {
    why: "the model gave an empty answer",
    text: "Your answer was empty. Go on with the task by calling a tool, or say in a short summary what you did.",
  };
}

/** The text without what a model thought aloud before it answered. */
function withoutThoughts(text: string): string {
  return text.replace(/<think>.*?(?:<\/think>|$)/gs, "").trim();
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

function say(session: Session, message: Fields): void {
  session.messages.push(message);
  session.log.write(session.context.redact(JSON.stringify(message)));
}
