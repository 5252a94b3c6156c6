// Anthropic Messages: the request as an ask, the answer as JSON and as events.
import {
  type Answer,
  type Ask,
  type Conversation,
  type Dialect,
  emptyConversation,
  modelSpoke,
  type OfferedTool,
  pieces,
  serverSent,
  toolAnswered,
  userSaid,
} from "./dialect.ts";
import { contentText, type Json, listOf, objectOf, stringOf } from "./json.ts";

export const messages: Dialect = { provider: "anthropic", read, whole, events, error, errorEvent };

function read(body: Json): Ask | string {
  if (stringOf(body["model"]) === "") return "model: field required";
  if (!Array.isArray(body["messages"]) || body["messages"].length === 0) return "messages: field required";
  const conversation = emptyConversation();
  const system = [contentText(body["system"])];
  for (const message of body["messages"].map(objectOf)) {
    switch (message["role"]) {
      case "assistant":
        modelSpoke(conversation);
        break;
      case "system":
        system.push(contentText(message["content"]));
        break;
      default:
        readUser(conversation, message["content"]);
    }
  }
  return {
    model: stringOf(body["model"]),
    stream: body["stream"] === true,
    prompt: conversation.prompt,
    system: system.join("\n"),
    step: conversation.step,
    toolResult: conversation.toolResult,
    tools: listOf(body["tools"]).map(objectOf).filter(isCallable).map(offered),
  };
}

// Text beside a tool result is the client's: it restarts nothing.
function readUser(conversation: Conversation, content: unknown): void {
  const blocks =
    typeof content === "string" ? [{ type: "text", text: content }] : listOf(content).map(objectOf);
  const results = blocks.filter((block) => block["type"] === "tool_result");
  for (const result of results) toolAnswered(conversation, contentText(result["content"]));
  if (results.length > 0) return;
  for (const block of blocks) userSaid(conversation, stringOf(block["text"]));
}

function isCallable(tool: Json): boolean {
  return tool["name"] !== undefined && tool["defer_loading"] !== true;
}

function offered(tool: Json): OfferedTool {
  const properties = objectOf(objectOf(tool["input_schema"])["properties"]);
  return { name: stringOf(tool["name"]), kind: "function", properties };
}

function whole(answer: Answer): Json {
  return {
    ...head(answer),
    content: [
      ...(answer.text === "" ? [] : [{ type: "text", text: answer.text }]),
      ...(answer.call ? [{ ...callHead(answer), input: parsed(answer.call.input) }] : []),
    ],
    stop_reason: stopReason(answer),
    usage: { ...inputTokens(answer), output_tokens: answer.tokens.output },
  };
}

function events(answer: Answer): string[] {
  const frames: string[] = [];
  const add = (type: string, data: Json = {}) => frames.push(serverSent({ type, ...data }, type));
  add("message_start", { message: { ...head(answer), usage: { ...inputTokens(answer), output_tokens: 1 } } });
  add("ping");
  let index = 0;
  if (answer.text !== "") {
    add("content_block_start", { index, content_block: { type: "text", text: "" } });
    for (const text of pieces(answer.text))
      add("content_block_delta", { index, delta: { type: "text_delta", text } });
    add("content_block_stop", { index });
    index += 1;
  }
  if (answer.call) {
    add("content_block_start", { index, content_block: { ...callHead(answer), input: {} } });
    for (const part of pieces(answer.call.input)) {
      add("content_block_delta", { index, delta: { type: "input_json_delta", partial_json: part } });
    }
    add("content_block_stop", { index });
  }
  add("message_delta", {
    delta: { stop_reason: stopReason(answer), stop_sequence: null },
    usage: { ...inputTokens(answer), output_tokens: answer.tokens.output },
  });
  add("message_stop");
  return frames;
}

function head(answer: Answer): Json {
  return {
    id: `msg_${answer.id}`,
    type: "message",
    role: "assistant",
    model: answer.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
  };
}

function callHead(answer: Answer): Json {
  return { type: "tool_use", id: `toolu_${answer.id}`, name: answer.call?.tool.name };
}

function stopReason(answer: Answer): string {
  return answer.call ? "tool_use" : "end_turn";
}

function inputTokens({ tokens }: Answer): Json {
  return {
    input_tokens: tokens.input - tokens.cached,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: tokens.cached,
  };
}

// A script may ask for broken JSON; in one piece it can only be shown as a text.
function parsed(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch {
    return { malformed: input };
  }
}

const types: Record<number, string> = {
  400: "invalid_request_error",
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  405: "invalid_request_error",
  413: "request_too_large",
  429: "rate_limit_error",
  529: "overloaded_error",
};

function error(status: number, message: string, type?: string): Json {
  const fallback = status < 500 ? "invalid_request_error" : "api_error";
  return { type: "error", error: { type: type ?? types[status] ?? fallback, message } };
}

function errorEvent(type: string, message: string): string {
  return serverSent({ type: "error", error: { type, message } }, "error");
}
