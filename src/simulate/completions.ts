// OpenAI Chat Completions: the request as an ask, the answer as JSON and as events.
import {
  type Answer,
  type Ask,
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
import { openAiError } from "./openai-error.ts";

export const completions: Dialect = {
  provider: "oai-compat",
  read,
  whole,
  events,
  error: openAiError,
  errorEvent: (type, message) => serverSent({ error: { message, type, param: null, code: type } }),
};

function read(body: Json): Ask | string {
  if (stringOf(body["model"]) === "") return "you must provide a model parameter";
  if (!Array.isArray(body["messages"]) || body["messages"].length === 0)
    return "messages must hold a message";
  const conversation = emptyConversation();
  const system: string[] = [];
  for (const message of body["messages"].map(objectOf)) {
    const text = contentText(message["content"]);
    switch (message["role"]) {
      case "assistant":
        modelSpoke(conversation);
        break;
      case "system":
      case "developer":
        system.push(text);
        break;
      case "tool":
        toolAnswered(conversation, text);
        break;
      default:
        userSaid(conversation, text);
    }
  }
  return {
    model: stringOf(body["model"]),
    stream: body["stream"] === true,
    prompt: conversation.prompt,
    system: system.join("\n"),
    step: conversation.step,
    toolResult: conversation.toolResult,
    tools: listOf(body["tools"]).map(objectOf).map(offered),
  };
}

function offered(tool: Json): OfferedTool {
  const described = objectOf(tool["function"]);
  const properties = objectOf(objectOf(described["parameters"])["properties"]);
  return { name: stringOf(described["name"]), kind: "function", properties };
}

function whole(answer: Answer): Json {
  const calls = answer.call ? { tool_calls: [{ ...callHead(answer), function: callOf(answer) }] } : {};
  const message = { role: "assistant", content: answer.text === "" ? null : answer.text, ...calls };
  return {
    ...head(answer, "chat.completion"),
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishReason(answer) }],
    usage: usage(answer),
  };
}

function events(answer: Answer, body: Json): string[] {
  const frames: string[] = [];
  const add = (delta: Json, finish: string | null = null) =>
    frames.push(
      serverSent({
        ...head(answer, "chat.completion.chunk"),
        choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      }),
    );
  add({ role: "assistant", content: "" });
  for (const content of pieces(answer.text)) add({ content });
  if (answer.call) {
    add({ tool_calls: [{ index: 0, ...callHead(answer), function: { ...callOf(answer), arguments: "" } }] });
    for (const part of pieces(answer.call.input))
      add({ tool_calls: [{ index: 0, function: { arguments: part } }] });
  }
  add({}, finishReason(answer));
  if (objectOf(body["stream_options"])["include_usage"] === true) {
    frames.push(serverSent({ ...head(answer, "chat.completion.chunk"), choices: [], usage: usage(answer) }));
  }
  frames.push(serverSent("[DONE]"));
  return frames;
}

function head(answer: Answer, object: string): Json {
  return { id: `chatcmpl-${answer.id}`, object, created: answer.createdAt, model: answer.model };
}

function callHead(answer: Answer): Json {
  return { id: `call_${answer.id}`, type: "function" };
}

function callOf(answer: Answer): Json {
  return { name: answer.call?.tool.name, arguments: answer.call?.input };
}

function finishReason(answer: Answer): string {
  return answer.call ? "tool_calls" : "stop";
}

function usage({ tokens }: Answer): Json {
  return {
    prompt_tokens: tokens.input,
    completion_tokens: tokens.output,
    total_tokens: tokens.input + tokens.output,
    prompt_tokens_details: { cached_tokens: tokens.cached },
    completion_tokens_details: { reasoning_tokens: 0 },
  };
}
