// A settings file of the original wg, read as ours: what decided who runs what counts, the rest is told.
import * as path from "node:path";
import { type Role, roles } from "../base/role.ts";
import { parseRoute } from "../base/route.ts";
import type { EndpointTable } from "./endpoints.ts";
import { type OriginalReading, originalEndpoints } from "./original-endpoint.ts";
import { originalRoute } from "./original-route.ts";
import { type Choice, Servers } from "./original-servers.ts";
import { type KeyNeed, type NotTaken, SourceTable } from "./source-table.ts";

/** Routes are texts. What the file does not say is absent; `maxAgents` stood in its dispatcher. */
export interface Original {
  description?: string;
  model?: string;
  dispatcher?: string;
  tiers: Record<string, string>;
  models: Partial<Record<Role, { model?: string; endpoint?: string }>>;
  endpoints: EndpointTable[];
  maxAgents?: number;
  keys: KeyNeed[];
  notes: string[];
  notTaken: NotTaken[];
}

/** Old roles whose model a role of ours takes over, the one that wins first. */
const heirs: readonly [Role, readonly string[]][] = [
  ["evaluator", ["evaluator"]],
  ["assigner", ["assigner"]],
  ["flip", ["flip_inference", "flip_comparison"]],
];

const tierNames = ["fast", "standard", "premium"];

/**
 * What a file amounts to. `file` is its path: relative paths of keys are found from there. Keys are references in what
 * comes out; `name` is what the variable of a nameless server's key is called after.
 */
export function readOriginal(name: string, table: Record<string, unknown>, file: string): Original {
  const source = new SourceTable(table);
  const keys: KeyNeed[] = [];
  const notes: string[] = [];
  const notTaken: NotTaken[] = [];
  const reading: OriginalReading = { name, folder: path.dirname(path.resolve(file)), keys, notes, notTaken };
  const endpoints = originalEndpoints(source.take("llm_endpoints", "endpoints"), reading);
  const servers = new Servers(endpoints, reading);
  const description = source.text("description");
  const tiers = tiersOf(source, servers, notes);
  const worker = workerOf(source, tiers, servers, notes);
  const dispatcher =
    routeAt(source, servers, ["dispatcher", "model"]) ?? routeAt(source, servers, ["coordinator", "model"]);
  const models = rolesOf(source, servers, tiers, notes);
  const general = roleEndpoint(source, servers, "default");
  const own = roleEndpoint(source, servers, "task_agent") ?? worker?.endpoint ?? general;
  if (own !== undefined) models.worker = { endpoint: own };
  if (dispatcher?.endpoint !== undefined) models.dispatcher = { endpoint: dispatcher.endpoint };
  servers.serve([
    worker?.route,
    dispatcher?.route,
    ...Object.values(tiers),
    ...Object.values(models).map((each) => each?.model),
  ]);
  const maxAgents = leaveTheRest(source);
  notTaken.push(...source.notTaken("wg has no such setting"));
  return {
    ...(description !== undefined && { description }),
    ...(worker && { model: worker.route }),
    ...(dispatcher && { dispatcher: dispatcher.route }),
    tiers,
    models: withoutMisfits(models, worker?.route ?? usualRoute, dispatcher?.route, tiers["fast"], notes),
    endpoints: endpoints.map(({ endpoint }) => endpoint),
    ...(maxAgents !== undefined && { maxAgents }),
    keys: withoutRepeats(keys),
    notes,
    notTaken,
  };
}

/** What runs where nothing says otherwise. */
const usualRoute = "claude:opus";

function tiersOf(source: SourceTable, servers: Servers, notes: string[]): Record<string, string> {
  const tiers: Record<string, string> = {};
  for (const tier of tierNames) {
    const choice = routeAt(source, servers, ["tiers", tier]);
    if (choice === undefined) continue;
    tiers[tier] = choice.route;
    if (choice.endpoint !== undefined) {
      notes.push(
        `a tier has no endpoint of its own, so ${tier} goes to the default one, not to ${choice.endpoint}`,
      );
    }
  }
  return tiers;
}

/** What the original meant for workers, although its tiers could shadow it. */
function workerOf(
  source: SourceTable,
  tiers: Record<string, string>,
  servers: Servers,
  notes: string[],
): Choice | undefined {
  const own = roleChoice(source, servers, tiers, "task_agent");
  const general = roleChoice(source, servers, tiers, "default");
  const agent = routeAt(source, servers, ["agent", "model"], executorOf(source, "agent"));
  const found = own ?? general ?? agent;
  const standard = tiers["standard"];
  if (found === undefined) return standard === undefined ? undefined : { route: standard };
  if (own === undefined && standard !== undefined && standard !== found.route) {
    notes.push(`workers run ${found.route}; the original let tiers.standard (${standard}) shadow it`);
  }
  return found;
}

function rolesOf(
  source: SourceTable,
  servers: Servers,
  tiers: Record<string, string>,
  notes: string[],
): Original["models"] {
  const models: Original["models"] = {};
  for (const [role, olds] of heirs) {
    const choices = olds.map((old) => roleChoice(source, servers, tiers, old));
    const first = choices.find((each) => each !== undefined);
    const endpoint = olds.map((old) => roleEndpoint(source, servers, old)).find((each) => each !== undefined);
    if (choices.some((each) => each && first && each.route !== first.route)) {
      notes.push(
        `${olds.join(" and ")} ran different models; ${role} is one role here and runs ${first?.route}`,
      );
    }
    const server = endpoint ?? first?.endpoint;
    if (first || server !== undefined) {
      models[role] = {
        ...(first && { model: first.route }),
        ...(server !== undefined && { endpoint: server }),
      };
    }
  }
  return models;
}

/** A role's model: named, or by the tier it names. */
function roleChoice(
  source: SourceTable,
  servers: Servers,
  tiers: Record<string, string>,
  old: string,
): Choice | undefined {
  const provider = source.text("models", old, "provider");
  const named = routeAt(
    source,
    servers,
    ["models", old, "model"],
    provider === undefined ? {} : { provider },
  );
  const tier = source.text("models", old, "tier");
  const route = tier === undefined ? undefined : tiers[tier];
  return named ?? (route === undefined ? undefined : { route });
}

function roleEndpoint(source: SourceTable, servers: Servers, old: string): string | undefined {
  const named = source.text("models", old, "endpoint");
  const found = named === undefined ? undefined : servers.named(named);
  if (named !== undefined && found === undefined) {
    source.leave("no endpoint of that name was taken", "models", old, "endpoint");
  }
  return found;
}

function routeAt(
  source: SourceTable,
  servers: Servers,
  at: readonly string[],
  hints: { executor?: string; provider?: string } = {},
): Choice | undefined {
  const text = source.text(...at);
  if (text === undefined) return undefined;
  const found = originalRoute(text, hints);
  if (found === undefined) source.leave("no model could be called so", ...at);
  return found && servers.choiceOf(found);
}

function executorOf(source: SourceTable, section: string): { executor?: string } {
  const executor = source.text(section, "executor");
  return executor === undefined ? {} : { executor };
}

/** Only our own agent used endpoints there, so a role that runs a CLI keeps that CLI's own login. */
function withoutMisfits(
  models: Original["models"],
  worker: string,
  dispatcher: string | undefined,
  fast: string | undefined,
  notes: string[],
): Original["models"] {
  const kept: Original["models"] = {};
  for (const role of roles) {
    const choice = models[role];
    const small = role === "worker" || role === "dispatcher" ? undefined : fast;
    const route = choice?.model ?? small ?? (role === "worker" ? undefined : dispatcher) ?? worker;
    const isOurs = parseRoute(route).handler === "nex";
    if (choice?.endpoint !== undefined && !isOurs)
      notes.push(`${role} runs ${route} on its own login, not at ${choice.endpoint}`);
    const { endpoint: _, ...rest } = choice ?? {};
    if (choice && isOurs) kept[role] = choice;
    else if (rest.model !== undefined) kept[role] = rest;
  }
  return kept;
}

/** Settings that live on elsewhere, with where. Answers the number of agents, which is no profile's to set. */
function leaveTheRest(source: SourceTable): number | undefined {
  const [count] = ["dispatcher", "coordinator"]
    .map((section) => source.peek(section, "max_agents"))
    .filter((value) => typeof value === "number" && Number.isInteger(value));
  for (const section of ["dispatcher", "coordinator"]) {
    source.leave("no profile decides that: wg config set service.max_agents <number>", section, "max_agents");
    source.leave("no profile decides that: wg config set agent.timeout <duration>", section, "agent_timeout");
    source.leave("the route says who runs it", section, "executor");
    source.leave("the route says who runs it", section, "provider");
  }
  for (const old of source
    .names("models")
    .filter((each) => source.peek("models", each, "model") !== undefined)) {
    const isHeld = ["default", "task_agent", ...heirs.flatMap(([, olds]) => olds)].includes(old);
    if (!isHeld) source.leave("wg has no such role", "models", old);
  }
  source.leave(
    "endpoints of files below are never mixed in; extends says so where it is wanted",
    "llm_endpoints",
    "inherit_global",
  );
  source.leave("its tiers were built in; they stand in the file now where it set them", "profile");
  return typeof count === "number" ? count : undefined;
}

function withoutRepeats(keys: readonly KeyNeed[]): KeyNeed[] {
  return keys.filter(({ variable }, index) => keys.findIndex((each) => each.variable === variable) === index);
}
