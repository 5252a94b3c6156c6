// The environment of a handler: what is inherited, without what would decide where the work goes, and the plan's pins.
import type { Env } from "../base/home.ts";
import { tokenName } from "../base/inside.ts";
import { readSecret } from "../base/secret.ts";
import type { Plan } from "../graph/plan.ts";
import { runMarker } from "./sweep.ts";

/**
 * Inherited variables that could send a run elsewhere than its plan says, or bill somebody else for it. They are
 * removed unless the plan pins them or this table keeps them.
 *
 * | variable                 |                                                                                     |
 * | ------------------------ | ----------------------------------------------------------------------------------- |
 * | `ANTHROPIC_*`            | removed: server, key, models, headers                                               |
 * | `OPENAI_*`               | removed: server, key, organisation                                                  |
 * | `CODEX_*`                | removed: keys, and what marks a process as started by Codex                         |
 * | `CLAUDE_*`, `CLAUDECODE` | removed: other clouds, models, limits, and what marks a process as Claude's child   |
 * | `CODEX_HOME`             | kept: where the user's login and sessions are                                       |
 * | `CLAUDE_CONFIG_DIR`      | kept: the same                                                                      |
 * | `CODEX_CA_CERTIFICATE`   | kept: which certificates are trusted                                                |
 * | `CLAUDE_CODE_OAUTH_TOKEN`| kept for a claude run on the user's own login, where it is that login; else removed |
 * | `WG_ENDPOINT_KEY`        | removed: ours, set anew where the plan's endpoint has a key                         |
 * | everything else          | kept: PATH, HOME, proxies, locale, the user's tools                                 |
 */
const removed = /^(ANTHROPIC_|OPENAI_|CODEX_|CLAUDE_|CLAUDECODE$|WG_ENDPOINT_KEY$)/;
const kept: readonly string[] = ["CODEX_HOME", "CLAUDE_CONFIG_DIR", "CODEX_CA_CERTIFICATE"];
const loginToken = "CLAUDE_CODE_OAUTH_TOKEN";

/** Holds the key of the plan's endpoint, for a handler that takes it from a variable. */
export const endpointKeyName = "WG_ENDPOINT_KEY";

export interface RunEnvironment {
  /** The whole environment, secrets included: for a process, never to be written down. */
  env: Record<string, string>;
  /** Pins that are no secrets. */
  literals: Record<string, string>;
  /** Names of pins whose values are secrets. */
  references: string[];
  /** The key of the plan's endpoint, where it names one. */
  endpointKey?: string;
  /** Values that no output may show. */
  secrets: string[];
  /** Inherited variables that were removed. */
  dropped: string[];
}

/**
 * Resolves the plan's pins and its endpoint's key, now, and lays them over what is inherited. `WG_ENDPOINT_KEY` is
 * set when the endpoint has a key. `read` gives the value of a reference; it refuses with `no-secret` when there is none.
 */
export function runEnvironment(
  { plan, env: inherited }: { plan: Pick<Plan, "run" | "route" | "endpoint" | "env">; env: Env },
  read = (reference: string) => readSecret(reference, inherited),
): RunEnvironment {
  const { env, dropped } = scrubbed(inherited, isOwnLogin(plan) ? [...kept, loginToken] : kept);
  const tokens = [env[loginToken], env[tokenName]].filter((token) => token !== undefined);
  const literals: Record<string, string> = {};
  const references: string[] = [];
  const secrets: string[] = tokens;
  for (const [name, pin] of Object.entries(plan.env)) {
    const value = typeof pin === "string" ? pin : read(pin.ref);
    env[name] = value;
    if (typeof pin === "string") literals[name] = value;
    else {
      references.push(name);
      secrets.push(value);
    }
  }
  const reference = plan.endpoint?.keyRef;
  const endpointKey = reference === undefined ? undefined : read(reference);
  if (endpointKey !== undefined) {
    env[endpointKeyName] = endpointKey;
    secrets.push(endpointKey);
  }
  env[runMarker] = plan.run;
  return {
    env,
    literals,
    references,
    ...(endpointKey !== undefined && { endpointKey }),
    secrets,
    dropped: dropped.filter((name) => !Object.hasOwn(plan.env, name)),
  };
}

/** What of an environment a run may inherit, and the names of what it may not. */
export function scrubbed(
  inherited: Env,
  keep: readonly string[] = kept,
): { env: Record<string, string>; dropped: string[] } {
  const env: Record<string, string> = {};
  const dropped: string[] = [];
  for (const [name, value] of Object.entries(inherited)) {
    if (value === undefined) continue;
    if (removed.test(name) && !keep.includes(name)) dropped.push(name);
    else env[name] = value;
  }
  return { env, dropped };
}

/** True when a claude run goes wherever the user's own Claude goes: no endpoint planned, no server pinned. */
export function isOwnLogin({ route, endpoint, env }: Pick<Plan, "route" | "endpoint" | "env">): boolean {
  return route.handler === "claude" && endpoint === undefined && !Object.hasOwn(env, "ANTHROPIC_BASE_URL");
}
