// A profile of ours, from another machine or person: its text is kept as it is, after a look at what it would do here.

import { endpointsType } from "../config/endpoints.ts";
import { fileLayer } from "../config/layers.ts";
import type { KeyNeed } from "../config/source-table.ts";
import { risksOf } from "../config/trust.ts";
import type { Candidate } from "./imported.ts";

/** The profile, its text untouched. Refuses what the settings refuse, with file and line. */
export function fromWg(name: string, path: string, text: string): Candidate {
  const { values } = fileLayer("profile", path, text);
  const keys: KeyNeed[] = [];
  const notes: string[] = [];
  const references: [string, string][] = [];
  for (const [key, { value }] of values) {
    if (typeof value === "string" && value.startsWith("acp:"))
      notes.push(...risksOf(key, value).map((risk) => `${key} ${risk}`));
    if (typeof value === "object" && value !== null && "ref" in value)
      references.push([key, String(value.ref)]);
  }
  const list = values.get("llm_endpoints.endpoints")?.value;
  const spot = { key: "llm_endpoints.endpoints", place: () => undefined };
  for (const endpoint of list === undefined ? [] : endpointsType.read(list, spot)) {
    if (endpoint.api_key_ref !== undefined)
      references.push([`the endpoint ${endpoint.name}`, endpoint.api_key_ref]);
    notes.push(`work goes to ${endpoint.url}`);
  }
  for (const [key, reference] of references) {
    const [kind = "", ...rest] = reference.split(":");
    if (kind === "env") keys.push({ variable: rest.join(":"), at: key });
    else if (kind === "cmd")
      notes.push(`the key of ${key} comes from a command that would run here: ${rest.join(":")}`);
    else notes.push(`the key of ${key} is read from ${reference}`);
  }
  const parent = values.get("extends")?.value;
  if (typeof parent === "string") notes.push(`it extends ${parent}, which must be here too`);
  const fallback = values.get("fallback")?.value;
  if (Array.isArray(fallback) && fallback.length > 0) notes.push(`it falls back to ${fallback.join(", ")}`);
  return { name, text, keys, notes, notTaken: [] };
}
