// A route, `handler:model`, as a value: parsed once at the edge, trusted inside.

import { WgError } from "./error.ts";
import { nearest } from "./nearest.ts";

export const handlerNames = ["claude", "codex", "nex", "shell"] as const;
export type HandlerName = (typeof handlerNames)[number];

/** Where work goes: `{ handler: "claude", model: "opus" }`. A shell route has the model `""`. */
export interface Route {
  handler: HandlerName;
  model: string;
}

const prefixes: Record<string, HandlerName> = { claude: "claude", codex: "codex", local: "nex", nex: "nex" };

/**
 * Reads `claude:opus`, `codex:gpt-5.5`, `local:qwen3-coder` or `nex:...` (the same as `local:`); the model may
 * hold further colons (`local:qwen3:8b`). Refuses with `bad-route` when the handler is missing or unknown, or
 * the model is empty, holds white space or control characters, starts with a dash, or passes 200 characters.
 */
export function parseRoute(text: string): Route {
  const colon = text.indexOf(":");
  if (colon < 0)
    throw badRoute(text, "has no handler", `write handler:model, for example ${guessRoute(text)}`);
  const prefix = text.slice(0, colon);
  const model = text.slice(colon + 1);
  const handler = Object.hasOwn(prefixes, prefix) ? prefixes[prefix] : undefined;
  if (handler === undefined) {
    const guess = nearest(prefix, Object.keys(prefixes));
    throw badRoute(
      text,
      `names an unknown handler "${prefix}"`,
      guess ? `did you mean ${guess}:${model}?` : `handlers: ${Object.keys(prefixes).join(", ")}`,
    );
  }
  if (model === "") throw badRoute(text, "has no model", `write ${prefix}:<model>`);
  if (model.length > 200 || !/^[^\s\p{Cc}-][^\s\p{Cc}]*$/u.test(model)) {
    throw badRoute(text, "has a model name that no server could have", `write ${prefix}:<model>`);
  }
  return { handler, model };
}

/** The text a person would write: `local:` for nex, `shell` for a command. */
export function routeText(route: Route): string {
  if (route.handler === "shell") return "shell";
  return `${route.handler === "nex" ? "local" : route.handler}:${route.model}`;
}

/** True for `local:auto`: the model that the endpoint lists first when the run starts. */
export function isAuto({ handler, model }: Route): boolean {
  return handler === "nex" && model === "auto";
}

function badRoute(text: string, what: string, hint: string): WgError {
  const shown = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return new WgError("bad-route", `route ${JSON.stringify(shown)} ${what}`, { hint });
}

function guessRoute(text: string): string {
  const bare = text.trim().slice(0, 60);
  if (/^(opus|sonnet|haiku|claude)/.test(bare)) return `claude:${bare}`;
  if (/^(gpt|o\d|codex)/.test(bare)) return `codex:${bare}`;
  return `local:${bare || "qwen3-coder"}`;
}
