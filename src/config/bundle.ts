// Flat values become the typed bundle and the typed rest. The values were checked when they were read.
import type { Budget } from "../base/budget.ts";
import { type Endpoint, providers } from "../base/endpoint.ts";
import { mergeModes } from "../base/merge-mode.ts";
import { type Permissions, permissionLevels, roles } from "../base/role.ts";
import { parseRoute, type Route } from "../base/route.ts";
import type { PinnedValue } from "../base/secret.ts";
import { agencyOf } from "./agency.ts";
import { durationMs } from "./duration.ts";
import { type EndpointTable, endpointsKey } from "./endpoints.ts";
import { ratesIn } from "./rates.ts";
import {
  type Bundle,
  type General,
  type NotifySettings,
  noticeKinds,
  noticeTemplates,
  type Setting,
} from "./settings.ts";
import { isTable } from "./toml.ts";

type Values = ReadonlyMap<string, Setting>;

/** The bundle of resolved values; what nothing sets is absent, or empty where it is a table or a list. */
export function bundleOf(values: Values): Bundle {
  const dispatcher = routeAt(values, "dispatcher.model");
  return {
    agent: { model: routeAt(values, "agent.model") ?? missing("agent.model") },
    dispatcher: dispatcher ? { model: dispatcher } : {},
    tiers: tableBelow(values, "tiers.", (key) => routeAt(values, key)),
    models: modelsOf(values),
    endpoints: endpointTables(values).map(endpointOf),
    env: tableBelow(values, "env.", (key) => pinAt(values, key)),
    handlerEnv: handlerEnvOf(values),
    fallback: listAt(values, "fallback"),
  };
}

/** The general settings of resolved values; the default layer sets all but the commands. */
export function generalOf(values: Values): General {
  const claude = textAt(values, "handlers.claude.command");
  const codex = textAt(values, "handlers.codex.command");
  const setup = textAt(values, "worktree_setup");
  return {
    agent: {
      permissions: permissionsOf(textAt(values, "agent.permissions")),
      mcp: textAt(values, "agent.mcp") === "off" ? "off" : "auto",
      timeoutMs: timeAt(values, "agent.timeout"),
      hangAfterMs: timeAt(values, "agent.hang_after"),
      maxTurns: countAt(values, "agent.max_turns"),
      maxAttempts: countAt(values, "agent.max_attempts"),
    },
    service: { maxAgents: countAt(values, "service.max_agents") },
    failover: { probation: countAt(values, "failover.probation") },
    modelMismatch: textAt(values, "model_mismatch") === "fail" ? "fail" : "warn",
    worktrees: {
      use: textAt(values, "worktrees") === "off" ? "off" : "auto",
      merge: mergeModes.find((mode) => mode === textAt(values, "merge")) ?? "auto",
      ...(setup && { setup }),
    },
    handlerCommand: { ...(claude && { claude }), ...(codex && { codex }) },
    budgets: { all: budgetOf(values, "all"), profile: budgetOf(values, "profile") },
    prices: tableBelow(values, "prices.", (key) => ratesIn(values.get(key)?.value)),
    notify: notifyOf(values),
    agency: agencyOf((key) => values.get(key)?.value),
  };
}

function notifyOf(values: Values): NotifySettings {
  const command = textAt(values, "notify.command");
  const webhook = textAt(values, "notify.webhook");
  const events = listAt(values, "notify.events");
  const template = textAt(values, "notify.template");
  return {
    ...(command !== undefined && { command }),
    ...(webhook !== undefined && { webhook }),
    events: noticeKinds.filter((kind) => events.includes(kind)),
    template: noticeTemplates.find((name) => name === template) ?? "json",
  };
}

function modelsOf(values: Values): Bundle["models"] {
  const models: Bundle["models"] = {};
  for (const role of roles) {
    const model = routeAt(values, `models.${role}.model`);
    const endpoint = textAt(values, `models.${role}.endpoint`);
    if (model || endpoint) models[role] = { ...(model && { model }), ...(endpoint && { endpoint }) };
  }
  return models;
}

/** What the active profile says of its own runs, or what everything else says of all. */
function budgetOf(values: Values, whose: "all" | "profile"): Budget {
  const dollarsAt = (key: string): number | undefined => {
    const setting = values.get(key);
    const said = setting === undefined ? [] : [setting, ...setting.shadows];
    const found = said.find(({ origin }) => (origin.layer === "profile") === (whose === "profile"))?.value;
    return typeof found === "number" ? found : undefined;
  };
  const [task, day] = [dollarsAt("budget.task"), dollarsAt("budget.day")];
  return { ...(task !== undefined && { task }), ...(day !== undefined && { day }) };
}

function handlerEnvOf(values: Values): Bundle["handlerEnv"] {
  const keys = [...values.keys()].filter((key) => /^handlers\.[^.]+\.env\./.test(key));
  const handlers = [...new Set(keys.map((key) => key.split(".")[1] ?? ""))].sort();
  return Object.fromEntries(
    handlers.map((name) => [name, tableBelow(values, `handlers.${name}.env.`, (key) => pinAt(values, key))]),
  );
}

function endpointTables(values: Values): EndpointTable[] {
  const value = values.get(endpointsKey)?.value;
  return Array.isArray(value) ? value : [];
}

function endpointOf(table: EndpointTable): Endpoint & { isDefault: boolean } {
  const provider = providers.find((name) => name === table.provider) ?? missing("provider");
  return {
    name: table.name,
    provider,
    url: table.url,
    ...(table.api_key_ref !== undefined && { keyRef: table.api_key_ref }),
    isDefault: table.is_default ?? false,
  };
}

/** The keys that begin with `prefix`, by what follows it. */
function tableBelow<T>(
  values: Values,
  prefix: string,
  read: (key: string) => T | undefined,
): Record<string, T> {
  const members = [...values.keys()].flatMap((key): [string, T][] => {
    const value = key.startsWith(prefix) ? read(key) : undefined;
    return value === undefined ? [] : [[key.slice(prefix.length), value]];
  });
  return Object.fromEntries(members);
}

function routeAt(values: Values, key: string): Route | undefined {
  const text = textAt(values, key);
  return text === undefined ? undefined : parseRoute(text);
}

function textAt(values: Values, key: string): string | undefined {
  const value = values.get(key)?.value;
  return typeof value === "string" ? value : undefined;
}

function pinAt(values: Values, key: string): PinnedValue | undefined {
  const value = values.get(key)?.value;
  if (typeof value === "string") return value;
  if (!isTable(value)) return undefined;
  const { ref, value: text } = value;
  // That a pin is meant although it is unsafe was asked when it was read, and is no part of what runs.
  if (typeof text === "string") return text;
  return typeof ref === "string" ? { ref } : undefined;
}

function listAt(values: Values, key: string): string[] {
  const value = values.get(key)?.value;
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

function countAt(values: Values, key: string): number {
  const value = values.get(key)?.value;
  return typeof value === "number" ? value : missing(key);
}

function timeAt(values: Values, key: string): number {
  return durationMs(textAt(values, key) ?? "") ?? missing(key);
}

function permissionsOf(text: string | undefined): Permissions {
  return permissionLevels.find((level) => level === text) ?? missing("agent.permissions");
}

function missing(key: string): never {
  throw new Error(`${key} was not resolved`);
}
