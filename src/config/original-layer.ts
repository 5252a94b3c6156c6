// A file of the original wg as a layer: its settings under our keys, each with the line it stands on, and one note.
import * as path from "node:path";
import { WgError } from "../base/error.ts";
import { type Original, readOriginal } from "./original.ts";
import { isOriginal } from "./original-kind.ts";
import { findDefinition } from "./schema.ts";
import type { KeyPath, TomlFile } from "./toml.ts";
import type { Spot } from "./value.ts";

/** The values by key, as a layer has them, and what a person should know of the file. */
export interface OriginalLayer {
  values: Map<string, { value: unknown; line?: number }>;
  notes: string[];
}

/** Old places of our keys, the one that counts first. */
const oldPlaces: Readonly<Record<string, readonly KeyPath[]>> = {
  "agent.model": [
    ["models", "task_agent", "model"],
    ["models", "default", "model"],
    ["agent", "model"],
    ["tiers", "standard"],
  ],
  "dispatcher.model": [
    ["dispatcher", "model"],
    ["coordinator", "model"],
  ],
  "models.flip.model": [
    ["models", "flip_inference", "model"],
    ["models", "flip_comparison", "model"],
  ],
  "service.max_agents": [
    ["dispatcher", "max_agents"],
    ["coordinator", "max_agents"],
  ],
};

/** Reads such a file as one of its layer. It is never written: see `refuseOriginal`. */
export function originalLayer(kind: "global" | "project" | "profile", file: TomlFile): OriginalLayer {
  const name = kind === "profile" ? path.basename(file.path, ".toml") : "base";
  const original = readOriginal(name, file.table, file.path);
  const values: OriginalLayer["values"] = new Map();
  for (const [key, value] of pairsOf(original, kind)) {
    const parts = key.split(".");
    const spot: Spot = { key, place: () => placeOf(file, key) };
    const { line } = placeOf(file, key);
    const read = findDefinition(parts)?.type.read(value, spot);
    if (read !== undefined) values.set(key, { value: read, ...(line !== undefined && { line }) });
  }
  return { values, notes: [noteOf(file.path, original, kind)] };
}

/** Refuses (`original-file`) to change a file of the original wg: half of it would be ours then. */
export function refuseOriginal(
  { path: file, table }: TomlFile,
  kind: "global" | "project" | "profile",
): void {
  if (!isOriginal(table)) return;
  const hint =
    kind === "profile"
      ? `wg profile import ${file} converts it, and keeps the old text beside it`
      : `wg profile import ${file} --name <name> makes a profile of it; the file stays for the original`;
  throw new WgError("original-file", "this is a file of the original wg: it is read, and not changed", {
    at: { path: file },
    hint,
  });
}

function pairsOf(original: Original, kind: "global" | "project" | "profile"): [string, unknown][] {
  const { description, model, dispatcher, tiers, models, endpoints, maxAgents } = original;
  const pairs: [string, unknown][] = [
    ["agent.model", model],
    ["dispatcher.model", dispatcher],
    ...Object.entries(tiers).map(([tier, route]): [string, unknown] => [`tiers.${tier}`, route]),
    ...Object.entries(models).flatMap(([role, choice]): [string, unknown][] => [
      [`models.${role}.model`, choice?.model],
      [`models.${role}.endpoint`, choice?.endpoint],
    ]),
    ["llm_endpoints.endpoints", endpoints.length === 0 ? undefined : endpoints],
  ];
  if (kind === "profile") pairs.unshift(["description", description]);
  else if (maxAgents !== undefined && maxAgents >= 1 && maxAgents <= 1000)
    pairs.push(["service.max_agents", maxAgents]);
  return pairs.filter(([, value]) => value !== undefined);
}

function placeOf(file: TomlFile, key: string) {
  const places = oldPlaces[key] ?? [key.split(".")];
  return file.placeOf(places.find((place) => isThere(file.table, place)) ?? key.split("."));
}

function isThere(table: unknown, place: KeyPath): boolean {
  return (
    place.reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], table) !==
    undefined
  );
}

/** One sentence, however much there is to say. */
function noteOf(file: string, { keys, notTaken }: Original, kind: "global" | "project" | "profile"): string {
  const held = keys.filter(({ at }) => at.endsWith(".api_key")).map(({ variable }) => variable);
  const left = notTaken
    .map(({ key }) => key)
    .filter((key) => kind === "profile" || !key.endsWith(".max_agents"));
  const shown =
    left.length > 6 ? `${left.slice(0, 5).join(", ")} and ${left.length - 5} more` : left.join(", ");
  const clauses = [`${file} is a file of the original wg and is read as one`];
  if (left.length > 0) clauses.push(`what wg has no use for stays unread (${shown})`);
  if (held.length > 0) clauses.push(`keys in it are not used: export ${held.join(", ")}`);
  return clauses.join("; ");
}
