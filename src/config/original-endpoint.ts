// Endpoints of the original wg, which could hold keys themselves; ours hold references.
import * as path from "node:path";
import { providerOf } from "../base/endpoint.ts";
import type { EndpointTable } from "./endpoints.ts";
import { objectionToUrl } from "./objection.ts";
import { type KeyNeed, type NotTaken, SourceTable } from "./source-table.ts";
import { isTable } from "./toml.ts";

/** An endpoint, with the name and the provider it had, by which roles and models found it. */
export interface OriginalEndpoint {
  endpoint: EndpointTable;
  oldName: string;
  oldProvider: string;
}

/** Why endpoints of one kind are left: adopting them would send Claude Code, and its bill, elsewhere than before. */
const loginKept =
  "Claude Code ran on its own login; to send it there, add the endpoint to the profile by hand";

/** Where a provider was when the file gave no url. */
const usualUrl: Readonly<Record<string, string>> = {
  openai: "https://api.openai.com/v1",
  openrouter: "https://openrouter.ai/api/v1",
  gemini: "https://generativelanguage.googleapis.com/v1beta/openai",
  ollama: "http://127.0.0.1:11434",
  llamacpp: "http://127.0.0.1:8080",
  vllm: "http://127.0.0.1:8000",
  local: "http://127.0.0.1:11434",
};

/** The variable a provider's key was read from when the file named none. */
const usualVariable: Readonly<Record<string, string>> = {
  openrouter: "OPENROUTER_API_KEY",
  openai: "OPENAI_API_KEY",
};

/** What reading endpoints collects on the way; `name` is the profile's, `folder` that of its file. */
export interface OriginalReading {
  name: string;
  folder: string;
  keys: KeyNeed[];
  notes: string[];
  notTaken: NotTaken[];
}

/** The endpoints of `[[llm_endpoints.endpoints]]`, without those that have no place here. */
export function originalEndpoints(list: unknown, reading: OriginalReading): OriginalEndpoint[] {
  const found: OriginalEndpoint[] = [];
  for (const [index, item] of (Array.isArray(list) ? list : []).entries()) {
    const at = `llm_endpoints.endpoints[${index}]`;
    const taken = isTable(item) ? originalEndpoint(item, at, reading, found) : undefined;
    if (taken) found.push(taken);
    else if (!isTable(item)) reading.notTaken.push({ key: at, why: "it is no table" });
  }
  return found;
}

/** An endpoint the file did not have but its models need: where that provider usually is. */
export function usualEndpoint(provider: string, reading: OriginalReading): OriginalEndpoint | undefined {
  const url = usualUrl[provider];
  if (url === undefined) return undefined;
  const variable = usualVariable[provider];
  if (variable !== undefined) reading.keys.push({ variable, at: `the usual variable of ${provider}` });
  const endpoint: EndpointTable = {
    name: provider,
    provider: providerOf.nex,
    url,
    ...(variable !== undefined && { api_key_ref: `env:${variable}` }),
  };
  return { endpoint, oldName: provider, oldProvider: provider };
}

function originalEndpoint(
  item: Record<string, unknown>,
  at: string,
  reading: OriginalReading,
  before: readonly OriginalEndpoint[],
): OriginalEndpoint | undefined {
  const source = new SourceTable(item);
  const named = source.text("name") ?? `server-${before.length + 1}`;
  const name = uniqueName(named, before);
  if (name !== named) reading.notes.push(`the endpoint ${JSON.stringify(named)} is called ${name} now`);
  const oldProvider = source.text("provider") ?? "anthropic";
  if (oldProvider === "anthropic") {
    reading.notTaken.push({ key: at, why: loginKept });
    return undefined;
  }
  const url = (source.text("url") ?? usualUrl[oldProvider])?.replace(/\/+$/, "");
  const problem = url === undefined ? "it has no url" : objectionToUrl(url);
  if (url === undefined || problem !== undefined) {
    reading.notTaken.push({ key: at, why: problem ?? "it has no url" });
    return undefined;
  }
  const reference = referenceOf(source, at, url, oldProvider, name, reading);
  const isDefault = source.take("is_default") === true && !before.some((each) => each.endpoint.is_default);
  for (const { key, why } of source.notTaken("no setting of an endpoint")) {
    reading.notTaken.push({ key: `${at}.${key}`, why });
  }
  const endpoint: EndpointTable = {
    name,
    provider: providerOf.nex,
    url,
    ...(reference !== undefined && { api_key_ref: reference }),
    ...(isDefault && { is_default: true }),
  };
  return { endpoint, oldName: named, oldProvider };
}

/** The reference for a key, in the order in which the original looked for it. */
function referenceOf(
  source: SourceTable,
  at: string,
  url: string,
  oldProvider: string,
  name: string,
  reading: OriginalReading,
): string | undefined {
  const variable = source.text("api_key_env");
  const file = source.text("api_key_file");
  const reference = source.text("api_key_ref");
  const literal = source.text("api_key");
  if (literal !== undefined) {
    const named = usualVariable[oldProvider] ?? keyVariableOf(name === "default" ? reading.name : name);
    reading.keys.push({ variable: named, at: `${at}.api_key` });
    return `env:${named}`;
  }
  if (file !== undefined) return `file:${file.startsWith("~/") ? file : path.resolve(reading.folder, file)}`;
  const kept = reference === undefined ? undefined : keptReference(reference);
  if (reference !== undefined && kept === undefined) {
    reading.notTaken.push({ key: `${at}.api_key_ref`, why: "a kind of reference wg does not have" });
  }
  if (kept !== undefined) return kept;
  const isName = variable !== undefined && /^[A-Za-z_][A-Za-z0-9_]*$/.test(variable);
  const usual = /^https?:\/\/(127\.0\.0\.1|localhost)[:/]/.test(url) ? undefined : usualVariable[oldProvider];
  const read = isName ? variable : usual;
  if (read === undefined) return undefined;
  reading.keys.push({
    variable: read,
    at: isName ? `${at}.api_key_env` : `the usual variable of ${oldProvider}`,
  });
  return `env:${read}`;
}

/** The variable for the key of a server, after its name: `MY_BOX_API_KEY`. */
export function keyVariableOf(name: string): string {
  const word = name
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
  return `${/^[A-Z]/.test(word) ? "" : "MY_"}${word || "SERVER"}_API_KEY`;
}

/** `env:` and `keyring:` are the same here; password managers are asked by their commands. */
function keptReference(reference: string): string | undefined {
  if (/^(env:[A-Za-z_][A-Za-z0-9_]*|keyring:[\w.@/-]+)$/.test(reference)) return reference;
  if (/^op:\/\/[\w ./@-]+$/.test(reference)) return `cmd:op read '${reference}'`;
  const [, entry] = /^pass:([\w./@-]+)$/.exec(reference) ?? [];
  return entry === undefined ? undefined : `cmd:pass show '${entry}'`;
}

function uniqueName(named: string, before: readonly OriginalEndpoint[]): string {
  const base =
    named
      .replace(/[^A-Za-z0-9._-]+/g, "-")
      .replace(/^[^A-Za-z0-9]+/, "")
      .slice(0, 60) || "server";
  const taken = before.map(({ endpoint }) => endpoint.name);
  let name = base;
  for (let count = 2; taken.includes(name); count++) name = `${base}-${count}`;
  return name;
}
