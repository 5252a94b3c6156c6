// A value as the TOML text a person would write, always on one line.
import { WgError } from "../base/error.ts";
import { isTable } from "./toml.ts";

/** The literal of text, numbers, booleans, lists and tables. Refuses (`bad-value`) text that is no Unicode. */
export function tomlLiteral(value: unknown): string {
  if (typeof value === "string") return textLiteral(value);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return `[${value.map(tomlLiteral).join(", ")}]`;
  if (isTable(value)) {
    const members = Object.entries(value).map(
      ([name, member]) => `${tomlName(name)} = ${tomlLiteral(member)}`,
    );
    return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
  }
  throw new Error(`no TOML literal for ${typeof value}`);
}

/** One part of a key: bare where TOML allows it, else quoted. */
export function tomlName(name: string): string {
  return /^[A-Za-z0-9_-]+$/.test(name) ? name : textLiteral(name);
}

// JSON's escapes are TOML's too, but JSON leaves DEL as it is.
function textLiteral(text: string): string {
  if (/\p{Surrogate}/u.test(text)) throw new WgError("bad-value", "the text is not valid Unicode");
  return JSON.stringify(text).replaceAll("\u007f", "\\u007f");
}
