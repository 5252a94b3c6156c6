// Codex's config.toml, or one of its profiles: model and model provider become a profile that runs codex.
import { type Endpoint, providerOf } from "../base/endpoint.ts";
import { type HandlerName, parseRoute, routeText } from "../base/route.ts";
import { objection, objectionToUrl } from "../config/objection.ts";
import { type KeyNeed, SourceTable } from "../config/source-table.ts";
import { parseToml } from "../config/toml.ts";
import type { Draft } from "./draft.ts";
import { hostOf } from "./from-claude.ts";
import type { Candidate, Source } from "./imported.ts";
import { holdsKey, keyVariable } from "./secret-text.ts";

/** Where Codex's own providers are, and the one that is its login. */
const builtIn: Readonly<Record<string, string | undefined>> = {
  openai: undefined,
  ollama: "http://127.0.0.1:11434",
  lmstudio: "http://127.0.0.1:1234",
};

/** Where Codex's own provider is, for those who pay by key. */
const openAiUrl = "https://api.openai.com/v1";

/** What Codex runs when its file names no model; ours, so that the choice is written down. */
const usualModel = "gpt-5.5";

/** A provider as Codex describes it. `key` says where a key stood, `variable` which one Codex reads it from. */
interface Provider {
  id: string;
  url?: string;
  variable?: string;
  key?: string;
  speaksChat: boolean;
}

/**
 * The profile a file of Codex stands for. A provider that the file only names is looked for in the `config.toml`
 * beside it, as Codex does. One that speaks chat completions, which Codex no longer does, becomes a `local:` route.
 * `keyAt` says where else the key stood, for files whose key is kept apart.
 */
export function fromCodex(
  name: string,
  table: Record<string, unknown>,
  source: Pick<Source, "sibling">,
  keyAt?: string,
): Candidate {
  const file = new SourceTable(table);
  const notes: string[] = [];
  const named = providerOfFile(file, source, notes);
  const provider = keyAt !== undefined && named.id === "openai" ? { url: openAiUrl, ...named } : named;
  const handler: HandlerName = provider.speaksChat ? "nex" : "codex";
  const model = modelOf(file, notes);
  const keys = keysOf(name, provider, keyAt);
  const [key] = keys;
  const variable = provider.variable ?? key?.variable;
  if (handler === "nex") notes.push("its server speaks chat completions, so wg's own agent runs it");
  const draft: Draft = {
    head: ["Made from a configuration of Codex."],
    description: `${name}: ${handler === "codex" ? "Codex CLI" : "wg's own agent"}${provider.url ? ` at ${hostOf(provider.url)}` : ""}`,
    model: routeText({ handler, model }),
    ...(provider.url !== undefined && {
      endpoints: [
        {
          name: endpointName(provider.id),
          provider: handler === "codex" ? providerOf.codex : providerOf.nex,
          url: provider.url,
          ...(variable !== undefined && { api_key_ref: `env:${variable}` }),
          is_default: true,
        },
      ],
    }),
  };
  for (const other of file.names("profiles")) {
    file.leave(
      "Codex itself no longer reads profiles from here; it wants a file of its own each",
      "profiles",
      other,
    );
  }
  for (const other of file.names("model_providers").filter((id) => id !== provider.id)) {
    file.leave(
      `another provider than ${provider.id}; name it in model_provider and import again`,
      "model_providers",
      other,
    );
  }
  return { name, draft, keys, notes, notTaken: file.notTaken("no setting of a profile") };
}

function modelOf(file: SourceTable, notes: string[]): string {
  const model = file.text("model");
  if (model !== undefined && objection(() => parseRoute(`codex:${model}`)) === undefined) return model;
  if (model !== undefined) file.leave("no model could be called so", "model");
  notes.push(`it names no model, so ${usualModel} was taken`);
  return usualModel;
}

function providerOfFile(file: SourceTable, source: Pick<Source, "sibling">, notes: string[]): Provider {
  const id = file.text("model_provider") ?? "openai";
  if (file.peek("model_providers", id) !== undefined) return described(id, file);
  const beside = source.sibling("config.toml");
  if (beside !== undefined && !Object.hasOwn(builtIn, id)) {
    const other = new SourceTable(parseToml("config.toml", beside).table);
    if (other.peek("model_providers", id) !== undefined) {
      notes.push(`model_providers.${id} was taken from the config.toml beside it`);
      return described(id, other);
    }
  }
  const own = file.text("openai_base_url");
  if (id === "openai" && own !== undefined)
    return withUrl(file, { id, speaksChat: false }, own, "openai_base_url");
  const url = Object.hasOwn(builtIn, id) ? builtIn[id] : undefined;
  if (url === undefined && id !== "openai")
    notes.push(`its provider ${id} is described nowhere, so Codex's login is used`);
  return { id, speaksChat: false, ...(url !== undefined && { url }) };
}

function described(id: string, file: SourceTable): Provider {
  const at = ["model_providers", id] as const;
  file.take(...at, "name");
  const envKey = file.text(...at, "env_key");
  const isName = envKey !== undefined && /^[A-Za-z_][A-Za-z0-9_]*$/.test(envKey) && !holdsKey(envKey);
  const speaksChat = file.text(...at, "wire_api") === "chat";
  const inline = file.text(...at, "experimental_bearer_token");
  if (file.take(...at, "requires_openai_auth") === true) {
    file.leave(
      "give the key by env_key; wg does not lend Codex's login to other servers",
      ...at,
      "requires_openai_auth",
    );
  }
  file.leave("a command that prints the key; give it by api_key_ref", ...at, "auth");
  for (const table of ["http_headers", "env_http_headers", "query_params"]) {
    file.leave("wg sends no headers or parameters of its own", ...at, table);
  }
  const provider: Provider = {
    id,
    speaksChat,
    ...(isName && { variable: envKey }),
    ...(inline !== undefined && { key: [...at, "experimental_bearer_token"].join(".") }),
    // Some put the key itself where its variable belongs.
    ...(envKey !== undefined && !isName && { key: [...at, "env_key"].join(".") }),
  };
  const url = file.text(...at, "base_url");
  return url === undefined ? provider : withUrl(file, provider, url, ...at, "base_url");
}

function withUrl(file: SourceTable, provider: Provider, text: string, ...at: string[]): Provider {
  const url = text.replace(/\/+$/, "");
  const problem = objectionToUrl(url);
  if (problem === undefined) return { ...provider, url };
  file.leave(problem, ...at);
  return provider;
}

/** The key a person has to export: one that stood in the file, or the variable Codex read it from. */
function keysOf(name: string, { id, url, variable, key }: Provider, keyAt: string | undefined): KeyNeed[] {
  if (url === undefined) return [];
  if (variable !== undefined) return [{ variable, at: `model_providers.${id}.env_key` }];
  const at = key ?? keyAt;
  if (at === undefined) return [];
  return [{ variable: url === openAiUrl ? "OPENAI_API_KEY" : keyVariable(name, url), at }];
}

function endpointName(id: Endpoint["name"]): string {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(id) ? id : "default";
}
