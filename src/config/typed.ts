// Words typed on a command line or in a variable become the value a key wants.
import { parse } from "smol-toml";
import { WgError } from "../base/error.ts";
import { refused, type Spot, type ValueType } from "./value.ts";

/** The value for a kind, not yet read: text stays text, `4` and `true` become what they say, a list is `a,b` or a literal. */
export function typedValue(type: ValueType, text: string, spot: Spot): unknown {
  switch (type.form) {
    case "text":
      return text;
    case "literal":
      return literal(type, text, spot);
    case "list":
      return text.trimStart().startsWith("[") ? literal(type, text, spot) : commaList(text);
    case "pin":
      return /^\{\s*"?(ref|value|unsafe)\b/.test(text) ? literal(type, text, spot) : text;
  }
}

function commaList(text: string): string[] {
  return text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

/** One TOML value, or the same written as JSON. */
function literal(type: ValueType, text: string, spot: Spot): unknown {
  try {
    const table = parse(`value = ${text.trim()}`);
    if (Object.keys(table).length === 1) return table["value"];
  } catch {
    // Not TOML; JSON writes tables with colons.
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw refused(spot, new WgError("bad-value", `must be ${type.expects}`, { cause }));
  }
}
