// A script kept in a TOML or JSON file.
import { messageOf, type Place, WgError } from "../base/error.ts";
import { readText } from "../base/file.ts";
import { parseToml } from "../config/toml.ts";
import { lineInJson, lineOfOffset } from "./json-line.ts";
import { checkScript, type KeyPath, type Script } from "./script.ts";

const maxScriptBytes = 8 * 1024 * 1024;

/**
 * Reads a script: JSON when the name ends in `.json`, else TOML. Refuses a missing file (`no-script`), broken syntax
 * (`bad-script`, `bad-toml`) and what is no script (`bad-script`), with file and line.
 */
export function readScript(file: string): Script {
  const text = readText(file, maxScriptBytes);
  if (text === undefined) {
    throw new WgError("no-script", `there is no script at ${file}`, { at: { path: file } });
  }
  if (file.endsWith(".json")) return checkScript(parseJson(file, text), "script", jsonPlaces(file, text));
  const toml = parseToml(file, text);
  return checkScript(toml.table, "script", toml.placeOf);
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = messageOf(cause);
    const offset = /at position (\d+)/.exec(message)?.[1];
    const line = lineOfOffset(text, offset === undefined ? text.length : Number(offset));
    throw new WgError("bad-script", "the script is no JSON", { at: { path: file, line }, cause });
  }
}

function jsonPlaces(file: string, text: string): (path: KeyPath) => Place {
  return (path) => ({ path: file, line: lineInJson(text, path) });
}
