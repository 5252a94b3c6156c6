// JSON-RPC 2.0 as it stands on the wire: a request, an answer, and how a refusal travels.
import { WgError } from "../base/error.ts";
import { objectIn } from "../base/jsonl.ts";

/** No message is longer; a longer one is refused and its connection closed. */
export const maxMessageBytes = 1024 * 1024;

/** JSON-RPC's own error codes, and ours for a refusal. */
export const rpcCodes = {
  parse: -32700,
  request: -32600,
  method: -32601,
  params: -32602,
  bug: -32603,
  refused: -32000,
} as const;

/** A request line; `id` is undefined for a notification, which gets no answer. */
export interface Request {
  id: number | string | null | undefined;
  method: string;
  params: Record<string, unknown>;
}

/** What an `error` member holds; `data` carries the parts of a WgError. */
export interface RpcError {
  code: number;
  message: string;
  data?: unknown;
}

/** The request a line holds, or the error to answer with. */
export function readRequest(line: string): Request | RpcError {
  const object = objectIn(line);
  if (object === undefined) return { code: rpcCodes.parse, message: "not a JSON object on one line" };
  const { jsonrpc, id, method, params = {} } = object;
  const idFits = id === undefined || id === null || typeof id === "string" || typeof id === "number";
  if (jsonrpc !== "2.0" || typeof method !== "string" || !idFits)
    return { code: rpcCodes.request, message: "not a JSON-RPC 2.0 request" };
  if (typeof params !== "object" || params === null || Array.isArray(params))
    return { code: rpcCodes.params, message: "params must be an object" };
  return { id, method, params: params as Record<string, unknown> };
}

/** One line, with its LF. */
export function answerLine(id: Request["id"], answer: { result: unknown } | { error: RpcError }): string {
  return `${JSON.stringify({ jsonrpc: "2.0", id: id ?? null, ...answer })}\n`;
}

/** How a thrown value travels: a refusal whole, a bug by its message alone. */
export function errorOf(thrown: unknown): RpcError {
  if (!(thrown instanceof WgError))
    return { code: rpcCodes.bug, message: thrown instanceof Error ? thrown.message : String(thrown) };
  const { code, hint, at, exit } = thrown;
  return { code: rpcCodes.refused, message: thrown.message, data: { code, hint, at, exit } };
}

/** The refusal an `error` member stands for, as the caller throws it. */
export function refusalOf(error: unknown): WgError {
  const { code, message, data } = isObject(error) ? error : {};
  const text = typeof message === "string" ? message : "no reason given";
  if (code !== rpcCodes.refused || !isObject(data)) {
    return new WgError("service-failed", `the service could not answer: ${text}`, {
      hint: "wg service logs says more",
    });
  }
  const { code: name, hint, at, exit } = data;
  return new WgError(typeof name === "string" ? name : "refused", text, {
    ...(typeof hint === "string" && { hint }),
    ...(isObject(at) && typeof at["path"] === "string" && { at: placeOf(at["path"], at["line"]) }),
    ...((exit === 2 || exit === 3 || exit === 4) && { exit }),
  });
}

function placeOf(path: string, line: unknown): { path: string; line?: number } {
  return typeof line === "number" ? { path, line } : { path };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
