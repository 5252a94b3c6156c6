// What the three APIs have in common: a request read as an `Ask`, an answer put into the API's own words.
import type { Provider } from "../base/endpoint.ts";

/** A tool the client offers. `custom` ones take free text, the others JSON with these `properties`. */
export interface OfferedTool {
  name: string;
  kind: "function" | "custom";
  namespace?: string;
  properties: Readonly<Record<string, unknown>>;
}

/** What a request asks, whatever API it came by. */
export interface Ask {
  model: string;
  stream: boolean;
  /** The last text a person (or wg) wrote, without what the client slipped in. */
  prompt: string;
  system: string;
  /** How many turns of tool results followed that text. */
  step: number;
  /** The newest tool result, "" when there is none. */
  toolResult: string;
  /** The client's number for a command that goes on though its call has been answered. */
  running?: number;
  tools: readonly OfferedTool[];
}

/** `input` includes `cached`. */
export interface Tokens {
  input: number;
  output: number;
  cached: number;
}

/** A call of an offered tool; `input` is JSON text, or free text for a custom tool. */
export interface ToolCall {
  tool: OfferedTool;
  input: string;
}

/** What the simulated model says: some text, then maybe one tool call. `id` is unique in this server's life. */
export interface Answer {
  id: string;
  model: string;
  text: string;
  call?: ToolCall;
  tokens: Tokens;
  /** Seconds since 1970. */
  createdAt: number;
}

export interface Dialect {
  provider: Provider;
  /** The ask, or in a sentence why the body is none. */
  read(body: Readonly<Record<string, unknown>>): Ask | string;
  /** The answer in one piece. */
  whole(answer: Answer): unknown;
  /** The answer as server-sent events, ready to be written. */
  events(answer: Answer, body: Readonly<Record<string, unknown>>): string[];
  /** The body of a failed request; `type` is the API's own word for it, or what the script says. */
  error(status: number, message: string, type?: string): unknown;
  /** An error in the middle of a stream. */
  errorEvent(type: string, message: string): string;
}

/** A server-sent event; `name` is left out for chat completions. */
export function serverSent(data: unknown, name?: string): string {
  const text = typeof data === "string" ? data : JSON.stringify(data);
  return `${name === undefined ? "" : `event: ${name}\n`}data: ${text}\n\n`;
}

/** A text in a few pieces, as a stream would bring it; none for an empty text. Never splits a character. */
export function pieces(text: string): string[] {
  const characters = Array.from(text);
  const size = Math.max(12, Math.ceil(characters.length / 40));
  const found: string[] = [];
  for (let from = 0; from < characters.length; from += size) {
    found.push(characters.slice(from, from + size).join(""));
  }
  return found;
}

/** Folds a conversation into prompt, step and newest tool result, message by message. */
export interface Conversation {
  prompt: string;
  step: number;
  toolResult: string;
  running: number | undefined;
  inResults: boolean;
}

export function emptyConversation(): Conversation {
  return { prompt: "", step: 0, toolResult: "", running: undefined, inResults: false };
}

/** A text of the user: the script starts again. What only the client wrote changes nothing. */
export function userSaid(conversation: Conversation, text: string): void {
  const words = withoutReminders(text);
  if (words === "" || isClientNotice(words)) return;
  conversation.prompt = words;
  conversation.step = 0;
  conversation.running = undefined;
  conversation.inResults = false;
}

/** A tool result; results that stand together are one turn. One that says "still running" is no result yet. */
export function toolAnswered(conversation: Conversation, text: string): void {
  const running = /^Process running with session ID (\d+)$/m.exec(text)?.[1];
  conversation.running = running === undefined ? undefined : Number(running);
  if (running !== undefined) return;
  if (!conversation.inResults) conversation.step += 1;
  conversation.inResults = true;
  conversation.toolResult = text;
}

/** The model's own turn: the next tool result belongs to another turn. */
export function modelSpoke(conversation: Conversation): void {
  conversation.inResults = false;
}

function withoutReminders(text: string): string {
  return text.replace(/<system-reminder>.*?<\/system-reminder>/gs, "").trim();
}

// Claude Code reports finished background agents, and Codex its surroundings, as if the user had spoken.
function isClientNotice(text: string): boolean {
  return /^(\[SYSTEM NOTIFICATION|<environment_context>|<user_instructions>|<turn_aborted>|# AGENTS\.md instructions)/.test(
    text,
  );
}
