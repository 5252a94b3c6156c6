// A profile as one file for somewhere else: references stay references, and no key leaves.
import { WgError } from "../base/error.ts";
import { appendTable, setValue } from "../config/edit.ts";
import { endpointsKey, endpointsType } from "../config/endpoints.ts";
import { fileLayer } from "../config/layers.ts";
import { isOriginal } from "../config/original-kind.ts";
import { findDefinition } from "../config/schema.ts";
import type { Settings } from "../config/settings.ts";
import { parseToml } from "../config/toml.ts";
import { readProfile } from "../profile/files.ts";
import { loadNamed } from "../profile/load.ts";
import type { Where } from "../profile/where.ts";
import { keyLine } from "./secret-text.ts";

/** `references` are where its keys come from; `notes` say what another machine must have besides. */
export interface Exported {
  name: string;
  text: string;
  extends?: string;
  references: string[];
  notes: string[];
}

/** The file as it is, comments and all. What it extends is named, not included. Refuses a text that holds a key. */
export function exportProfile(where: Where, name: string): Exported {
  const { path, text } = readProfile(where.home, name);
  // A file of the original wg may hold keys: what leaves is what it amounts to.
  return isOriginal(parseToml(path, text).table) ? exportFlat(where, name) : exported(name, path, text);
}

/** Everything the profile comes to with what it extends, in one file that stands alone. Comments stay behind. */
export function exportFlat(where: Where, name: string): Exported {
  const text = flatText(loadNamed(where, name), `# ${name}, with everything it extended.\n`);
  return exported(name, `${name}.toml`, text);
}

/** The text of a profile that comes to what the base does now: what the config files say about models and servers. */
export function baseText(where: Where): string {
  return flatText(loadNamed(where, undefined), "# Made of the settings of the config files.\n");
}

function flatText({ values }: Settings, head: string): string {
  const kept = [...values.values()].filter(
    ({ key }) => key === "description" || findDefinition(key.split("."))?.scope === "bundle",
  );
  return kept.reduce((before, { key, value }) => {
    if (key !== endpointsKey) return setValue(before, key.split("."), value);
    const path = endpointsKey.split(".");
    return endpointsType
      .read(value, { key, place: () => undefined })
      .reduce((list, endpoint) => appendTable(list, path, { ...endpoint }), before);
  }, head);
}

function exported(name: string, path: string, text: string): Exported {
  const line = keyLine(text);
  if (line !== undefined) {
    throw new WgError("secret-value", "a line holds what looks like a key, perhaps in a comment", {
      at: { path, line },
      hint: "take it out, and give the key by a reference such as env:NAME",
    });
  }
  const { values } = fileLayer("profile", path, text);
  const parent = values.get("extends")?.value;
  const references = [...new Set([...values.values()].flatMap(({ value }) => referencesIn(value)))];
  const notes = references
    .filter((each) => !each.startsWith("env:"))
    .map((each) => `${each} must mean something there too`);
  if (typeof parent === "string") {
    notes.unshift(`it extends ${parent}, which is not in this file; --flatten puts it in`);
  }
  return { name, text, ...(typeof parent === "string" && { extends: parent }), references, notes };
}

/** `{ ref = "..." }` of pins, `api_key_ref` of endpoints. */
function referencesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    (key === "ref" || key === "api_key_ref") && typeof member === "string" ? [member] : [],
  );
}
