// The tool search: a regular expression looked for in the files below a folder.
import * as fs from "node:fs";
import * as path from "node:path";
import * as vm from "node:vm";
import { WgError } from "../base/error.ts";
import { cut } from "./fields.ts";
import { flagArgument, optionalText, textArgument } from "./nex-arguments.ts";
import { skippedFolders } from "./nex-files.ts";
import { nameOf, placeOf } from "./nex-place.ts";
import { maxOutput, objectSchema, type Tool } from "./nex-tool.ts";

const maxHits = 200;
const maxFiles = 20_000;
const maxFileBytes = 2 * 1024 * 1024;
const maxLineLength = 300;
/** One file takes this long only when the expression explodes. */
const fileLimitMs = 1000;

export const search: Tool = {
  name: "search",
  isSafe: true,
  description:
    "Find lines that match a regular expression in all text files below a folder, as path:line: text.",
  parameters: objectSchema(
    {
      pattern: { type: "string", description: "a JavaScript regular expression" },
      path: { type: "string", description: "a folder or a file, by default the working directory" },
      files: { type: "string", description: "only files with such names, for example *.ts" },
      ignore_case: { type: "boolean" },
    },
    ["pattern"],
  ),
  run: async (args, { bounds }, signal) => {
    const pattern = compiled(textArgument(args, "pattern"), flagArgument(args, "ignore_case"));
    const isWanted = namePattern(optionalText(args, "files", "*"));
    const place = placeOf(bounds, optionalText(args, "path", "."), "read");
    const look = limitedLook();
    const hits: string[] = [];
    let length = 0;
    let isCut = false;
    for await (const file of filesBelow(place, signal)) {
      const name = nameOf(bounds, file);
      if (!isWanted(path.relative(place, file) || path.basename(file))) continue;
      const text = await textOf(file);
      for (const { line, number } of text === undefined ? [] : look(pattern, text)) {
        const hit = `${name}:${number}: ${cut(line.trim(), maxLineLength)}`;
        length += hit.length + 1;
        isCut = hits.length >= maxHits || length > maxOutput;
        if (isCut) break;
        hits.push(hit);
      }
      if (isCut) break;
    }
    if (hits.length === 0) return { ok: true, output: "nothing found" };
    const more = isCut ? "\n[there is more; search in a folder below, or for something rarer]" : "";
    return { ok: true, output: hits.join("\n") + more };
  },
};

function compiled(source: string, ignoreCase: boolean): RegExp {
  try {
    return new RegExp(source, ignoreCase ? "i" : "");
  } catch (error) {
    throw new WgError("bad-argument", String(error), {
      hint: "escape ( ) [ ] { } . * + ? ^ $ with a backslash",
    });
  }
}

/** `*` stands for anything but a slash, `**` for anything; without a slash only the file's own name counts. */
function namePattern(glob: string): (name: string) => boolean {
  const source = glob
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*\*\/?|\*|\?/g, (star) => (star === "?" ? "[^/]" : star === "*" ? "[^/]*" : ".*"));
  const pattern = new RegExp(`^${source}$`);
  return (name) => pattern.test(glob.includes("/") ? name : path.basename(name));
}

/** Regular files, in the order of their names; links are not followed. */
async function* filesBelow(place: string, signal: AbortSignal): AsyncGenerator<string> {
  const stat = await fs.promises.stat(place);
  if (stat.isFile()) yield place;
  let count = 0;
  for (const folders = stat.isDirectory() ? [place] : []; folders.length > 0; ) {
    signal.throwIfAborted();
    const folder = folders.shift() ?? place;
    const entries = await fs.promises.readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      signal.throwIfAborted();
      if (entry.isDirectory() && !skippedFolders.includes(entry.name))
        folders.push(path.join(folder, entry.name));
      if (!entry.isFile()) continue;
      count += 1;
      if (count > maxFiles)
        throw new WgError("bad-argument", `more than ${maxFiles} files`, {
          hint: "search in a folder below",
        });
      yield path.join(folder, entry.name);
    }
  }
}

/** Undefined for what is no text, too large, or gone meanwhile. */
async function textOf(file: string): Promise<string | undefined> {
  try {
    if ((await fs.promises.stat(file)).size > maxFileBytes) return undefined;
    const bytes = await fs.promises.readFile(file);
    return bytes.subarray(0, 8192).includes(0) ? undefined : bytes.toString("utf8");
  } catch {
    return undefined;
  }
}

interface Match {
  line: string;
  number: number;
}

/** Finds the matching lines of a text; an expression that explodes on them is stopped, as only a script with a limit can be. */
function limitedLook(): (pattern: RegExp, text: string) => Match[] {
  const global = vm.createContext({});
  const script = new vm.Script("look()");
  return (pattern, text) => {
    let found: Match[] = [];
    global["look"] = () => {
      found = matches(pattern, text);
    };
    try {
      script.runInContext(global, { timeout: fileLimitMs });
    } catch (cause) {
      throw new WgError("bad-argument", "the expression takes too long", {
        hint: "write a simpler one",
        cause,
      });
    }
    return found;
  };
}

function matches(pattern: RegExp, text: string): Match[] {
  const found: Match[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (found.length > maxHits) break;
    if (pattern.test(line.slice(0, 10_000))) found.push({ line, number: index + 1 });
  }
  return found;
}
