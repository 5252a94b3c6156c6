// One request to a chat completions server: sent, streamed back, and made a turn of.
import * as http from "node:http";
import * as https from "node:https";
import { linesOf, objectIn } from "../base/jsonl.ts";
import { failure } from "./failure.ts";
import type { Fields } from "./fields.ts";
import {
  connectionFailure,
  cutFailure,
  RequestFailure,
  statusFailure,
  streamFailure,
} from "./nex-failure.ts";
import { startTurn, type Turn, type TurnBuilder } from "./nex-turn.ts";

/** Where requests go; `url` ends before `/chat/completions`. */
export interface Server {
  url: string;
  key?: string;
}

/** More than any model says in one turn: it is going round in circles. */
const maxAnswerLength = 4 * 1024 * 1024;
const maxWholeBytes = 16 * 1024 * 1024;
const maxErrorBytes = 64 * 1024;

/**
 * Sends `body` as a streaming request. Yields the text as it comes, "" as a mere sign of life, and returns the whole
 * turn. Throws `RequestFailure`, or the reason of `signal` when that ended it. There is no time limit but the signal:
 * a local model may read its prompt for many minutes.
 */
export async function* askModel(
  server: Server,
  body: Fields,
  signal: AbortSignal,
): AsyncGenerator<string, Turn> {
  const url = `${server.url}/chat/completions`;
  const builder = startTurn();
  try {
    const response = await send("POST", url, server.key, JSON.stringify({ ...body, ...streaming }), signal);
    const status = response.statusCode ?? 0;
    if (status < 200 || status >= 300) throw await refusal(response, url);
    if (isEventStream(response)) yield* readStream(response, builder);
    else yield readWhole(await bodyText(response, maxWholeBytes), builder);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error instanceof RequestFailure ? error : connectionFailure(error, url);
  }
  return builder.turn();
}

/** How long a server may take to list its models; unlike an answer, a list needs no thought. */
const listMs = 30_000;

/** What the server says to GET /models, as JSON. Throws as `askModel` does. */
export async function askList({ url, key }: Server, signal: AbortSignal): Promise<unknown> {
  const limit = AbortSignal.timeout(listMs);
  try {
    return await askJson("GET", `${url}/models`, key, "", AbortSignal.any([signal, limit]));
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (limit.aborted) {
      const message = `${new URL(url).host} did not list its models within ${listMs / 1000} s`;
      throw new RequestFailure(failure("unreachable", message), false);
    }
    throw error instanceof RequestFailure ? error : connectionFailure(error, url);
  }
}

/** The object that a server answers a small question with; undefined when it is none. Throws also what Node throws. */
export async function askJson(
  method: "GET" | "POST",
  url: string,
  key: string | undefined,
  body: string,
  signal: AbortSignal,
): Promise<Fields | undefined> {
  const response = await send(method, url, key, body, signal);
  const status = response.statusCode ?? 0;
  if (status < 200 || status >= 300) throw await refusal(response, url);
  return objectIn((await bodyText(response, maxWholeBytes)).trim());
}

async function refusal(response: http.IncomingMessage, url: string): Promise<RequestFailure> {
  const body = await bodyText(response, maxErrorBytes);
  const retryAfter = response.headers["retry-after"];
  return statusFailure({ status: response.statusCode ?? 0, body, retryAfter, url }, new Date());
}

const streaming = { stream: true, stream_options: { include_usage: true } };

// Not fetch: it gives up on a server that is silent for five minutes, and cannot be told otherwise.
function send(
  method: "GET" | "POST",
  url: string,
  key: string | undefined,
  body: string,
  signal: AbortSignal,
): Promise<http.IncomingMessage> {
  const { request } = url.startsWith("https:") ? https : http;
  const headers = {
    ...(method === "POST" && {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    }),
    accept: method === "POST" ? "text/event-stream" : "application/json",
    "user-agent": "wg",
    ...(key !== undefined && { authorization: `Bearer ${key}` }),
  };
  return new Promise((resolve, reject) => {
    // A connection of its own for each request: a kept one may be closed by the server just when it is used again.
    const sending = request(url, { method, headers, signal, agent: false }, resolve);
    sending.on("error", reject);
    sending.end(body);
  });
}

async function* readStream(response: http.IncomingMessage, builder: TurnBuilder): AsyncGenerator<string> {
  for await (const line of linesOf(response)) {
    const data = /^data:\s*(.*)$/s.exec(line)?.[1];
    if (data === undefined) continue;
    if (data.trim() === "[DONE]") {
      builder.turn().finish ??= "stop";
      continue;
    }
    const chunk = objectIn(data);
    if (chunk === undefined)
      throw new RequestFailure(failure("server", "the server streamed something that is no JSON"), true);
    if (chunk["error"]) throw streamFailure(chunk["error"]);
    yield builder.add(chunk);
    if (builder.size() > maxAnswerLength) {
      throw new RequestFailure(failure("agent", `the answer passed ${maxAnswerLength} characters`), false);
    }
  }
  if (builder.turn().finish === undefined) throw cutFailure();
}

// A server that does not stream answers in one piece.
function readWhole(text: string, builder: TurnBuilder): string {
  const whole = objectIn(text.trim());
  if (whole === undefined || !Array.isArray(whole["choices"])) {
    if (whole?.["error"]) throw streamFailure(whole["error"]);
    const message = "the server answered with something that is no chat completion; is the url right?";
    throw new RequestFailure(failure("bad-request", message), false);
  }
  const said = builder.add(whole);
  builder.turn().finish ??= "stop";
  return said;
}

function isEventStream(response: http.IncomingMessage): boolean {
  return (response.headers["content-type"] ?? "").includes("text/event-stream");
}

async function bodyText(response: http.IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    chunks.push(chunk);
    if (size > maxBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maxBytes).toString("utf8");
}
