// OpenAI Responses: the request as an ask, the answer as JSON and as events.
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

export const responses: Dialect = {
  provider: "openai",
  read,
  whole,
  events,
  error: openAiError,
  errorEvent: (type, message) =>
    serverSent(
      { type: "response.failed", response: { status: "failed", error: { code: type, message } } },
      "response.failed",
    ),
};

function read(body: Json): Ask | string {
  if (stringOf(body["model"]) === "") return "missing required parameter: 'model'";
  const input =
    typeof body["input"] === "string" ? [{ role: "user", content: body["input"] }] : body["input"];
  if (!Array.isArray(input) || input.length === 0) return "missing required parameter: 'input'";
  const conversation = emptyConversation();
  const system = [stringOf(body["instructions"])];
  // Newer Codex models get their tools in the conversation instead of beside it.
  const tools = listOf(body["tools"]).map(objectOf);
  for (const item of input.map(objectOf)) {
    switch (item["type"] ?? "message") {
      case "additional_tools":
        tools.push(...listOf(item["tools"]).map(objectOf));
        break;
      case "function_call_output":
      case "custom_tool_call_output":
      case "local_shell_call_output":
        toolAnswered(conversation, contentText(item["output"]));
        break;
      case "message":
        if (item["role"] === "user") userSaid(conversation, contentText(item["content"]));
        else if (item["role"] === "assistant") modelSpoke(conversation);
        else system.push(contentText(item["content"]));
        break;
      default:
        modelSpoke(conversation);
    }
  }
  return {
    model: stringOf(body["model"]),
    stream: body["stream"] === true,
    prompt: conversation.prompt,
    system: system.join("\n"),
    step: conversation.step,
    toolResult: conversation.toolResult,
    ...(conversation.running !== undefined && { running: conversation.running }),
    tools: tools.flatMap((tool) => offered(tool)),
  };
}

function offered(tool: Json, namespace?: string): OfferedTool[] {
  if (tool["type"] === "namespace") {
    return listOf(tool["tools"]).flatMap((inner) => offered(objectOf(inner), stringOf(tool["name"])));
  }
  if (tool["type"] !== "function" && tool["type"] !== "custom") return [];
  return [
    {
      name: stringOf(tool["name"]),
      kind: tool["type"],
      properties: objectOf(objectOf(tool["parameters"])["properties"]),
      ...(namespace !== undefined && { namespace }),
    },
  ];
}

function whole(answer: Answer): Json {
  return completed(answer, items(answer));
}

function events(answer: Answer): string[] {
  const frames: string[] = [];
  const add = (type: string, data: Json) =>
    frames.push(serverSent({ type, sequence_number: frames.length, ...data }, type));
  add("response.created", { response: { ...head(answer), status: "in_progress", output: [] } });
  add("response.in_progress", { response: { ...head(answer), status: "in_progress", output: [] } });
  for (const [output_index, item] of items(answer).entries()) {
    const at = { item_id: item["id"], output_index };
    if (item["type"] === "message") addMessage(add, at, item, answer.text);
    else addCall(add, at, item, answer.call?.input ?? "");
    add("response.output_item.done", { output_index, item });
  }
  add("response.completed", { response: completed(answer, items(answer)) });
  return frames;
}

type Add = (type: string, data: Json) => void;
type At = { item_id: unknown; output_index: number };

function addMessage(add: Add, at: At, item: Json, text: string): void {
  const { output_index } = at;
  const inPart = { ...at, content_index: 0 };
  add("response.output_item.added", { output_index, item: { ...item, status: "in_progress", content: [] } });
  add("response.content_part.added", { ...inPart, part: { type: "output_text", text: "", annotations: [] } });
  for (const delta of pieces(text)) add("response.output_text.delta", { ...inPart, delta });
  add("response.output_text.done", { ...inPart, text });
  add("response.content_part.done", { ...inPart, part: { type: "output_text", text, annotations: [] } });
}

function addCall(add: Add, at: At, item: Json, input: string): void {
  const { output_index } = at;
  const isCustom = item["type"] === "custom_tool_call";
  const field = isCustom ? "input" : "arguments";
  const name = isCustom ? "response.custom_tool_call_input" : "response.function_call_arguments";
  add("response.output_item.added", { output_index, item: { ...item, status: "in_progress", [field]: "" } });
  for (const delta of pieces(input)) add(`${name}.delta`, { ...at, delta });
  add(`${name}.done`, { ...at, [field]: input });
}

function items(answer: Answer): Json[] {
  const found: Json[] = [];
  if (answer.text !== "") {
    const content = [{ type: "output_text", text: answer.text, annotations: [] }];
    found.push({ type: "message", id: `msg_${answer.id}`, status: "completed", role: "assistant", content });
  }
  if (answer.call) found.push(callItem(answer, answer.call));
  return found;
}

function callItem(answer: Answer, call: NonNullable<Answer["call"]>): Json {
  const { tool, input } = call;
  const shared = {
    status: "completed",
    call_id: `call_${answer.id}`,
    name: tool.name,
    ...(tool.namespace !== undefined && { namespace: tool.namespace }),
  };
  if (tool.kind === "custom") return { type: "custom_tool_call", id: `ctc_${answer.id}`, ...shared, input };
  return { type: "function_call", id: `fc_${answer.id}`, ...shared, arguments: input };
}

function head(answer: Answer): Json {
  return {
    id: `resp_${answer.id}`,
    object: "response",
    created_at: answer.createdAt,
    model: answer.model,
    error: null,
    incomplete_details: null,
    parallel_tool_calls: false,
    tool_choice: "auto",
    tools: [],
  };
}

function completed(answer: Answer, output: Json[]): Json {
  const { tokens } = answer;
  return {
    ...head(answer),
    status: "completed",
    output,
    usage: {
      input_tokens: tokens.input,
      input_tokens_details: { cached_tokens: tokens.cached },
      output_tokens: tokens.output,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: tokens.input + tokens.output,
    },
  };
}
