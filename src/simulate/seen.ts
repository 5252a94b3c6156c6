// What a simulator tells about a request it saw: one JSON line, and never a key.
import type { IncomingMessage } from "node:http";
import { sha256 } from "../base/canonical.ts";
import type { Provider } from "../base/endpoint.ts";
import type { Tokens } from "./dialect.ts";

/** One request, as soon as it was known how it would be answered. What a request did not carry is left out. */
export interface SeenRequest {
  /** Counts from 1. */
  n: number;
  /** ISO 8601, UTC. */
  at: string;
  method: string;
  /** With its query. */
  path: string;
  provider?: Provider;
  /** The model asked for. */
  model?: string;
  stream?: boolean;
  /** `none`, or the first 8 hex digits of the key's sha256: tells keys apart and gives none away. */
  key: string;
  step?: number;
  /** The first 200 characters of the prompt. */
  prompt?: string;
  /** The first 2,000 characters of the newest tool result. */
  toolResult?: string;
  /** Names of the tools offered. */
  tools?: string[];
  rule?: string;
  /** What was answered: the kind of step, the kind of fault, or the kind of request that needs no model. */
  answer: AnswerKind;
  /** The HTTP status; 0 when none was ever sent. */
  status: number;
  /** The model the answer named. */
  served?: string;
  tokens?: Tokens;
}

export type AnswerKind =
  | "text"
  | "shell"
  | "write"
  | "call"
  | "status"
  | "hang"
  | "cut"
  | "error-event"
  | "models"
  | "token-count"
  | "hello"
  | "refused";

/** The key a request came with, hashed; `none` without one. */
export function keyMark(request: IncomingMessage): string {
  const key = keyOf(request);
  return key === "" ? "none" : sha256(key).slice(0, 8);
}

function keyOf({ headers }: IncomingMessage): string {
  const bearer = /^Bearer\s+(.+)$/i.exec(headers.authorization ?? "")?.[1];
  const named = headers["x-api-key"];
  return bearer ?? (Array.isArray(named) ? named.join() : named) ?? "";
}
