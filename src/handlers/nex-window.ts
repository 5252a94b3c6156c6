// How much a model can take in at once: asked of the server, pinned by the profile, or learnt from a refusal.
import { fieldsOf, listOf, numberOf, textOf } from "./fields.ts";
import { askJson, type Server } from "./nex-request.ts";

/** What is known of the room in a model's context. */
export interface Window {
  /** Tokens of a request and its answer together. */
  tokens: number;
  /** `assumed` is as good as unknown; what a server refused is `learnt`, and beats what it said. */
  known: "assumed" | "told" | "learnt" | "pinned";
  /** Tokens for a character of a request, from the server's own last count. */
  perCharacter: number;
}

/** Pins the size in tokens, in a profile's `[handlers.nex.env]`. */
export const windowPin = "WG_NEX_CONTEXT";

/** Where nothing is known: what models of today have, more or less. */
const assumedTokens = 131_072;
/** Before the first count: more than English takes, about what code does. */
const assumedPerCharacter = 0.3;
/** A smaller request fits into any model that can call tools. */
const worthAskingTokens = 2500;
const askMs = 2000;
/** A second time, since some servers know only once the model is loaded. */
const maxAsked = 2;
/** What this process has heard of a model at a server: every turn of a chat would ask again. */
const heard = new Map<string, { tokens?: number; asked: number }>();

/** The window of a run; `pin` is the text of the pinned variable, which counts when it is a number. */
export function startWindow(pin: string | undefined): Window {
  const pinned = Number(pin);
  const isPinned = Number.isSafeInteger(pinned) && pinned > 0;
  return {
    tokens: isPinned ? pinned : assumedTokens,
    known: isPinned ? "pinned" : "assumed",
    perCharacter: assumedPerCharacter,
  };
}

/** About how many tokens a request of so many characters is. */
export function tokensOf(window: Window, characters: number): number {
  return Math.ceil(characters * window.perCharacter);
}

/** Takes the server's count of a request of so many characters as the measure for the next. */
export function measure(window: Window, characters: number, tokens: number): void {
  if (tokens > 0 && characters > 0) window.perCharacter = Math.min(2, Math.max(0.05, tokens / characters));
}

/** Takes a refusal for length as what it says: the size that it names, else less than the request was. */
export function learn(window: Window, message: string, characters: number): void {
  const refused = Math.floor(tokensOf(window, characters) * 0.9);
  const named = sizeIn(message);
  const fitting =
    named !== undefined && named < window.tokens ? named : Math.min(refused, window.tokens * 0.9);
  window.tokens = Math.max(256, Math.floor(fitting));
  // It was refused, so it is at least as large.
  window.perCharacter = Math.max(window.perCharacter, window.tokens / Math.max(1, characters));
  window.known = "learnt";
}

/** Asks the server for its window, once it could matter; never throws but the reason of `signal`. */
export async function askWindow(
  window: Window,
  server: Server,
  model: string,
  characters: number,
  signal: AbortSignal,
): Promise<void> {
  if (window.known !== "assumed" || tokensOf(window, characters) < worthAskingTokens) return;
  const key = JSON.stringify([server.url, model]);
  const before = heard.get(key) ?? { asked: 0 };
  let { tokens } = before;
  if (tokens === undefined && before.asked < maxAsked) {
    tokens = (await fromModels(server, model, signal)) ?? (await fromOwnWords(server, model, signal));
    heard.set(key, { ...(tokens !== undefined && { tokens }), asked: before.asked + 1 });
  }
  if (tokens === undefined) return;
  window.tokens = tokens;
  window.known = "told";
}

/** The number of tokens that a refusal names as the limit. */
export function sizeIn(message: string): number | undefined {
  const named =
    /(?:maximum|max)[a-z _]{0,40}(?:context|model)[a-z _]{0,30}[^0-9]{0,12}(\d{3,8})/i.exec(message) ??
    /n_ctx[^0-9]{1,6}(\d{3,8})/i.exec(message) ??
    /context (?:length|size|window)[^0-9]{0,20}(\d{3,8})/i.exec(message) ??
    />\s*(\d{3,8}) maximum/i.exec(message);
  return named === null ? undefined : Number(named[1]);
}

/** vLLM, SGLang, OpenRouter, Groq and others say it where they list their models. */
async function fromModels(server: Server, model: string, signal: AbortSignal): Promise<number | undefined> {
  const list = await asked("GET", `${server.url}/models`, server, "", signal);
  const entry = entryOf(list?.["data"], "id", model);
  return sizeOf(entry, ["max_model_len", "context_length", "context_window", "max_context_length"]);
}

/** llama.cpp, LM Studio and Ollama have a question of their own each. */
async function fromOwnWords(server: Server, model: string, signal: AbortSignal): Promise<number | undefined> {
  // They run on the machine or in the house; a service on the net would answer four times that it has no such thing.
  if (server.url.startsWith("https:")) return undefined;
  const root = server.url.replace(/\/v1$/, "");
  const [props, studio, loaded, shown] = await Promise.all([
    asked("GET", `${root}/props`, server, "", signal),
    asked("GET", `${root}/api/v0/models`, server, "", signal),
    asked("GET", `${root}/api/ps`, server, "", signal),
    asked("POST", `${root}/api/show`, server, JSON.stringify({ model }), signal),
  ]);
  const numCtx = /^num_ctx\s+(\d+)$/m.exec(textOf(shown?.["parameters"]) ?? "")?.[1];
  return (
    sizeOf(props?.["default_generation_settings"], ["n_ctx"]) ??
    sizeOf(entryOf(studio?.["data"], "id", model), ["loaded_context_length", "max_context_length"]) ??
    sizeOf(entryOf(loaded?.["models"], "name", model), ["context_length"]) ??
    (numCtx === undefined ? undefined : Number(numCtx))
  );
}

async function asked(
  method: "GET" | "POST",
  url: string,
  { key }: Server,
  body: string,
  signal: AbortSignal,
): Promise<Record<string, unknown> | undefined> {
  try {
    return await askJson(method, url, key, body, AbortSignal.any([signal, AbortSignal.timeout(askMs)]));
  } catch {
    // Whatever is wrong with it, it will show at the request that matters.
    signal.throwIfAborted();
    return undefined;
  }
}

// Ollama adds `:latest` to a name without a tag.
function entryOf(list: unknown, key: string, model: string): unknown {
  const entries = listOf(list).map(fieldsOf);
  return (
    entries.find((entry) => entry[key] === model) ?? entries.find((entry) => entry[key] === `${model}:latest`)
  );
}

function sizeOf(value: unknown, keys: readonly string[]): number | undefined {
  const fields = fieldsOf(value);
  return keys.map((key) => numberOf(fields[key])).find((size) => size !== undefined && size >= 256);
}
