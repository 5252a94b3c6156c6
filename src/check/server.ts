// Asking a model server which models it has: one GET with the headers a run would send, and what the answer means.
import * as http from "node:http";
import * as https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { requestUrl } from "../base/endpoint.ts";
import { errnoOf } from "../base/error.ts";
import { connectionFailure } from "../handlers/nex-failure.ts";

/** A server as a run would ask it. `url` ends before `/models`; `keyHeaders` are empty where a run has no key. */
export interface Server {
  url: string;
  headers: Readonly<Record<string, string>>;
  keyHeaders: Readonly<Record<string, string>>;
}

/**
 * What a server said. `isOpen`: it lists the same without the key, so the key is not proven. `isWhateverLoaded`: it
 * answers with what it has loaded, whatever model is asked for. `turned-away`: the key is not taken.
 */
export type Listing =
  | { kind: "listed"; models: string[]; isOpen: boolean; isWhateverLoaded: boolean; latencyMs: number }
  | { kind: "no-list"; message: string; latencyMs: number }
  | { kind: "turned-away"; status: number; latencyMs: number }
  | { kind: "silent"; afterMs: number }
  | { kind: "unreachable"; message: string; isCertificate: boolean };

/** The most a list of models may be long. */
const maxBytes = 16 * 1024 * 1024;

/** Where the models of an endpoint are listed, without the closing `/models`. */
export function listingUrl(endpoint: Parameters<typeof requestUrl>[0]): string {
  const url = requestUrl(endpoint);
  return endpoint.provider === "anthropic" ? `${url}/v1` : url;
}

/** Asks for the list of models, and where there is a key also without it. Never rejects; `signal` is the time limit. */
export async function listModels(server: Server, signal: AbortSignal): Promise<Listing> {
  const hasKey = Object.keys(server.keyHeaders).length > 0;
  const url = `${server.url}/models`;
  const [answer, keyless] = await Promise.all([
    get(url, { ...server.headers, ...server.keyHeaders }, signal),
    hasKey ? get(url, server.headers, signal) : undefined,
  ]);
  if (answer.kind !== "answer") return answer;
  const { status, body, latencyMs } = answer;
  if ((status === 401 || status === 403) && !/scopes?\b|insufficient permission/i.test(body)) {
    return { kind: "turned-away", status, latencyMs };
  }
  const models = status === 200 ? modelsIn(body) : undefined;
  if (models === undefined) return { kind: "no-list", message: noList(answer), latencyMs };
  return {
    kind: "listed",
    ...models,
    isOpen: keyless?.kind === "answer" && keyless.status === 200,
    latencyMs,
  };
}

/** True when the server knows a model that it does not list, such as an alias. Never rejects. */
export async function knowsModel(server: Server, model: string, signal: AbortSignal): Promise<boolean> {
  const url = `${server.url}/models/${encodeURIComponent(model)}`;
  const answer = await get(url, { ...server.headers, ...server.keyHeaders }, signal);
  if (answer.kind !== "answer" || answer.status !== 200) return false;
  const described = jsonOf(answer.body);
  return isObject(described) && typeof described["id"] === "string" && !("data" in described);
}

interface Answer {
  kind: "answer";
  status: number;
  body: string;
  location: string | undefined;
  latencyMs: number;
}

type Reply = Answer | Extract<Listing, { kind: "silent" | "unreachable" }>;

function noList({ status, location }: Answer): string {
  if (status === 200) return "its list of models is none";
  if (status === 401 || status === 403) return `the key may not list models (status ${status})`;
  if (location !== undefined && status < 400) return `it points elsewhere, to ${originOf(location)}`;
  return `it does not list its models (status ${status})`;
}

// No more than the origin: a longer address may hold what is nobody's business.
function originOf(location: string): string {
  return URL.canParse(location) ? new URL(location).origin : "another path";
}

async function get(
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Reply> {
  const firstMs = performance.now();
  for (;;) {
    const startMs = performance.now();
    try {
      const response = await send(url, headers, signal);
      const body = await text(response);
      const status = response.statusCode ?? 0;
      const latencyMs = performance.now() - startMs;
      return { kind: "answer", status, body, location: response.headers.location, latencyMs };
    } catch (error) {
      if (signal.aborted) return { kind: "silent", afterMs: performance.now() - firstMs };
      const isStarting = errnoOf(error) === "ECONNREFUSED" && performance.now() - firstMs < startingMs;
      if (!isStarting) {
        const { failure, canRetry } = connectionFailure(error, url);
        return { kind: "unreachable", message: failure.message, isCertificate: !canRetry };
      }
      await sleep(pauseMs);
    }
  }
}

/** A server that was started a moment ago does not listen yet. */
const startingMs = 1000;
const pauseMs = 100;

// As nex asks, with a connection of its own: what fetch adds to a start is more than the request itself.
function send(
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<http.IncomingMessage> {
  const { request } = url.startsWith("https:") ? https : http;
  return new Promise((resolve, reject) => {
    const all = { accept: "application/json", "user-agent": "wg", ...headers };
    const sending = request(url, { headers: all, signal, agent: false }, resolve);
    sending.on("error", reject);
    sending.end();
  });
}

async function text(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    chunks.push(chunk);
    if (size > maxBytes) break;
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Undefined when it is no list. Ollama without models says `data: null`. */
function modelsIn(body: string): { models: string[]; isWhateverLoaded: boolean } | undefined {
  const list = jsonOf(body);
  if (!isObject(list) || !("data" in list)) return undefined;
  const data = list["data"] ?? [];
  if (!Array.isArray(data)) return undefined;
  const described = data.filter(isObject);
  const models = described.map(({ id }) => id).filter((id) => typeof id === "string");
  const isWhateverLoaded = described.length > 0 && described.every((each) => each["owned_by"] === "llamacpp");
  return { models, isWhateverLoaded };
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
