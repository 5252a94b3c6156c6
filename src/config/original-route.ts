// Model names of the original wg as routes: its prefixes named providers, ours name who runs the model.
import { type HandlerName, parseRoute, routeText } from "../base/route.ts";
import { objection } from "./objection.ts";

/** A route, and the provider an endpoint must have had for it, where the name said one. */
export interface OriginalRoute {
  route: string;
  provider?: string;
}

const handlerOfPrefix: Readonly<Record<string, HandlerName>> = {
  claude: "claude",
  codex: "codex",
  nex: "nex",
  local: "nex",
  native: "nex",
  "oai-compat": "nex",
  openai: "nex",
  openrouter: "nex",
  gemini: "nex",
  ollama: "nex",
  llamacpp: "nex",
  vllm: "nex",
};

/** Prefixes that say nothing about where the model is. */
const anywhere = ["nex", "local", "native", "claude", "codex"];

/** Its old word for who runs an agent. */
const handlerOfExecutor: Readonly<Record<string, HandlerName>> = {
  claude: "claude",
  codex: "codex",
  native: "nex",
  nex: "nex",
};

/**
 * The route of `claude:opus`, `openrouter:vendor/model`, or a bare `opus` and `qwen3:8b`. A bare name goes to whom the
 * old `executor` or `provider` beside it says, else to whom such a name belongs. Undefined when it can be no route.
 */
export function originalRoute(
  text: string,
  hints: { executor?: string; provider?: string } = {},
): OriginalRoute | undefined {
  const colon = text.indexOf(":");
  const prefix = text.slice(0, Math.max(0, colon));
  const known = Object.hasOwn(handlerOfPrefix, prefix) ? handlerOfPrefix[prefix] : undefined;
  const handler = known ?? handlerOfBare(text, hints);
  const model = known === undefined ? text : text.slice(colon + 1);
  const route = `${routeText({ handler, model })}`;
  if (objection(() => parseRoute(route)) !== undefined) return undefined;
  const provider = known === undefined ? hints.provider : anywhere.includes(prefix) ? undefined : prefix;
  return { route, ...(provider !== undefined && { provider }) };
}

function handlerOfBare(
  name: string,
  { executor, provider }: { executor?: string; provider?: string },
): HandlerName {
  const asked = executor === undefined ? undefined : handlerOfExecutor[executor];
  if (asked) return asked;
  if (provider !== undefined && provider !== "anthropic") return handlerOfPrefix[provider] ?? "nex";
  if (/^(opus|sonnet|haiku|fable|claude)/.test(name)) return "claude";
  if (/^(gpt-\d|o\d|codex)/.test(name)) return "codex";
  return "nex";
}
