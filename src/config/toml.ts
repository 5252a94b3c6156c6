// A TOML text as a table, and where in the text each key stands.
import { parse, TomlError } from "smol-toml";
import { messageOf, type Place, WgError } from "../base/error.ts";
import { entriesOf } from "./scan.ts";

/** A table as TOML gives it: no value in it is undefined or null. */
export type TomlTable = Record<string, unknown>;

/** The parts of a key from the root; a number is a position in a list. */
export type KeyPath = readonly (string | number)[];

/** A parsed file. `placeOf` gives the line of the deepest part of a path that the text holds. */
export interface TomlFile {
  path: string;
  text: string;
  table: TomlTable;
  placeOf(path: KeyPath): Place;
}

/** No key of ours has more parts; a longer path is placed by its beginning. */
const deepest = 8;

/** Parses a file's text. Refuses with `bad-toml` and the line; the text itself is never repeated, it may hold a key. */
export function parseToml(path: string, text: string): TomlFile {
  let table: TomlTable;
  try {
    table = parse(text, { maxDepth: 32 });
  } catch (error) {
    const what = (messageOf(error).split("\n")[0] ?? "").replace(/^Invalid TOML document: /, "");
    const line = error instanceof TomlError ? error.line : undefined;
    throw new WgError("bad-toml", `not valid TOML: ${what}`, {
      at: { path, ...(line !== undefined && { line }) },
      cause: error,
    });
  }
  let lines: Map<string, number> | undefined;
  const placeOf = (key: KeyPath): Place => {
    lines ??= linesOf(text);
    for (let length = Math.min(key.length, deepest); length > 0; length--) {
      const line = lines.get(nameOf(key, length));
      if (line !== undefined) return { path, line };
    }
    return { path };
  };
  return { path, text, table, placeOf };
}

/** True for a table of TOML, and for nothing else that is an object (dates, lists). */
export function isTable(value: unknown): value is TomlTable {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** The first line on which each path, also that of a table, is named. */
function linesOf(text: string): Map<string, number> {
  const lines = new Map<string, number>();
  let line = 1;
  let at = 0;
  for (const { path, start } of entriesOf(text)) {
    for (; at < start; at++) if (text[at] === "\n") line += 1;
    // Longest first: where that has a line already, all that it begins with has one.
    for (let length = Math.min(path.length, deepest); length > 0; length--) {
      const name = nameOf(path, length);
      if (lines.has(name)) break;
      lines.set(name, line);
    }
  }
  return lines;
}

/** The first parts of a path as one text. A name and a position that read alike never stand in the same place. */
function nameOf(path: KeyPath, length: number): string {
  return path.slice(0, length).join("\0");
}
