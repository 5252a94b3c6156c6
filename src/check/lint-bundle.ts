// What is doubtful about a bundle that is valid: models nobody knows, endpoints nobody uses, pins that do no good.
import type { Place } from "../base/error.ts";
import { readText } from "../base/file.ts";
import { roles } from "../base/role.ts";
import { type Route, routeText } from "../base/route.ts";
import { endpointFor, routeFor } from "../config/cascade.ts";
import { endpointsKey } from "../config/endpoints.ts";
import type { Settings } from "../config/settings.ts";
import { parseToml } from "../config/toml.ts";
import { isKnownModel, knownAsOf, likeModel } from "./known-models.ts";
import type { LintFinding } from "./lint-finding.ts";

/** Warnings on a bundle, each with the place of what it is about. */
export function bundleFindings(settings: Settings): LintFinding[] {
  return [...modelFindings(settings), ...endpointFindings(settings), ...pinFindings(settings)];
}

/** Where a route is used: by a role, or by a tier as workers use it. */
interface Use {
  key: string;
  route: Route;
  endpoint?: string;
}

function usesOf({ bundle }: Settings): Use[] {
  const asked = [
    ...roles.map((role) => ({ role, ...routeFor(bundle, role) })),
    ...Object.keys(bundle.tiers).map((tier) => ({
      role: "worker" as const,
      ...routeFor(bundle, "worker", { tier }),
    })),
  ];
  return asked.map(({ role, route, key }) => {
    const endpoint = endpointFor(bundle, role, route);
    return { key, route, ...(endpoint && { endpoint: endpoint.name }) };
  });
}

function modelFindings(settings: Settings): LintFinding[] {
  const seen = new Set<string>();
  return usesOf(settings).flatMap(({ key, route, endpoint }): LintFinding[] => {
    const { handler, model } = route;
    if (endpoint !== undefined || isKnownModel(handler, model) || seen.has(key)) return [];
    if (pinsOf(settings, handler).has("ANTHROPIC_BASE_URL")) return [];
    seen.add(key);
    const guess = likeModel(handler, model);
    return [
      warning(settings, key, {
        rule: "unknown-model",
        message: `${key}: ${routeText(route)} is like no model known in ${knownAsOf}`,
        hint: guess ? `did you mean ${guess}?` : "wg profile check --real asks whether it is there",
      }),
    ];
  });
}

function endpointFindings(settings: Settings): LintFinding[] {
  const used = new Set(usesOf(settings).map(({ endpoint }) => endpoint));
  const { source, layer } = settings.values.get(endpointsKey)?.origin ?? {};
  const text = layer === "default" || source === undefined ? undefined : readText(source);
  return settings.bundle.endpoints.flatMap(({ name }, index): LintFinding[] => {
    if (used.has(name)) return [];
    const at =
      text === undefined || source === undefined
        ? undefined
        : parseToml(source, text).placeOf([...endpointsKey.split("."), index]);
    return [
      {
        level: "warning",
        rule: "unused-endpoint",
        message: `endpoint "${name}" is used by no role and no tier`,
        hint: "name it in models.<role>.endpoint, or remove it",
        ...(at && { at }),
      },
    ];
  });
}

/** A variable that does no good, or does harm, when it is pinned. */
interface Trap {
  names: RegExp;
  /** Of which handler's runs it is true. */
  handler: "claude" | "codex" | "any";
  /** Only beside an endpoint that this handler uses. */
  besideEndpoint?: true;
  message: string;
  hint: string;
}

const traps: readonly Trap[] = [
  {
    names: /^ANTHROPIC_BASE_URL$/,
    handler: "claude",
    besideEndpoint: true,
    message: "has no effect beside an endpoint, whose url wins",
    hint: "remove it",
  },
  {
    names: /^ANTHROPIC_(API_KEY|AUTH_TOKEN)$/,
    handler: "claude",
    besideEndpoint: true,
    message: "is a second key beside the endpoint, and only one is sent",
    hint: "give the endpoint the key: api_key_ref",
  },
  {
    names: /^CLAUDE_CODE_USE_(BEDROCK|VERTEX|FOUNDRY)$/,
    handler: "claude",
    besideEndpoint: true,
    message: "sends the work to another cloud than the endpoint",
    hint: "remove it, or the endpoint",
  },
  {
    names: /^ANTHROPIC_MODEL$/,
    handler: "claude",
    message: "has no effect: the route's model is given to claude by --model",
    hint: "set the model in the route, for example agent.model",
  },
  {
    names: /^OPENAI_(BASE_URL|API_BASE)$/,
    handler: "codex",
    message: "has no effect: codex does not read it",
    hint: 'add an endpoint with provider = "openai"',
  },
  {
    names:
      /^(PATH|HOME|NODE_OPTIONS|LD_PRELOAD|LD_AUDIT|LD_LIBRARY_PATH|DYLD_.*|NODE_PATH|PYTHONPATH|PYTHONHOME|PYTHONSTARTUP|PERL5LIB|PERL5OPT|RUBYLIB|RUBYOPT|CLASSPATH|JAVA_TOOL_OPTIONS|BASH_ENV|ENV|ZDOTDIR|IFS|GIT_SSH_COMMAND|GIT_EXEC_PATH)$/,
    handler: "any",
    message: "changes what every program of a run loads or runs",
    hint: "set it where the one program is started that needs it",
  },
  {
    names: /^NODE_TLS_REJECT_UNAUTHORIZED$/,
    handler: "any",
    message: "lets anybody on the way read keys and work",
    hint: "trust the one certificate instead: NODE_EXTRA_CA_CERTS",
  },
];

function pinFindings(settings: Settings): LintFinding[] {
  const uses = usesOf(settings);
  const found = new Map<string, LintFinding>();
  for (const { route, endpoint } of uses) {
    for (const [name, key] of pinsOf(settings, route.handler)) {
      const trap = traps.find(
        (each) =>
          each.names.test(name) &&
          (each.handler === "any" || each.handler === route.handler) &&
          (each.besideEndpoint === undefined || endpoint !== undefined),
      );
      if (trap === undefined) continue;
      const { message, hint } = trap;
      found.set(key, warning(settings, key, { rule: "env-trap", message: `${key} ${message}`, hint }));
    }
  }
  return [...found.values()];
}

/** The pinned variables of a handler's runs, each with the key that pins it. */
function pinsOf({ bundle }: Settings, handler: Route["handler"]): Map<string, string> {
  const own = Object.keys(bundle.handlerEnv[handler] ?? {});
  return new Map([
    ...Object.keys(bundle.env).map((name): [string, string] => [name, `env.${name}`]),
    ...own.map((name): [string, string] => [name, `handlers.${handler}.env.${name}`]),
  ]);
}

function warning(
  { values }: Settings,
  key: string,
  said: Pick<LintFinding, "rule" | "message" | "hint">,
): LintFinding {
  const origin = values.get(key)?.origin;
  const isInFile = origin !== undefined && origin.layer !== "default";
  const at: Place | undefined = isInFile
    ? { path: origin.source, ...(origin.line !== undefined && { line: origin.line }) }
    : undefined;
  return { level: "warning", ...said, ...(at && { at }) };
}
