// An export of cc-switch, as SQL or as its older JSON: each provider for Claude Code or Codex becomes a profile.

import { providerOf } from "../base/endpoint.ts";
import { messageOf, WgError } from "../base/error.ts";
import { parseRoute, routeText } from "../base/route.ts";
import type { NotTaken } from "../config/source-table.ts";
import { isTable, parseToml } from "../config/toml.ts";
import { fromClaude } from "./from-claude.ts";
import { fromCodex } from "./from-codex.ts";
import type { Candidate, Imported } from "./imported.ts";
import { withoutKeys } from "./secret-text.ts";
import { rowsOf } from "./sql-rows.ts";

/** A provider as cc-switch keeps it: for one program, with that program's own settings inside. */
interface CcProvider {
  app: string;
  id: string;
  name: string;
  settings: Record<string, unknown>;
  meta: Record<string, unknown>;
}

/** True for a text that cc-switch exported as SQL. */
export function isCcSwitchSql(text: string): boolean {
  return /^-- CC Switch SQLite/i.test(text) || /INSERT INTO "?providers"? *\(/i.test(text);
}

/** True for a JSON table of cc-switch: programs with their providers, a list of them, or one alone. */
export function isCcSwitchJson(table: Record<string, unknown>): boolean {
  return ccProviders(table).length > 0;
}

/** The profiles in an SQL export. Refuses with `bad-import` when it holds no provider. */
export function fromCcSwitchSql(text: string): Imported {
  const providers = rowsOf(text, "providers").map((row) => ({
    app: row["app_type"] ?? "",
    id: row["id"] ?? "",
    name: row["name"] ?? "",
    settings: objectOf(row["settings_config"]),
    meta: objectOf(row["meta"]),
  }));
  return importedFrom(providers);
}

/** The profiles in a JSON export. Refuses with `bad-import` when it holds no provider. */
export function fromCcSwitchJson(table: Record<string, unknown>): Imported {
  const others = Object.keys(table).filter(
    (key) => key !== "version" && key !== "providers" && !isTable(memberOf(table[key], "providers")),
  );
  const isOne = isTable(table["settingsConfig"]);
  const notTaken = isOne ? [] : others.map((key) => ({ key, why: "no provider" }));
  const imported = importedFrom(ccProviders(table));
  return { ...imported, notTaken: [...imported.notTaken, ...notTaken] };
}

function ccProviders(table: Record<string, unknown>): CcProvider[] {
  if (isTable(table["settingsConfig"])) return [ccProvider(appOf(table), "", table)];
  const direct = entriesOf(table["providers"]).map(([id, each]) => ccProvider(appOf(each), id, each));
  const byApp = Object.entries(table).flatMap(([app, manager]) =>
    entriesOf(memberOf(manager, "providers")).map(([id, each]) => ccProvider(app, id, each)),
  );
  return [...direct, ...byApp];
}

/** The members of a table or a list that look like providers. */
function entriesOf(value: unknown): [string, Record<string, unknown>][] {
  const all: [string, unknown][] = Array.isArray(value)
    ? value.map((each, index) => [String(index), each])
    : Object.entries(isTable(value) ? value : {});
  return all.filter((entry): entry is [string, Record<string, unknown>] =>
    isTable(memberOf(entry[1], "settingsConfig")),
  );
}

function ccProvider(app: string, id: string, each: Record<string, unknown>): CcProvider {
  const { name, settingsConfig, meta } = each;
  return {
    app,
    id: typeof each["id"] === "string" ? each["id"] : id,
    name: typeof name === "string" ? name : "",
    settings: isTable(settingsConfig) ? settingsConfig : {},
    meta: isTable(meta) ? meta : {},
  };
}

/** The program a provider that stands alone is for: it says so, or its settings do. */
function appOf(each: Record<string, unknown>): string {
  const named = each["appType"] ?? each["app_type"] ?? each["app"];
  if (typeof named === "string") return named;
  return typeof memberOf(each["settingsConfig"], "config") === "string" ? "codex" : "claude";
}

function importedFrom(providers: readonly CcProvider[]): Imported {
  if (providers.length === 0) {
    throw new WgError("bad-import", "the export of cc-switch holds no provider", {
      hint: "export from its settings, or give its config.json of before version 3.8",
    });
  }
  const candidates: Candidate[] = [];
  const notTaken: NotTaken[] = [];
  for (const provider of providers) {
    const read = candidateOf(provider);
    if ("why" in read) notTaken.push(read);
    else candidates.push({ ...read, name: freeName(read.name, provider.app, candidates) });
  }
  return { kind: "cc-switch", candidates, notTaken };
}

function candidateOf(provider: CcProvider): Candidate | NotTaken {
  const key = `${provider.app} provider ${JSON.stringify(provider.name || provider.id)}`;
  const [name = "provider"] = [provider.name, provider.id]
    .map((word) => slugOf(withoutKeys(word)))
    .filter((word) => word !== "");
  try {
    const read = readProvider(provider, name);
    if (read === undefined) return { key, why: "it holds nothing but the program's own login" };
    if (typeof read === "string") return { key, why: read };
    return inDialect(read, provider.meta["apiFormat"]);
  } catch (error) {
    if (!(error instanceof WgError)) throw error;
    return { key, why: messageOf(error) };
  }
}

/** A candidate, undefined for a bare login, or why there is none. */
function readProvider({ app, settings }: CcProvider, name: string): Candidate | string | undefined {
  switch (app) {
    case "claude":
      return fromClaude(name, settings);
    case "codex": {
      const text = settings["config"];
      const { table } = parseToml(`config of ${name}`, typeof text === "string" ? text : "");
      const key = memberOf(settings["auth"], "OPENAI_API_KEY");
      const keyAt = typeof key === "string" && key !== "" ? "auth.OPENAI_API_KEY" : undefined;
      const candidate = fromCodex(name, table, { sibling: () => undefined }, keyAt);
      return candidate.draft?.endpoints === undefined ? undefined : candidate;
    }
    default:
      return `wg has no handler for ${app || "it"}`;
  }
}

/** cc-switch can translate between the program and its server; wg does not, so the handler follows the server. */
function inDialect(candidate: Candidate, format: unknown): Candidate | NotTaken {
  const handler = format === "openai_chat" ? "nex" : format === "openai_responses" ? "codex" : undefined;
  const { draft } = candidate;
  if (format === "gemini_native") return { key: candidate.name, why: "wg has no handler for Gemini's API" };
  if (handler === undefined || draft === undefined) return candidate;
  const turned = (route: string) =>
    routeText({ handler, model: parseRoute(route).model.replace(/\[1m\]$/, "") });
  const { dispatcher, tiers = {}, endpoints = [], handlerEnv: _, ...rest } = draft;
  return {
    ...candidate,
    draft: {
      ...rest,
      model: turned(draft.model),
      ...(dispatcher !== undefined && { dispatcher: turned(dispatcher) }),
      tiers: Object.fromEntries(Object.entries(tiers).map(([tier, route]) => [tier, turned(route)])),
      endpoints: endpoints.map((endpoint) => ({ ...endpoint, provider: providerOf[handler] })),
    },
    notes: [...candidate.notes, "cc-switch translated for its server; wg asks it in its own language"],
  };
}

/** As a profile may be called; empty where nothing is left of it. */
export function slugOf(name: string): string {
  return name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{Mark}/gu, "")
    .replace(/[^a-z0-9._]+/g, "-")
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, "")
    .slice(0, 56);
}

function freeName(name: string, app: string, before: readonly Candidate[]): string {
  const taken = (word: string) => before.some((each) => each.name === word);
  if (!taken(name)) return name;
  const base = app === "codex" ? `${name}-codex` : name;
  let free = base;
  for (let count = 2; taken(free); count++) free = `${base}-${count}`;
  return free;
}

function objectOf(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return isTable(value) ? value : {};
  } catch {
    return {};
  }
}

function memberOf(value: unknown, name: string): unknown {
  return isTable(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
