// What a claude run lays over the user's own Claude settings: a persisted `env` block there beats the environment.
import * as fs from "node:fs";
import * as path from "node:path";
import { requestUrl } from "../base/endpoint.ts";
import { WgError } from "../base/error.ts";
import type { Env } from "../base/home.ts";
import type { Plan } from "../graph/plan.ts";
import { endpointKeyName, isOwnLogin, type RunEnvironment } from "./environment.ts";
import { fieldsOf } from "./fields.ts";
import type { HookEvent, Inbox } from "./handler.ts";

/** A settings file for `--settings`; holds no secret. Claude ignores a file with a value of a wrong type, silently. */
export interface ClaudeSettings {
  env: Record<string, string>;
  /** A command that prints the key; "" for none, whatever the user's own settings name. */
  apiKeyHelper?: string;
  hooks?: Partial<Record<HookEvent, { hooks: { type: "command"; command: string }[] }[]>>;
}

/** Longest wait of Claude for the first byte of an answer. */
const maxRequestMs = 600_000;

/** The settings of a run: those of its destination, and bounds that keep it from waiting for ever. */
export function claudeSettings(
  plan: Pick<Plan, "route" | "endpoint" | "env" | "limits">,
  environment: Pick<RunEnvironment, "literals" | "references" | "endpointKey">,
): ClaudeSettings {
  const bounds = {
    // Claude's own ten retries take three minutes, and nothing is printed meanwhile.
    CLAUDE_CODE_MAX_RETRIES: "2",
    API_TIMEOUT_MS: String(Math.min(plan.limits.hangAfterMs, maxRequestMs)),
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
  };
  const { env, ...rest } = claudeDestination(plan, environment);
  return { env: { ...without(bounds, environment.references), ...env }, ...rest };
}

/** What makes Claude tell its agent, between two turns, what was said to the task meanwhile. */
export function claudeHooks(inbox: Inbox): Pick<ClaudeSettings, "hooks"> {
  const hook = (event: HookEvent) => [
    { hooks: [{ type: "command" as const, command: inbox.hookCommand(event) }] },
  ];
  return { hooks: { PostToolUse: hook("PostToolUse"), Stop: hook("Stop") } };
}

/**
 * The settings that say where Claude's requests go. With an endpoint or a pinned server, everything in the user's settings
 * that could send their own keys or models there is emptied; without one, the user's login is left as it is.
 */
export function claudeDestination(
  plan: Pick<Plan, "route" | "endpoint" | "env">,
  { literals, references, endpointKey }: Pick<RunEnvironment, "literals" | "references" | "endpointKey">,
): ClaudeSettings {
  if (isOwnLogin(plan)) return { env: without(literals, references) };
  const server = plan.endpoint === undefined ? {} : { ANTHROPIC_BASE_URL: requestUrl(plan.endpoint) };
  const emptied = Object.fromEntries(foreign.map((name) => [name, ""]));
  return {
    env: without({ ...emptied, ...literals, ...server }, references),
    apiKeyHelper: keyCommand(plan, endpointKey !== undefined),
  };
}

/** Variables by which a user's settings could reach a server that the plan chose. */
const foreign = [
  "ANTHROPIC_API_KEY",
  "ANTHROPIC_AUTH_TOKEN",
  "ANTHROPIC_CUSTOM_HEADERS",
  "CLAUDE_CODE_OAUTH_TOKEN",
  "CLAUDE_CODE_USE_BEDROCK",
  "CLAUDE_CODE_USE_VERTEX",
  "CLAUDE_CODE_USE_FOUNDRY",
  "ANTHROPIC_MODEL",
  "ANTHROPIC_SMALL_FAST_MODEL",
  "ANTHROPIC_DEFAULT_OPUS_MODEL",
  "ANTHROPIC_DEFAULT_SONNET_MODEL",
  "ANTHROPIC_DEFAULT_HAIKU_MODEL",
  "ANTHROPIC_DEFAULT_FABLE_MODEL",
  "CLAUDE_CODE_SUBAGENT_MODEL",
];

// Without any key Claude would send the token of the user's login, so a server without one gets a word that is none.
function keyCommand(plan: Pick<Plan, "env">, hasKey: boolean): string {
  if (hasKey) return `printf %s "$${endpointKeyName}"`;
  const isPinned = ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"].some((name) =>
    Object.hasOwn(plan.env, name),
  );
  return isPinned ? "" : "echo none";
}

// A secret cannot stand in the file; it counts in the environment as long as no settings file says otherwise.
function without(env: Record<string, string>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)));
}

/**
 * Refuses (`pin-shadowed`) when a settings file of the user or of the project sets a variable that the plan pins to a
 * secret: that file would win, and nobody would see it.
 */
export function checkNoShadow(references: readonly string[], cwd: string, env: Env): void {
  if (references.length === 0) return;
  const own = env["CLAUDE_CONFIG_DIR"] ?? path.join(env["HOME"] ?? "", ".claude");
  const project = path.join(cwd, ".claude");
  const files = [
    path.join(own, "settings.json"),
    path.join(project, "settings.json"),
    path.join(project, "settings.local.json"),
  ];
  for (const file of files) {
    const name = references.find((reference) => Object.hasOwn(persistedEnv(file), reference));
    if (name === undefined) continue;
    throw new WgError("pin-shadowed", `${file} sets ${name} too, and would win over the pinned secret`, {
      at: { path: file },
      hint: `take ${name} out of that file, or give the key to an endpoint by api_key_ref`,
    });
  }
}

function persistedEnv(file: string): Readonly<Record<string, unknown>> {
  try {
    return fieldsOf(fieldsOf(JSON.parse(fs.readFileSync(file, "utf8")))["env"]);
  } catch {
    // Not there, or no JSON: then Claude takes nothing from it either.
    return {};
  }
}
