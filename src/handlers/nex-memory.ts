// Making room in a conversation that has outgrown its model: old tool results lose their bulk, the task stays.
import type { Failure } from "../graph/result.ts";
import { cut, type Fields, fieldsOf, listOf, textOf } from "./fields.ts";

/** A text that is shorter is kept whole. */
const longEnough = 400;
const keptLength = 200;
const forgotten = "\n[the rest was dropped to make room]";

/** True when a server says that the conversation is too long for the model. */
export function isTooLong({ class: kind, message }: Failure): boolean {
  if (kind !== "bad-request" && kind !== "server") return false;
  return /context (length|size|window)|context_length|context.{0,20}overflow|maximum.{0,40}tokens|prompt is too long|too many tokens/i.test(
    message,
  );
}

/**
 * Shortens the older half of the tool results and tool calls that are still long, in place; when none is older, the
 * newest result. False when nothing is left to shorten. Every call makes the conversation shorter, so it ends.
 */
export function makeRoom(messages: Fields[]): boolean {
  const long = messages.flatMap((message, index) => (lengthOf(message) > longEnough ? [index] : []));
  for (const index of long.slice(0, Math.ceil(long.length / 2))) {
    messages[index] = shortened(messages[index] ?? {});
  }
  return long.length > 0;
}

/** What could be dropped from a message: nothing of what the user, or wg, has said. */
function lengthOf(message: Fields): number {
  if (message["role"] === "tool") return (textOf(message["content"]) ?? "").length;
  const inputs = listOf(message["tool_calls"]).map(
    (call) => fieldsOf(fieldsOf(call)["function"])["arguments"],
  );
  return inputs.reduce((sum: number, input) => sum + (textOf(input) ?? "").length, 0);
}

function shortened(message: Fields): Fields {
  if (message["role"] === "tool") {
    return { ...message, content: cut(textOf(message["content"]) ?? "", keptLength) + forgotten };
  }
  const calls = listOf(message["tool_calls"]).map((call) => {
    const { name, arguments: input } = fieldsOf(fieldsOf(call)["function"]);
    return { ...fieldsOf(call), function: { name, arguments: shortInput(textOf(input) ?? "{}") } };
  });
  return { ...message, tool_calls: calls };
}

/** The arguments with their long texts cut: still JSON, since servers read it again. */
function shortInput(input: string): string {
  const short = Object.entries(fieldsOf(JSON.parse(input))).map(([name, value]) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return [name, text.length > 60 ? cut(text, 60) : value];
  });
  const whole = JSON.stringify(Object.fromEntries(short));
  return whole.length > longEnough ? "{}" : whole;
}
