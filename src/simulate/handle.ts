// One HTTP request of a simulator from its first byte to the end of its answer.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { providers } from "../base/endpoint.ts";
import { completions } from "./completions.ts";
import { type Arrival, type Decision, decide, type Met } from "./decide.ts";
import type { Answer, Ask, Dialect } from "./dialect.ts";
import { type Json, objectOf } from "./json.ts";
import { listing, listingFault } from "./listing.ts";
import { messages } from "./messages.ts";
import { responses } from "./responses.ts";
import type { Fault, Script } from "./script.ts";
import { type AnswerKind, keyMark, type SeenRequest } from "./seen.ts";
import { type Sending, sendAnswer, sendFault, sendJson } from "./send.ts";

/** What the requests of one simulator share. */
export interface Shared {
  script: Script;
  met: Met;
  /** Requests so far; names answers and tool calls. */
  answered: number;
  note(seen: SeenRequest): void;
}

const maxBodyBytes = 64 * 1024 * 1024;
const dialects: Record<string, Dialect> = {
  messages,
  "messages/count_tokens": messages,
  "chat/completions": completions,
  responses,
};

type Sight = Omit<SeenRequest, "answer" | "status">;

/** What goes back: a JSON body with the status of `seen`, the model's answer, or a fault where no model was asked. */
type Reply =
  | { kind: "json"; seen: SeenRequest; body: unknown; headers?: Record<string, string> }
  | { kind: "answer"; seen: SeenRequest; sending: Sending }
  | { kind: "fault"; seen: SeenRequest; dialect: Dialect; fault: Fault };

/** Answers a request; resolves when its answer has ended, hangs, or its client has gone. */
export async function handle(
  shared: Shared,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.on("error", () => {});
  const seen = firstSight(shared, request);
  const body = await readBody(request);
  if (body === undefined) return;
  const reply = replyTo(shared, seen, request, body);
  shared.note(reply.seen);
  if (reply.kind === "json") sendJson(response, reply.seen.status, reply.body, reply.headers);
  else if (reply.kind === "fault") sendFault(response, reply.dialect, reply.fault);
  else await sendAnswer(response, reply.sending);
}

function replyTo(shared: Shared, seen: Sight, request: IncomingMessage, body: Buffer | "too-large"): Reply {
  const path = seen.path.replace(/\?.*$/, "").replace(/\/+$/, "");
  const [, endpoint] = /(?:^|\/)(messages(?:\/count_tokens)?|chat\/completions|responses)$/.exec(path) ?? [];
  const dialect = dialects[endpoint ?? ""];
  if (endpoint === undefined || dialect === undefined) return replyWithoutModel(shared, seen, request, path);
  if (request.method !== "POST") return notAllowed(seen, dialect, "POST");
  if (body === "too-large") return refusal(seen, dialect, 413, `the body is above ${maxBodyBytes} bytes`);
  const json = parsed(body);
  if (json === undefined) return refusal(seen, dialect, 400, "the body is no JSON object");
  const ask = dialect.read(json);
  if (typeof ask === "string") return refusal(seen, dialect, 400, ask);
  const known = { ...seen, ...sightOf(ask, dialect) };
  if (shared.script.models && !shared.script.models.includes(ask.model)) {
    return refusal(known, dialect, 404, `the model ${ask.model} does not exist`);
  }
  const tokens = Math.ceil(body.length / 4);
  if (endpoint === "messages/count_tokens") {
    const count = { input_tokens: tokens };
    return { kind: "json", seen: { ...known, answer: "token-count", status: 200 }, body: count };
  }
  const { context } = shared.script;
  if (context !== undefined && tokens > context) return tooLong(known, dialect, tokens, context);
  const decision = decide(shared.script, arrivalOf(ask, dialect, seen, request, body), shared.met);
  return {
    kind: "answer",
    seen: {
      ...known,
      rule: decision.rule,
      ...outcome(decision),
      served: decision.answer.model,
      tokens: decision.answer.tokens,
    },
    sending: { dialect, decision, answer: named(decision, seen), body: json, stream: ask.stream },
  };
}

function replyWithoutModel(shared: Shared, seen: Sight, request: IncomingMessage, path: string): Reply {
  const dialect = request.headers["anthropic-version"] === undefined ? completions : messages;
  const models = /(?:^|\/)models(?:\/([^/]+))?$/.exec(path);
  if (models === null && path !== "") return refusal(seen, dialect, 404, `there is nothing at ${path}`);
  if (request.method !== "GET" && request.method !== "HEAD") return notAllowed(seen, dialect, "GET, HEAD");
  if (models === null) {
    const body = { server: "wg simulate", speaks: providers };
    return { kind: "json", seen: { ...seen, answer: "hello", status: 200 }, body };
  }
  const { headers } = request;
  const struck = listingFault(shared.script, { path: seen.path, headers, hasKey: seen.key !== "none" });
  if (struck !== undefined) {
    const { fault, rule } = struck;
    return { kind: "fault", seen: { ...seen, rule, ...struckBy(fault) }, dialect, fault };
  }
  const body = listing(shared.script, models[1]);
  if (body === undefined) return refusal(seen, dialect, 404, `the model ${models[1]} does not exist`);
  return { kind: "json", seen: { ...seen, answer: "models", status: 200 }, body };
}

function refusal(seen: Sight, dialect: Dialect, status: number, message: string): Reply {
  return { kind: "json", seen: { ...seen, answer: "refused", status }, body: dialect.error(status, message) };
}

function tooLong(seen: Sight, dialect: Dialect, tokens: number, context: number): Reply {
  const [message, type] =
    dialect.provider === "anthropic"
      ? [`prompt is too long: ${tokens} tokens > ${context} maximum`, undefined]
      : [
          `This model's maximum context length is ${context} tokens, and your messages have ${tokens}.`,
          "context_length_exceeded",
        ];
  const body = dialect.error(400, message, type);
  return { kind: "json", seen: { ...seen, answer: "refused", status: 400 }, body };
}

function notAllowed(seen: Sight, dialect: Dialect, allow: string): Reply {
  const body = dialect.error(405, `${seen.method} is not allowed here`);
  return { kind: "json", seen: { ...seen, answer: "refused", status: 405 }, body, headers: { allow } };
}

function sightOf(ask: Ask, dialect: Dialect): Partial<SeenRequest> {
  return {
    provider: dialect.provider,
    model: ask.model,
    stream: ask.stream,
    step: ask.step,
    prompt: ask.prompt.slice(0, 200),
    ...(ask.step > 0 && { toolResult: ask.toolResult.slice(0, 2_000) }),
    tools: ask.tools.map((tool) => tool.name),
  };
}

function arrivalOf(ask: Ask, dialect: Dialect, seen: Sight, request: IncomingMessage, body: Buffer): Arrival {
  const { provider } = dialect;
  const hasKey = seen.key !== "none";
  return { ask, provider, path: seen.path, headers: request.headers, hasKey, bytes: body.length };
}

function named({ answer }: Decision, seen: Sight): Answer {
  const id = `sim_${String(seen.n).padStart(6, "0")}`;
  return { ...answer, id, createdAt: Math.floor(Date.parse(seen.at) / 1000) };
}

/** Answers a WebSocket handshake with 426, so that a client falls back to plain requests. */
export function refuseUpgrade(shared: Shared, request: IncomingMessage, socket: Duplex): void {
  shared.note({ ...firstSight(shared, request), answer: "refused", status: 426 });
  const body = JSON.stringify(responses.error(426, "use plain HTTP requests"));
  socket.on("error", () => {});
  socket.end(
    `HTTP/1.1 426 Upgrade Required\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

function firstSight(shared: Shared, request: IncomingMessage): Sight {
  shared.answered += 1;
  return {
    n: shared.answered,
    at: new Date().toISOString(),
    method: request.method ?? "",
    path: request.url ?? "/",
    key: keyMark(request),
  };
}

/** Undefined when the client went away before it had sent all. */
async function readBody(request: IncomingMessage): Promise<Buffer | "too-large" | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size <= maxBodyBytes) chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return size > maxBodyBytes ? "too-large" : Buffer.concat(chunks);
}

function parsed(body: Buffer): Json | undefined {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return value !== null && typeof value === "object" && !Array.isArray(value) ? objectOf(value) : undefined;
  } catch {
    return undefined;
  }
}

function outcome({ fault, kind }: Decision): { answer: AnswerKind; status: number } {
  return fault === undefined ? { answer: kind, status: 200 } : struckBy(fault);
}

function struckBy(fault: Fault): { answer: AnswerKind; status: number } {
  if (fault.status !== undefined) return { answer: "status", status: fault.status };
  if (fault.error_event !== undefined) return { answer: "error-event", status: 200 };
  const isSilent = fault.hang === "before-headers" || fault.cut === "before-headers";
  return { answer: fault.hang === undefined ? "cut" : "hang", status: isSilent ? 0 : 200 };
}
