// A route, `handler:model`, as a value: parsed once at the edge, trusted inside.

import { WgError } from "./error.ts";
import { nearest } from "./nearest.ts";

export const handlerNames = ["claude", "codex", "nex", "acp", "shell"] as const;
export type HandlerName = (typeof handlerNames)[number];

/**
 * Where work goes: `{ handler: "claude", model: "opus" }`. A shell route has the model `""`, as has an acp route that
 * leaves the choice to its agent.
 */
export interface Route {
  handler: HandlerName;
  model: string;
  /** Of an acp route, and only there: the agent's program and its arguments, separated by single blanks. */
  command?: string;
}

const prefixes: Record<string, HandlerName> = {
  claude: "claude",
  codex: "codex",
  local: "nex",
  nex: "nex",
  acp: "acp",
};

/**
 * Reads `claude:opus`, `codex:gpt-5.5`, `local:qwen3-coder` or `nex:...` (the same as `local:`); the model may
 * hold further colons (`local:qwen3:8b`). `acp:opencode acp` names a program with its arguments, and
 * `acp:opencode acp#some/model` also a model of it. Refuses with `bad-route` when the handler is missing or unknown,
 * the model is empty, holds white space or control characters, starts with a dash, or passes 200 characters, or the
 * command is none.
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
  if (handler === "acp") return parseCommand(text, model);
  if (model === "") throw badRoute(text, "has no model", `write ${prefix}:<model>`);
  if (!isModelName(model)) {
    throw badRoute(text, "has a model name that no server could have", `write ${prefix}:<model>`);
  }
  return { handler, model };
}

/** What follows `acp:`. Only words that every shell takes as they are: no quotes, nothing to be expanded. */
function parseCommand(text: string, rest: string): Route {
  const at = rest.lastIndexOf("#");
  const command = at < 0 ? rest : rest.slice(0, at);
  const model = at < 0 ? "" : rest.slice(at + 1);
  const example = "acp:<program and arguments>, for example acp:opencode acp";
  if (command === "") throw badRoute(text, "has no command", `write ${example}`);
  if (command.length > 1000 || !/^[\p{L}\p{N}_@%+=:,./~-]+( [\p{L}\p{N}_@%+=:,./~-]+)*$/u.test(command)) {
    const hint = "plain words with one blank between them; what needs quotes goes into a script of its own";
    throw badRoute(text, "has a command that is more than a program and its arguments", hint);
  }
  if (!/^(~?\/|[^-./~][^/]*( |$))/.test(command)) {
    throw badRoute(text, "starts with no program", "a name on PATH, an absolute path, or one in ~/");
  }
  if (at >= 0 && !isModelName(model)) {
    throw badRoute(text, "has a model name that no agent could have", "write acp:<command>#<model>");
  }
  return { handler: "acp", model, command };
}

function isModelName(model: string): boolean {
  return model.length <= 200 && /^[^\s\p{Cc}-][^\s\p{Cc}]*$/u.test(model);
}

/** The text a person would write: `local:` for nex, `shell` for a command. */
export function routeText(route: Route): string {
  if (route.handler === "shell") return "shell";
  if (route.command !== undefined) return `acp:${route.command}${route.model && `#${route.model}`}`;
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
