// The tools read, write, edit and list.
import * as fs from "node:fs";
import * as path from "node:path";
import { WgError } from "../base/error.ts";
import { cut } from "./fields.ts";
import { countArgument, flagArgument, optionalText, textArgument } from "./nex-arguments.ts";
import { nameOf, placeOf } from "./nex-place.ts";
import { maxOutput, objectSchema, type Tool } from "./nex-tool.ts";

const maxFileBytes = 10 * 1024 * 1024;
const maxLines = 1000;
const maxLineLength = 4000;
const maxEntries = 1000;

const pathProperty = { type: "string", description: "relative to the working directory" };

export const read: Tool = {
  name: "read",
  isSafe: true,
  description: `Read a text file. Long files come in parts of at most ${maxLines} lines.`,
  parameters: objectSchema(
    {
      path: pathProperty,
      offset: { type: "integer", description: "first line, from 1" },
      limit: { type: "integer", description: "how many lines" },
    },
    ["path"],
  ),
  run: async (args, { bounds }) => {
    const place = placeOf(bounds, textArgument(args, "path"), "read");
    const lines = readFile(place, nameOf(bounds, place)).split("\n");
    if (lines.at(-1) === "") lines.pop();
    const from = countArgument(args, "offset", 1, Number.MAX_SAFE_INTEGER);
    const most = countArgument(args, "limit", maxLines, maxLines);
    return { ok: true, output: linesFrom(lines, from, most) };
  },
};

export const write: Tool = {
  name: "write",
  isSafe: false,
  description: "Write a whole text file: a new one, or in place of what was there. Missing folders are made.",
  parameters: objectSchema({ path: pathProperty, content: { type: "string" } }, ["path", "content"]),
  run: async (args, { bounds }) => {
    const content = textArgument(args, "content");
    const place = placeOf(bounds, textArgument(args, "path"), "write");
    writeFile(place, nameOf(bounds, place), content);
    const lines = content.split("\n").length - (content.endsWith("\n") ? 1 : 0);
    return { ok: true, output: `wrote ${nameOf(bounds, place)}, ${content === "" ? 0 : lines} lines` };
  },
};

export const edit: Tool = {
  name: "edit",
  isSafe: false,
  description:
    "Replace text in a file. old_text must be copied exactly from the file and stand there once; with all=true each place is replaced.",
  parameters: objectSchema(
    {
      path: pathProperty,
      old_text: { type: "string" },
      new_text: { type: "string" },
      all: { type: "boolean" },
    },
    ["path", "old_text", "new_text"],
  ),
  run: async (args, { bounds }) => {
    const place = placeOf(bounds, textArgument(args, "path"), "write");
    const name = nameOf(bounds, place);
    const before = readFile(place, name);
    const { text, count } = replaced(before, name, {
      oldText: textArgument(args, "old_text"),
      newText: textArgument(args, "new_text"),
      all: flagArgument(args, "all"),
    });
    writeFile(place, name, text);
    return { ok: true, output: `changed ${name} in ${count === 1 ? "one place" : `${count} places`}` };
  },
};

export const list: Tool = {
  name: "list",
  isSafe: true,
  description:
    "List a folder; folders end with a slash. With deep=true also what is below, except .git and node_modules.",
  parameters: objectSchema({ path: pathProperty, deep: { type: "boolean" } }, []),
  run: async (args, { bounds }, signal) => {
    const place = placeOf(bounds, optionalText(args, "path", "."), "read");
    const isDeep = flagArgument(args, "deep");
    const names: string[] = [];
    for (const folders = [place]; folders.length > 0 && names.length <= maxEntries; ) {
      signal.throwIfAborted();
      const folder = folders.shift() ?? place;
      const entries = await fs.promises.readdir(folder, { withFileTypes: true });
      for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
        names.push(listed(path.relative(place, path.join(folder, entry.name)), entry));
        const isOpen = entry.isDirectory() && !skippedFolders.includes(entry.name);
        if (isDeep && isOpen) folders.push(path.join(folder, entry.name));
      }
    }
    const shown = names.slice(0, maxEntries).join("\n");
    const more = names.length > maxEntries ? `\n[more than ${maxEntries} entries; list a folder below]` : "";
    return { ok: true, output: shown === "" ? "(empty)" : shown + more };
  },
};

/** Folders that hold nothing a person wrote. */
export const skippedFolders: readonly string[] = [".git", ".wg", "node_modules"];

function listed(name: string, entry: fs.Dirent): string {
  if (entry.isDirectory()) return `${name}/`;
  return entry.isSymbolicLink() ? `${name} (a link)` : name;
}

function linesFrom(lines: readonly string[], from: number, most: number): string {
  if (lines.length === 0) return "(the file is empty)";
  if (from > lines.length) throw new WgError("bad-argument", `the file has only ${lines.length} lines`);
  const shown: string[] = [];
  let length = 0;
  for (const line of lines.slice(from - 1, from - 1 + most)) {
    const kept = cut(line, maxLineLength);
    length += kept.length + 1;
    if (length > maxOutput && shown.length > 0) break;
    shown.push(kept);
  }
  const last = from - 1 + shown.length;
  if (from === 1 && last === lines.length) return shown.join("\n");
  const rest = last < lines.length ? `; go on with offset ${last + 1}` : "";
  return `[lines ${from} to ${last} of ${lines.length}${rest}]\n${shown.join("\n")}`;
}

/** The text of a regular file. A pipe or a device would keep us waiting for ever: nothing else is opened. */
function readFile(place: string, name: string): string {
  if (fs.statSync(place, { throwIfNoEntry: false })?.isDirectory()) {
    throw new WgError("bad-argument", `${name} is a folder`, { hint: "use list" });
  }
  const handle = fs.openSync(place, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
  try {
    const stat = fs.fstatSync(handle);
    if (!stat.isFile()) throw new WgError("bad-argument", `${name} is no regular file`);
    if (stat.size > maxFileBytes) {
      throw new WgError("bad-argument", `${name} has ${stat.size} bytes, too many to read`, {
        hint: "use search, or read a part of it with shell",
      });
    }
    return decoded(fs.readFileSync(handle), name);
  } finally {
    fs.closeSync(handle);
  }
}

function decoded(bytes: Buffer, name: string): string {
  try {
    if (!bytes.includes(0)) return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // Told below.
  }
  throw new WgError("bad-argument", `${name} is no text file`);
}

function writeFile(place: string, name: string, text: string): void {
  const stat = fs.statSync(place, { throwIfNoEntry: false });
  if (stat !== undefined && !stat.isFile()) throw new WgError("bad-argument", `${name} is no regular file`);
  if (text.length > maxFileBytes) throw new WgError("bad-argument", "the text is too long");
  fs.mkdirSync(path.dirname(place), { recursive: true });
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
  const handle = fs.openSync(place, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK, 0o666);
  try {
    fs.writeFileSync(handle, text);
  } finally {
    fs.closeSync(handle);
  }
}

interface Change {
  oldText: string;
  newText: string;
  all: boolean;
}

function replaced(before: string, name: string, change: Change): { text: string; count: number } {
  if (change.oldText === "") throw new WgError("bad-argument", "old_text is empty", { hint: "use write" });
  if (change.oldText === change.newText)
    throw new WgError("bad-argument", "old_text and new_text are the same");
  const { oldText, newText } = inLineEndsOf(before, change);
  const parts = before.split(oldText);
  const count = parts.length - 1;
  if (count === 0) {
    throw new WgError("bad-argument", `old_text does not stand in ${name}`, {
      hint: "read the file again and copy the text exactly, with its spaces",
    });
  }
  if (count > 1 && !change.all) {
    throw new WgError("bad-argument", `old_text stands in ${name} ${count} times`, {
      hint: "take more of the text around it, or set all to true",
    });
  }
  return { text: parts.join(newText), count };
}

// A model writes LF; in a file with CRLF both texts mean CRLF.
function inLineEndsOf(before: string, change: Change): Change {
  if (before.includes(change.oldText) || !before.includes("\r\n")) return change;
  const crlf = (text: string) => text.replace(/\r?\n/g, "\r\n");
  return { ...change, oldText: crlf(change.oldText), newText: crlf(change.newText) };
}
