// What an ACP agent tells while it works: its updates in our words, and what the turn amounts to.
import { objectIn } from "../base/jsonl.ts";
import type { Cost, Usage } from "../graph/result.ts";
import type { ToolCall } from "./acp-permission.ts";
import { countOf, cut, type Fields, fieldsOf, listOf, numberOf, textOf } from "./fields.ts";
import type { RunEvent } from "./handler.ts";
import { emptyReport, type Report } from "./run-child.ts";

const maxText = 16_000;
const maxSummary = 8000;
/** So many calls may be open at once; what comes above is not told. */
const maxOpenCalls = 200;

const none: Usage = { input: 0, output: 0, cached: 0 };

interface OpenCall extends Fields {
  isTold: boolean;
}

/** A turn as far as it has come. */
export interface AcpTurn {
  redact(text: string): string;
  onText?(piece?: string): void;
  /** A message that is being said, in pieces. */
  message: { id: unknown; text: string };
  lastText: string;
  calls: Map<string, OpenCall>;
  /** Tokens as some agents tell them beside their messages. */
  beside: Usage;
  cost?: number;
  denials: number;
  /** What was denied last, as long as the agent has not gone on from there. */
  stuckAt?: string;
  /** Tokens as prompts were answered with them. */
  answered?: Usage;
}

/** A turn in which nothing was said yet. */
export function startTurn({ redact, onText }: Pick<AcpTurn, "redact" | "onText">): AcpTurn {
  return {
    redact,
    ...(onText && { onText }),
    message: { id: undefined, text: "" },
    lastText: "",
    calls: new Map(),
    beside: none,
    denials: 0,
  };
}

/** Takes one update of the session. */
export function readUpdate(turn: AcpTurn, update: Fields): RunEvent[] {
  switch (update["sessionUpdate"]) {
    case "agent_message_chunk":
      return readChunk(turn, update);
    case "tool_call":
    case "tool_call_update":
      return [...flushText(turn), ...readCall(turn, update)];
    case "usage_update": {
      const cost = fieldsOf(update["cost"]);
      if (cost["currency"] === "USD") turn.cost = numberOf(cost["amount"]) ?? turn.cost ?? 0;
      return [];
    }
    default:
      return [];
  }
}

/** A line of an agent without the piece of text it may hold: a secret in two pieces would be in the file. */
export function withoutPiece(line: string): string {
  if (!/"agent_(message|thought)_chunk"/.test(line)) return line;
  const message = objectIn(line);
  const update = fieldsOf(fieldsOf(message?.["params"])["update"]);
  const text = textOf(fieldsOf(update["content"])["text"]);
  return text === undefined ? "" : JSON.stringify({ ...update, content: `(${text.length} characters)` });
}

function readChunk(turn: AcpTurn, update: Fields): RunEvent[] {
  turn.beside = sum(turn.beside, usageIn(fieldsOf(fieldsOf(update["_meta"])["usage"])));
  const text = textOf(fieldsOf(update["content"])["text"]) ?? "";
  if (text === "") return [];
  delete turn.stuckAt;
  const id = update["messageId"];
  const told = id === turn.message.id && turn.message.text.length < maxText ? [] : flushText(turn);
  turn.message = { id, text: turn.message.text + text };
  turn.onText?.(text);
  return told;
}

/** Tells the message that was being said. Only now as a whole: a secret may have come in two pieces. */
export function flushText(turn: AcpTurn): RunEvent[] {
  const text = turn.redact(turn.message.text);
  turn.message = { id: undefined, text: "" };
  turn.onText?.();
  if (text.trim() === "") return [];
  turn.lastText = text;
  return [{ kind: "text", text: cut(text, maxText) }];
}

/** Takes what a prompt was answered with. */
export function endTurn(turn: AcpTurn, told: Fields): RunEvent[] {
  const usage = fieldsOf(told["usage"]);
  if (Object.keys(usage).length > 0) turn.answered = sum(turn.answered ?? none, usageIn(usage));
  return [...flushText(turn), { kind: "usage", usage: turn.answered ?? turn.beside }];
}

function readCall(turn: AcpTurn, update: Fields): RunEvent[] {
  const id = textOf(update["toolCallId"]);
  if (id === undefined) return [];
  const call = merged(turn, id, update);
  const status = call["status"];
  // Until it begins, an agent may still be writing down what it is about to do.
  const told = status === undefined || status === "pending" ? [] : tell(turn, id, call);
  if (status !== "completed" && status !== "failed") return told;
  turn.calls.delete(id);
  const output = cut(turn.redact(outputOf(call)), maxText);
  return [...told, { kind: "tool-result", id, ok: status === "completed", output }];
}

/** The call that an agent asks leave for, with what it has told of it before; `events` tell it where that was not done. */
export function toldTool(turn: AcpTurn, told: Fields): ToolCall & { events: RunEvent[] } {
  const id = textOf(told["toolCallId"]) ?? "";
  const call = merged(turn, id, told);
  return {
    kind: textOf(call["kind"]) ?? "other",
    title: turn.redact(textOf(call["title"]) ?? textOf(call["kind"]) ?? "a tool"),
    paths: pathsOf(call),
    events: tell(turn, id, call),
  };
}

function merged(turn: AcpTurn, id: string, update: Fields): OpenCall {
  const before = turn.calls.get(id);
  const news = Object.entries(update).filter(([, value]) => value !== null && value !== undefined);
  const call = { ...before, ...Object.fromEntries(news), isTold: before?.isTold ?? false };
  if (before !== undefined || turn.calls.size < maxOpenCalls) turn.calls.set(id, call);
  return call;
}

function tell(turn: AcpTurn, id: string, call: OpenCall): RunEvent[] {
  if (call.isTold) return [];
  delete turn.stuckAt;
  if (turn.calls.has(id)) turn.calls.set(id, { ...call, isTold: true });
  const title = textOf(call["title"]) ?? "";
  const name = textOf(call["name"]) ?? textOf(call["kind"]) ?? title;
  const input = call["rawInput"];
  const isSaid = input !== undefined && JSON.stringify(input) !== "{}";
  return [
    {
      kind: "tool",
      id,
      name: turn.redact(cut(name === "" ? "tool" : name, 100)),
      input: turn.redact(cut(isSaid ? (textOf(input) ?? JSON.stringify(input)) : title, maxText)),
    },
  ];
}

/** Every file that a call names: where it works, what it changes, and what its input calls a path. */
function pathsOf(call: Fields): string[] {
  const places = listOf(call["locations"]).map((place) => fieldsOf(place)["path"]);
  const changes = listOf(call["content"]).map((part) => fieldsOf(part)["path"]);
  const named = Object.entries(fieldsOf(call["rawInput"]))
    .filter(([name]) =>
      /^(abs(olute)?_?)?(file_?)?path$|^file$|^(source|destination|target)(_?path)?$/i.test(name),
    )
    .map(([, value]) => value);
  const all = [...places, ...changes, ...named].flatMap((each) => textOf(each) ?? []);
  return [...new Set(all)];
}

function outputOf(call: Fields): string {
  const raw = call["rawOutput"];
  const parts = listOf(call["content"])
    .map(fieldsOf)
    .map((part) => textOf(fieldsOf(part["content"])["text"]) ?? textOf(part["path"]) ?? "");
  const text = parts.filter((part) => part !== "").join("\n");
  if (text !== "" || raw === undefined) return text;
  return textOf(raw) ?? JSON.stringify(raw);
}

/** What the turn amounts to. Which model answered is nothing that the protocol tells. */
export function turnReport(
  turn: AcpTurn,
  { sessionId, model, isResumed }: { sessionId?: string; model?: string; isResumed: boolean },
): Report {
  // An agent's reckoning is of its whole session.
  const cost: Cost =
    turn.cost === undefined || isResumed ? { source: "unknown" } : { usd: turn.cost, source: "reported" };
  return {
    ...emptyReport,
    summary: cut(turn.lastText, maxSummary),
    usage: turn.answered ?? turn.beside,
    cost,
    ...(sessionId !== undefined && { sessionId }),
    ...(model !== undefined && { resolvedModel: model }),
    denials: turn.denials,
  };
}

/** Some agents count what was cached among the input, some beside it: their total tells which. */
function usageIn(told: Fields): Usage {
  const [input, output] = [countOf(told["inputTokens"]), countOf(told["outputTokens"])];
  const cached = countOf(told["cachedReadTokens"]);
  const all = input + cached + countOf(told["cachedWriteTokens"]);
  return { input: all + output <= countOf(told["totalTokens"]) ? all : input, output, cached };
}

function sum(a: Usage, b: Usage): Usage {
  return { input: a.input + b.input, output: a.output + b.output, cached: a.cached + b.cached };
}
