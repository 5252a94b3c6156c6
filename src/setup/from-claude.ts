// Claude Code's settings.json: its env block and model become a profile that runs claude.
import { providerOf } from "../base/endpoint.ts";
import { parseRoute } from "../base/route.ts";
import { checkVariableName, whyUnsafe } from "../config/names.ts";
import { objection, objectionToUrl } from "../config/objection.ts";
import { type KeyNeed, SourceTable } from "../config/source-table.ts";
import type { Draft } from "./draft.ts";
import type { Candidate } from "./imported.ts";
import { keyVariable, mayBeSecret } from "./secret-text.ts";

/** The two variables Claude Code takes a key from, the one that beats the other first. */
const keyVariables = ["ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_API_KEY"] as const;

/** Where a key goes that was given without a server. */
const anthropicUrl = "https://api.anthropic.com";

/** The tier each of Claude Code's short names stands for. */
const tierVariables: readonly [tier: string, variable: string][] = [
  ["fast", "ANTHROPIC_DEFAULT_HAIKU_MODEL"],
  ["standard", "ANTHROPIC_DEFAULT_SONNET_MODEL"],
  ["premium", "ANTHROPIC_DEFAULT_OPUS_MODEL"],
];

/**
 * The profile a settings file of Claude Code stands for. Keys are never taken: `keys` says which variable each should
 * come from. Undefined when it names no model, no server and no variable: then it says nothing about what runs.
 */
export function fromClaude(name: string, settings: Record<string, unknown>): Candidate | undefined {
  const source = new SourceTable(settings);
  const keys: KeyNeed[] = [];
  const notes: string[] = [];
  const own = urlOf(source);
  const model = modelOf(source);
  const key = keyOf(source, name, own);
  if (key) keys.push(key);
  const url = own ?? (key && anthropicUrl);
  const tiers = tiersOf(source);
  const pins = pinsOf(source, keys);
  if (url === undefined && model === undefined && Object.keys(pins).length === 0) return undefined;
  if (model === undefined) notes.push("it names no model, so claude:opus was taken");
  const draft: Draft = {
    head: ["Made from settings of Claude Code."],
    description: `${name}: Claude Code${url === undefined ? "" : ` at ${hostOf(url)}`}`,
    model: `claude:${model ?? "opus"}`,
    tiers,
    ...(tiers["fast"] !== undefined && { dispatcher: tiers["fast"] }),
    ...(url !== undefined && {
      endpoints: [
        {
          name: "default",
          provider: providerOf.claude,
          url,
          ...(key && { api_key_ref: `env:${key.variable}` }),
          is_default: true,
        },
      ],
    }),
    ...(Object.keys(pins).length > 0 && { handlerEnv: { claude: pins } }),
  };
  source.leave(
    'a command that prints the key; if you trust it: api_key_ref = "cmd:..." in the endpoint',
    "apiKeyHelper",
  );
  return { name, draft, keys, notes, notTaken: source.notTaken("no setting of a profile") };
}

/** The host of a url, for descriptions. */
export function hostOf(url: string): string {
  return new URL(url).host;
}

function urlOf(source: SourceTable): string | undefined {
  const url = source.text("env", "ANTHROPIC_BASE_URL")?.replace(/\/+$/, "");
  const objection = url === undefined ? undefined : objectionToUrl(url);
  if (objection !== undefined) source.leave(objection, "env", "ANTHROPIC_BASE_URL");
  return objection === undefined ? url : undefined;
}

/** The variable beats the key `model`, as it does in Claude Code. */
function modelOf(source: SourceTable): string | undefined {
  const named = source.text("env", "ANTHROPIC_MODEL");
  const chosen = source.text("model");
  for (const [model, ...path] of [
    [named, "env", "ANTHROPIC_MODEL"],
    [chosen, "model"],
  ] as const) {
    if (model === undefined) continue;
    if (isModel(model)) return model;
    source.leave("no model could be called so", ...path);
  }
  return undefined;
}

function isModel(model: string): boolean {
  return objection(() => parseRoute(`claude:${model}`)) === undefined;
}

/** One variable for the key, wherever it stood. Without a server of its own it is Claude Code's own variable. */
function keyOf(source: SourceTable, name: string, url: string | undefined): KeyNeed | undefined {
  const found = keyVariables.filter((variable) => source.text("env", variable) !== undefined);
  const [first] = found;
  if (first === undefined) return undefined;
  const variable = url === undefined ? first : keyVariable(name, url);
  return { variable, at: `env.${first}` };
}

function tiersOf(source: SourceTable): Record<string, string> {
  const tiers: Record<string, string> = {};
  for (const [tier, variable] of tierVariables) {
    const model = source.peek("env", variable);
    if (typeof model === "string" && isModel(model)) tiers[tier] = `claude:${model}`;
  }
  const small = source.peek("env", "ANTHROPIC_SMALL_FAST_MODEL");
  if (typeof small === "string" && isModel(small)) tiers["fast"] ??= `claude:${small}`;
  return tiers;
}

/** Every other variable of the env block: as it is, as a reference where it may be a secret, or left with the reason. */
function pinsOf(source: SourceTable, keys: KeyNeed[]): Record<string, string | { ref: string }> {
  const pins: Record<string, string | { ref: string }> = {};
  const special = ["ANTHROPIC_BASE_URL", "ANTHROPIC_MODEL", ...keyVariables];
  for (const variable of source.names("env").filter((each) => !(special as string[]).includes(each))) {
    const value = source.take("env", variable);
    const problem = objectionToPin(variable, value);
    if (problem !== undefined) source.leave(problem, "env", variable);
    else if (mayBeSecret(variable, String(value))) {
      pins[variable] = { ref: `env:${variable}` };
      keys.push({ variable, at: `env.${variable}` });
    } else pins[variable] = String(value);
  }
  return pins;
}

function objectionToPin(variable: string, value: unknown): string | undefined {
  if (!["string", "number", "boolean"].includes(typeof value)) return "it is no text";
  if (/[\0\r\n]/.test(String(value))) return "its value has several lines";
  return whyUnsafe(variable) ?? objection(() => checkVariableName(variable));
}
