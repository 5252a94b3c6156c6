// The loop of the in-process agent: ask the model, make its calls, until it says that it is done.
import type { Failure } from "../graph/result.ts";
import { failure } from "./failure.ts";
import { cut } from "./fields.ts";
import type { RunEvent } from "./handler.ts";
import { answer, maxText } from "./nex-answer.ts";
import { RequestFailure } from "./nex-failure.ts";
import { type LoopGuard, startLoopGuard } from "./nex-guard.ts";
import { hear, type Session, say } from "./nex-session.ts";
import { withoutThoughts } from "./nex-thoughts.ts";
import { makeCall } from "./nex-tools.ts";
import type { Turn } from "./nex-turn.ts";

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
    hear(session);
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
    if (reminder === undefined && hear(session)) continue;
    if (reminder === undefined) return undefined;
    reminders += 1;
    if (turn.finish === "content_filter") return failure("agent", "the server's filter stopped the answer");
    if (reminders >= maxReminders)
      return failure("agent", `the model gave no usable answer ${reminders} times`);
    yield { kind: "warning", message: reminder.why };
    // In a chat the person sees it, and says what is to be done.
    if (session.isChat) return undefined;
    say(session, { role: "user", content: reminder.text });
  }
  return failure("agent", `not done after ${maxTurns} turns`);
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
