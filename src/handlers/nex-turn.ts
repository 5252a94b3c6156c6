// One answer of a chat model, put together from its pieces, with patience for what local servers make of the format.
import type { Usage } from "../graph/result.ts";
import { countOf, type Fields, fieldsOf, listOf, textOf } from "./fields.ts";

/** A tool call as the model wrote it; `input` should be JSON, but may be anything. */
export interface Call {
  id: string;
  name: string;
  input: string;
}

/** A whole answer. `finish` is the server's word for why it ended; undefined when the stream just stopped. */
export interface Turn {
  text: string;
  calls: Call[];
  finish?: string;
  /** The model that the server says it is. */
  model?: string;
  usage?: Usage;
}

export interface TurnBuilder {
  /** Takes a chunk of a stream, or a whole answer; answers the text that came with it. */
  add(chunk: Fields): string;
  /** Characters so far, of text and of tool calls. */
  size(): number;
  turn(): Turn;
}

export function startTurn(): TurnBuilder {
  const turn: Turn = { text: "", calls: [] };
  const places: unknown[] = [];
  let size = 0;
  return {
    add(chunk) {
      const choice = fieldsOf(listOf(chunk["choices"])[0]);
      const delta = fieldsOf(choice["delta"] ?? choice["message"]);
      const text = textOf(delta["content"]) ?? "";
      turn.text += text;
      size += text.length + (textOf(delta["reasoning_content"]) ?? textOf(delta["reasoning"]) ?? "").length;
      for (const part of listOf(delta["tool_calls"])) size += addCall(turn.calls, places, fieldsOf(part));
      const finish = textOf(choice["finish_reason"]);
      const model = textOf(chunk["model"]);
      if (finish !== undefined) turn.finish = finish;
      if (model) turn.model ??= model;
      if (fieldsOf(chunk["usage"])["prompt_tokens"] !== undefined)
        turn.usage = usageIn(fieldsOf(chunk["usage"]));
      return text;
    },
    size: () => size,
    turn: () => turn,
  };
}

/** Adds a piece to the call it belongs to; the number of characters that came. */
function addCall(calls: Call[], places: unknown[], part: Fields): number {
  const described = fieldsOf(part["function"]);
  const name = textOf(described["name"]) ?? "";
  const id = textOf(part["id"]) ?? "";
  const given = described["arguments"];
  // Some servers send the arguments as the object they are meant to become.
  const input = textOf(given) ?? (given !== null && typeof given === "object" ? JSON.stringify(given) : "");
  const call = calls[placeOf(calls, places, part["index"], { id, name })];
  if (call === undefined) {
    calls.push({ id: id || `call_${calls.length + 1}`, name, input });
    places.push(part["index"]);
  } else {
    call.name ||= name;
    call.input += input;
  }
  return input.length + name.length;
}

// By index; without one, or where all have the same one, a new id with a name begins a new call.
function placeOf(
  calls: readonly Call[],
  places: unknown[],
  index: unknown,
  { id, name }: { id: string; name: string },
): number {
  const at = index === undefined ? calls.length - 1 : places.lastIndexOf(index);
  const isNew = name !== "" && id !== "" && id !== calls[at]?.id;
  return at < 0 || isNew ? calls.length : at;
}

function usageIn(usage: Fields): Usage {
  return {
    input: countOf(usage["prompt_tokens"]),
    output: countOf(usage["completion_tokens"]),
    cached: countOf(fieldsOf(usage["prompt_tokens_details"])["cached_tokens"]),
  };
}
