// The words a person types for a key, and the place in a file they mean: endpoints go by name, not by position.
import { isServed, providerOf } from "../base/endpoint.ts";
import { WgError } from "../base/error.ts";
import { nearest } from "../base/nearest.ts";
import { parseRoute } from "../base/route.ts";
import { type EndpointField, endpointFields, endpointsKey } from "./endpoints.ts";
import { unknownKey } from "./layers.ts";
import { findDefinition, namesIn, type Scope } from "./schema.ts";
import { isTable, type KeyPath } from "./toml.ts";
import type { ValueType } from "./value.ts";

/** What a key means. `key` is the full word for it; `type` is absent for a whole endpoint, which has no literal. */
export interface Address {
  key: string;
  path: KeyPath;
  scope: Scope;
  type?: ValueType;
}

/** What an address depends on: the list of endpoints as it stands, and the worker's route text where there is one. */
export interface Surroundings {
  endpoints: unknown;
  model?: unknown;
}

/** The short word for the url of the endpoint in use. */
export const endpointWord = "endpoint";

/**
 * The address of `agent.model`, `llm_endpoints.endpoints.<name>.url`, `llm_endpoints.endpoints.<name>` or `endpoint`
 * (the url of the default endpoint, else of the only one). Refuses with `unknown-key`, `unknown-endpoint`, and
 * `no-endpoint` when `endpoint` means none or could mean several.
 */
export function addressOf(words: string, { endpoints, model }: Surroundings): Address {
  const names = namesOf(endpoints);
  if (words === endpointWord) return fieldAddress(names, endpointInUse(endpoints, model), "url");
  if (words.startsWith(`${endpointsKey}.`))
    return endpointAddress(words.slice(endpointsKey.length + 1), names);
  // A model is written in quotes, as it stands in a file, or without.
  const key = words.replace(/^prices\."(.*)"$/, "prices.$1");
  const parts = namesIn(key.split("."));
  const definition = findDefinition(parts);
  if (definition === undefined) throw withoutPlace(unknownKey(parts, { path: "" }));
  return { key, path: parts, scope: definition.scope, type: definition.type };
}

function endpointAddress(rest: string, names: readonly string[]): Address {
  const [, named = rest, last] = /^(.+)\.([^.]+)$/.exec(rest) ?? [];
  const field = endpointFields.find((each) => each.field === last);
  if (names.includes(rest)) {
    const key = `${endpointsKey}.${rest}`;
    return { key, path: [...endpointsKey.split("."), names.indexOf(rest)], scope: "bundle" };
  }
  if (!names.includes(named)) {
    const guess = nearest(named, names);
    throw new WgError("unknown-endpoint", `no endpoint is called ${JSON.stringify(named)}`, {
      hint: guess ? `did you mean ${guess}?` : `known: ${names.join(", ") || "none"}`,
    });
  }
  if (field) return fieldAddress(names, names.indexOf(named), field.field);
  const known = endpointFields.map((each) => each.field);
  const guess = nearest(last ?? "", known);
  throw new WgError("unknown-key", `an endpoint has no ${JSON.stringify(last)}`, {
    hint: guess ? `did you mean ${guess}?` : `its keys: ${known.join(", ")}`,
  });
}

function fieldAddress(names: readonly string[], index: number, name: EndpointField["field"]): Address {
  const type = endpointFields.find(({ field }) => field === name)?.type;
  const path = [...endpointsKey.split("."), index, name];
  return { key: `${endpointsKey}.${names[index]}.${name}`, path, scope: "bundle", ...(type && { type }) };
}

function endpointInUse(endpoints: unknown, model: unknown): number {
  const list: unknown[] = Array.isArray(endpoints) ? endpoints : [];
  const defaults = [...list.keys()].filter((index) => memberOf(list[index], "is_default") === true);
  const wanted = providerWanted(model);
  const fitting = defaults.filter((index) => memberOf(list[index], "provider") === wanted);
  const candidates = [defaults, fitting, defaults.length === 0 ? [...list.keys()] : []];
  const [index] = candidates.find((each) => each.length === 1) ?? [];
  if (index !== undefined) return index;
  const names = namesOf(endpoints);
  if (names.length === 0) {
    throw new WgError("no-endpoint", "there is no endpoint to change", {
      hint: `set ${endpointsKey}, or add [[${endpointsKey}]] to the file`,
    });
  }
  throw new WgError("no-endpoint", `"endpoint" could mean ${names.join(", ")}`, {
    hint: `name one: ${endpointsKey}.${names[0]}.url`,
  });
}

/** The provider kind the worker's route needs, where that can be told. */
function providerWanted(model: unknown): string | undefined {
  if (typeof model !== "string") return undefined;
  const { handler } = parseRoute(model);
  return isServed(handler) ? providerOf[handler] : undefined;
}

function namesOf(endpoints: unknown): string[] {
  return Array.isArray(endpoints) ? endpoints.map((item) => String(memberOf(item, "name"))) : [];
}

function memberOf(item: unknown, name: string): unknown {
  return isTable(item) ? item[name] : undefined;
}

function withoutPlace({ code, message, hint }: WgError): WgError {
  return new WgError(code, message, hint === undefined ? {} : { hint });
}
