// A conversation with a model as data: what was said, mended where it was interrupted, and as it is sent.
import { type Fields, fieldsOf, listOf, textOf } from "./fields.ts";

/** What the agent remembers. */
export interface Conversation {
  /** From the first word of the person (or of the task) on, in the words of chat completions; no system message. */
  messages: Fields[];
  /** What was said between the first message and the second, where it was dropped to make room. */
  summary?: string;
}

const noResult = "error: interrupted before there was a result";
const noAnswer = "[interrupted]";

/**
 * The conversation with a result for each call, no result without a call, and no two messages of the person in a row:
 * servers turn away, or misread, what an interruption leaves behind.
 */
export function mended({ messages, summary }: Conversation): Conversation {
  if (summary === undefined) return { messages: mendedMessages(messages) };
  // The summary stands between the first message and the second.
  return { messages: [...messages.slice(0, 1), ...mendedMessages(messages.slice(1))], summary };
}

function mendedMessages(messages: readonly Fields[]): Fields[] {
  const whole: Fields[] = [];
  let open: string[] = [];
  const closeCalls = () => {
    for (const id of open) whole.push({ role: "tool", tool_call_id: id, content: noResult });
    open = [];
  };
  for (const message of messages) {
    if (message["role"] === "tool") {
      const id = textOf(message["tool_call_id"]) ?? "";
      if (open.includes(id)) whole.push(message);
      open = open.filter((other) => other !== id);
      continue;
    }
    closeCalls();
    const before = whole.at(-1);
    if (message["role"] === "assistant") open = callIds(message);
    else if (before?.["role"] === "user") {
      whole[whole.length - 1] = { ...before, content: `${contentOf(before)}\n\n${contentOf(message)}` };
      continue;
    } else if (before?.["role"] === "tool") whole.push({ role: "assistant", content: noAnswer });
    whole.push(message);
  }
  closeCalls();
  return whole;
}

/** What an agent said until it was interrupted, as its message; undefined when it was nothing. */
export function interruptedMessage(text: string): Fields | undefined {
  return text === "" ? undefined : { role: "assistant", content: `${text}\n\n${noAnswer}` };
}

/** The messages of a request: the system's, the first, what came after it in short, and the rest. */
export function sentMessages(system: string, { messages, summary }: Conversation): Fields[] {
  const head = { role: "system", content: system };
  const [first, ...rest] = messages;
  if (first === undefined || summary === undefined) return [head, ...messages];
  const note = `[What happened next, in short: the conversation grew too long to be kept whole]\n${summary}`;
  // Roles take turns, which many models insist on.
  if (rest[0]?.["role"] === "user") return [head, first, { role: "assistant", content: note }, ...rest];
  return [head, { ...first, content: `${contentOf(first)}\n\n${note}` }, ...rest];
}

/** The text of a message, "" when it has none. */
export function contentOf(message: Fields): string {
  return textOf(message["content"]) ?? "";
}

/** The tool calls in a message, by name and arguments. */
export function callsIn(message: Fields): { name: string; input: string }[] {
  return listOf(message["tool_calls"]).map((call) => {
    const { name, arguments: input } = fieldsOf(fieldsOf(call)["function"]);
    return { name: textOf(name) ?? "", input: textOf(input) ?? "" };
  });
}

function callIds(message: Fields): string[] {
  return listOf(message["tool_calls"]).map((call) => textOf(fieldsOf(call)["id"]) ?? "");
}
