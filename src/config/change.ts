// One change a person asks for, "set this key to that", made on a file's text and checked before it is given back.
import { isServed, providerOf } from "../base/endpoint.ts";
import { type Place, WgError } from "../base/error.ts";
import { type HandlerName, parseRoute } from "../base/route.ts";
import { type Address, addressOf, endpointWord, type Surroundings } from "./address.ts";
import { appendTable, setValue, unsetValue } from "./edit.ts";
import { endpointsKey, urlType } from "./endpoints.ts";
import { fileLayer } from "./layers.ts";
import { refuseOriginal } from "./original-layer.ts";
import { isTable, parseToml, type TomlTable } from "./toml.ts";
import { typedValue } from "./typed.ts";
import type { Spot } from "./value.ts";

/** A file to change: which layer it is decides what may stand in it. `text` is "" for one that does not exist yet. */
export interface ChangedFile {
  kind: "global" | "project" | "profile";
  path: string;
  text: string;
}

/** The new text; `key` in full; `value` as it now stands. */
export interface Change {
  text: string;
  key: string;
  value?: unknown;
}

/**
 * Sets a key from typed words. `endpoint` sets the url of the endpoint in use and, where the file has none, adds one
 * for `handler` (by default that of the file's own `agent.model`). The result is checked as a file of its layer;
 * whether all layers agree is for the caller to resolve.
 */
export function setKey(file: ChangedFile, words: string, typed: string, handler?: HandlerName): Change {
  const table = changeableTable(file);
  const around = surroundingsOf(table);
  const isFirst = !Array.isArray(around.endpoints) || around.endpoints.length === 0;
  const worker = handler ?? handlerOf(around.model);
  if (words === endpointWord && isFirst && worker !== undefined) return setServer(file, worker, typed);
  const { key, path, type } = addressOf(words, around);
  if (type === undefined) throw wholeEndpoint(key);
  // Refusals of what was typed point at no file: it is not in one yet.
  const spot: Spot = { key, place: () => undefined };
  const value = type.read(typedValue(type, typed, spot), spot);
  return checked(file, { text: editIn(file, () => setValue(file.text, path, value)), key, value });
}

/**
 * Gives a handler a server: sets the url of the default endpoint that fits it, else of the first that fits, else adds
 * a default one. Refuses as `setKey` does.
 */
export function setServer(file: ChangedFile, handler: HandlerName, url: string): Change {
  if (!isServed(handler)) throw new WgError("no-endpoint", noServer[handler]);
  const provider = providerOf[handler];
  const { endpoints } = surroundingsOf(changeableTable(file));
  const tables = Array.isArray(endpoints) ? endpoints.filter(isTable) : [];
  const fitting = tables.filter((table) => table["provider"] === provider);
  const own = fitting.find((table) => table["is_default"] === true) ?? fitting[0];
  if (own !== undefined) return setKey(file, `${endpointsKey}.${String(own["name"])}.url`, url);
  const name = tables.some((table) => table["name"] === "default") ? provider : "default";
  const key = `${endpointsKey}.${name}.url`;
  const value = urlType.read(url, { key, place: () => undefined });
  const table = { name, provider, url: value, is_default: true };
  const text = editIn(file, () => appendTable(file.text, endpointsKey.split("."), table));
  return checked(file, { text, key, value });
}

const noServer = {
  shell: "a command asks no server",
  acp: "an acp: agent asks the server of its own login, and cannot be told another",
};

/** Removes a key; refuses with `not-set` (exit 4) when the file does not hold it. */
export function unsetKey(file: ChangedFile, words: string): Change {
  const table = changeableTable(file);
  const { key, path } = addressOf(words, surroundingsOf(table));
  return checked(file, { text: editIn(file, () => unsetValue(file.text, path)), key });
}

function changeableTable({ path, text, kind }: ChangedFile): TomlTable {
  const file = parseToml(path, text);
  refuseOriginal(file, kind);
  return file.table;
}

/** What a key has in a file's own table, without any other layer; undefined when it does not stand there. */
export function valueIn(table: TomlTable, { path }: Address): unknown {
  return path.reduce<unknown>((at, part) => {
    if (typeof part === "number") return Array.isArray(at) ? at[part] : undefined;
    return isTable(at) && Object.hasOwn(at, part) ? at[part] : undefined;
  }, table);
}

/** What addresses in a file's own table depend on. */
export function surroundingsOf(table: TomlTable): Surroundings {
  const at = (...path: string[]) => valueIn(table, { key: "", path, scope: "bundle" });
  return { endpoints: at(...endpointsKey.split(".")), model: at("agent", "model") };
}

function handlerOf(model: unknown): HandlerName | undefined {
  return typeof model === "string" ? parseRoute(model).handler : undefined;
}

/** The change, once the whole file is found to be one that can be read again. */
function checked(file: ChangedFile, change: Change): Change {
  fileLayer(file.kind, file.path, change.text);
  return change;
}

function editIn(file: ChangedFile, edit: () => string): string {
  try {
    return edit();
  } catch (error) {
    if (!(error instanceof WgError)) throw error;
    const at: Place = { path: file.path };
    throw new WgError(error.code, error.message, {
      at,
      exit: error.exit,
      cause: error,
      ...(error.hint !== undefined && { hint: error.hint }),
    });
  }
}

function wholeEndpoint(key: string): WgError {
  return new WgError("bad-key", `${key} is a whole endpoint`, { hint: `set one of its keys: ${key}.url` });
}
