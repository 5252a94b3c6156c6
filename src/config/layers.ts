// The layers settings come from, each read as a flat table of keys with their places, and nothing merged yet.
import { type Place, WgError } from "../base/error.ts";
import type { Env } from "../base/home.ts";
import { nearest } from "../base/nearest.ts";
import { isOriginal } from "./original-kind.ts";
import { originalLayer } from "./original-layer.ts";
import {
  definitions,
  findDefinition,
  isSection,
  type KeyDefinition,
  spelledKeys,
  variableKeys,
} from "./schema.ts";
import type { LayerKind } from "./settings.ts";
import { isTable, parseToml, type TomlFile } from "./toml.ts";
import { typedValue } from "./typed.ts";
import { refused, type Spot } from "./value.ts";

/** A value as one layer has it: checked and normalised, with the line in its file. */
export interface LayerValue {
  value: unknown;
  line?: number | undefined;
}

/** One file, or the environment, or the flags. `source` is the path; for variables and flags it is in `sources`. */
export interface Layer {
  kind: LayerKind;
  source: string;
  values: ReadonlyMap<string, LayerValue>;
  /** Where a single value's source is not the layer's: key -> variable or flag. */
  sources?: ReadonlyMap<string, string>;
  /** What a person should know of the file, in sentences. */
  notes?: readonly string[];
}

/** What holds when nobody says anything. */
export function defaultLayer(): Layer {
  const values = new Map<string, LayerValue>();
  for (const { key, default: value } of definitions) if (value !== undefined) values.set(key, { value });
  return { kind: "default", source: "built in", values };
}

/** One file's keys; a file of the original wg under ours. Refuses broken TOML, unknown keys, wrong values and keys of another scope, with file and line. */
export function fileLayer(kind: "global" | "project" | "profile", path: string, text: string): Layer {
  const file = parseToml(path, text);
  if (isOriginal(file.table)) return { kind, source: path, ...originalLayer(kind, file) };
  const values = new Map<string, LayerValue>();
  for (const { parts, value, definition } of leavesOf(file)) {
    const key = parts.join(".");
    refuseScope(kind, definition, key, () => file.placeOf(parts));
    const spot: Spot = { key, place: (...inner) => file.placeOf([...parts, ...inner]) };
    values.set(key, {
      value: definition.type.read(value, spot),
      // Looked for when it is asked for: few lines are ever shown, and to find them takes longer than to parse.
      get line() {
        return file.placeOf(parts).line;
      },
    });
  }
  return { kind, source: path, values };
}

/** The keys that variables set; an empty variable sets nothing. */
export function envLayer(env: Env): Layer {
  const given = [...variableKeys()].flatMap(([variable, key]) => {
    const text = env[variable];
    return text === undefined || text === "" ? [] : [{ key, text, source: variable }];
  });
  return typedLayer("env", "environment", given);
}

/** The keys that a command's options set, key -> text as typed. */
export function flagLayer(flags: Readonly<Record<string, string>>): Layer {
  const given = Object.entries(flags).map(([key, text]) => ({ key, text, source: "command line" }));
  return typedLayer("flag", "command line", given);
}

function typedLayer(
  kind: "env" | "flag",
  source: string,
  given: readonly { key: string; text: string; source: string }[],
): Layer {
  const values = new Map<string, LayerValue>();
  const sources = new Map<string, string>();
  for (const item of given) {
    const spot: Spot = { key: item.key, place: () => ({ path: item.source }) };
    const definition = findDefinition(item.key.split("."));
    if (definition === undefined) throw unknownKey(item.key.split("."), { path: item.source });
    refuseScope(kind, definition, item.key, () => ({ path: item.source }));
    values.set(item.key, { value: definition.type.read(typedValue(definition.type, item.text, spot), spot) });
    sources.set(item.key, item.source);
  }
  return { kind, source, values, sources };
}

interface Leaf {
  parts: string[];
  value: unknown;
  definition: KeyDefinition;
}

function leavesOf(file: TomlFile): Leaf[] {
  const leaves: Leaf[] = [];
  const visit = (table: Record<string, unknown>, path: readonly string[]): void => {
    for (const [name, value] of Object.entries(table)) {
      const parts = [...path, name];
      const definition = definitionAt(file, parts);
      if (definition) leaves.push({ parts, value, definition });
      else if (!isSection(parts)) throw unknownKey(parts, file.placeOf(parts));
      else if (isTable(value)) visit(value, parts);
      else throw notATable(parts, file.placeOf(parts));
    }
  };
  visit(file.table, []);
  return leaves;
}

function definitionAt(file: TomlFile, parts: readonly string[]): KeyDefinition | undefined {
  try {
    return findDefinition(parts);
  } catch (error) {
    if (!(error instanceof WgError)) throw error;
    throw refused({ key: keyText(parts), place: () => file.placeOf(parts) }, error);
  }
}

/**
 * The refusal of a key that nothing declares. Sections of other programs are refused like a slip of the pen, never read
 * past; only the original `wg` had files of the same names, and those are known by what they hold.
 */
export function unknownKey(parts: readonly string[], at: Place): WgError {
  const key = keyText(parts);
  const guess = nearestKey(parts);
  return new WgError("unknown-key", `unknown key ${key}`, {
    at,
    hint: guess ? `did you mean ${guess}?` : "docs/config.md lists every key",
  });
}

function nearestKey(parts: readonly string[]): string | undefined {
  const known = spelledKeys();
  const [only = ""] = parts;
  if (parts.length === 1) {
    const whole = known.find((key) => key.endsWith(`.${only}`));
    if (whole) return whole;
    const sections = [...new Set(known.map((key) => key.split(".")[0] ?? ""))];
    return nearest(only, sections) ?? nearest(only, known);
  }
  return nearest(
    parts.join("."),
    known.filter((key) => !key.includes("<")),
  );
}

function notATable(parts: readonly string[], at: Place): WgError {
  return new WgError("bad-value", `${keyText(parts)} must be a table`, {
    at,
    hint: `write a line [${keyText(parts)}] and its keys below it`,
  });
}

function refuseScope(kind: LayerKind, { scope }: KeyDefinition, key: string, place: () => Place): void {
  if (scope === "bundle" || scope === "both" || (scope === "profile") === (kind === "profile")) return;
  const at = place();
  if (kind === "profile") {
    throw new WgError("bad-key", `${key} is not a profile's to set`, {
      at,
      hint: `it stays the same whatever profile is active: wg config set ${key} <value>`,
    });
  }
  throw new WgError("bad-key", `${key} belongs in a profile`, { at, hint: "remove it here" });
}

/** The parts as a person would write them, cut where they are too long to read. */
function keyText(parts: readonly string[]): string {
  const text = parts.map((part) => (/^[A-Za-z0-9_-]+$/.test(part) ? part : JSON.stringify(part))).join(".");
  return text.length > 100 ? `${text.slice(0, 97)}...` : text;
}
