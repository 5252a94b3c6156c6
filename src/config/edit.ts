// Changes one value of a TOML text and not a byte beside it: comments, layout and order stay as they are.
import { isDeepStrictEqual } from "node:util";
import { WgError } from "../base/error.ts";
import { tomlLiteral, tomlName } from "./literal.ts";
import { commentsOf, type Entry, entriesOf } from "./scan.ts";
import { isTable, type KeyPath, parseToml, type TomlTable } from "./toml.ts";

/**
 * The text with a value set: in its place where the key stands already, else on a line of its own beside its
 * neighbours, else below a new header. Refuses with `cannot-edit`, rather than change anything else.
 */
export function setValue(text: string, path: KeyPath, value: unknown): string {
  const entries = entriesOf(text);
  const exact = keyAt(entries, path);
  const literal = tomlLiteral(value);
  if (exact) return verified(text, splice(text, exact.valueStart, exact.valueEnd, literal), path, value);
  // The value may stand as a table of its own, over several lines: those go, comments stay.
  const cleared = entries.some((entry) => isBelow(entry.path, path)) ? removed(text, entries, path) : text;
  return verified(text, inserted(cleared, path, literal), path, value);
}

/** The text without a value: its key, or every line that belongs to it. Refuses with `not-set` and `cannot-edit`. */
export function unsetValue(text: string, path: KeyPath): string {
  const entries = entriesOf(text);
  if (!entries.some((entry) => isSame(entry.path, path) || isBelow(entry.path, path))) {
    throw new WgError("not-set", `${path.join(".")} is not set`, { exit: 4 });
  }
  return verified(text, removed(text, entries, path), path, undefined);
}

/** The text with one more table at the end of a list of tables. Refuses with `cannot-edit`. */
export function appendTable(text: string, path: KeyPath, table: TomlTable): string {
  const entries = entriesOf(text);
  const list = keyAt(entries, path);
  const count = entries.filter(
    ({ kind, path: at }) => kind === "list-table" && isSame(at.slice(0, -1), path),
  );
  if (list === undefined) {
    const eol = lineEnd(text, text.length);
    const fields = Object.entries(table).map(([name, value]) => `${tomlName(name)} = ${tomlLiteral(value)}`);
    const section = [`[[${headerText(path)}]]`, ...fields, ""].join(eol);
    return verified(text, appended(text, entries, path, section), [...path, count.length], table);
  }
  const elements = entries.filter((entry) => isSame(entry.path.slice(0, -1), path));
  const next = addMember(text, list, elements, tomlLiteral(table));
  return verified(text, next, [...path, elements.length], table);
}

/** Lets a result through only when it says what was meant, and no comment was lost. */
function verified(before: string, after: string, path: KeyPath, value: unknown): string {
  const intended = withValue(parseToml("", before).table, path, value);
  let actual: unknown;
  try {
    actual = parseToml("", after).table;
  } catch (cause) {
    throw cannotEdit(path, "the result would be no TOML", cause);
  }
  if (!isDeepStrictEqual(withoutEmpty(actual), withoutEmpty(intended))) {
    throw cannotEdit(path, "other values would change with it");
  }
  if (!isDeepStrictEqual(commentsOf(after), commentsOf(before))) {
    throw cannotEdit(path, "a comment inside the value would be lost");
  }
  return after;
}

function cannotEdit(path: KeyPath, why: string, cause?: unknown): WgError {
  return new WgError("cannot-edit", `cannot change ${path.join(".")} in place: ${why}`, {
    hint: "edit the file by hand",
    ...(cause !== undefined && { cause }),
  });
}

/** A copy of a table with one path set, or taken away for `undefined`. */
function withValue(table: unknown, path: KeyPath, value: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (typeof first === "number") {
    const list: unknown[] = Array.isArray(table) ? [...table] : [];
    if (rest.length === 0 && value === undefined) list.splice(first, 1);
    else list[first] = withValue(list[first], rest, value);
    return list;
  }
  const members = new Map(isTable(table) ? Object.entries(table) : []);
  const next = withValue(members.get(first), rest, value);
  if (next === undefined) members.delete(first);
  else members.set(first, next);
  return Object.fromEntries(members);
}

/** The same without tables and lists that hold nothing: an empty header says as much as none. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutEmpty(item) ?? {});
  if (!isTable(value)) return value;
  const members = Object.entries(value)
    .map(([name, member]): [string, unknown] => [name, withoutEmpty(member)])
    .filter(([, member]) => member !== undefined && !(Array.isArray(member) && member.length === 0));
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

function inserted(text: string, path: KeyPath, literal: string): string {
  const entries = entriesOf(text);
  const name = String(path.at(-1));
  const parent = path.slice(0, -1);
  const holder = entries.findLast(({ kind, path: at }) => isInline(kind) && isBelow(path, at));
  if (holder) return addToInline(text, entries, holder, path, literal);
  const lines = entries.filter((entry) => !entry.inside && entry.kind === "key");
  const sibling = lines.findLast(({ path: at }) => isSame(at.slice(0, -1), parent));
  if (sibling) {
    // The same way of writing: its indent, and `agent.` before the name where the neighbour has it.
    const line = indentAt(text, sibling.start) + text.slice(sibling.start, sibling.nameStart);
    return addLine(text, sibling.valueEnd, `${line}${tomlName(name)} = ${literal}`);
  }
  const header = entries.find(({ kind, path: at }) => !isInline(kind) && isSame(at, parent));
  if (header) {
    return addLine(text, header.valueEnd, `${indentAt(text, header.start)}${tomlName(name)} = ${literal}`);
  }
  const dotted = lines.findLast(
    (entry) => isBelow(entry.path, parent) && sectionOf(entries, entry).length < parent.length,
  );
  if (dotted) {
    // A table that dotted keys have begun cannot have a header of its own any more.
    const key = headerText(path.slice(sectionOf(entries, dotted).length));
    return addLine(text, dotted.valueEnd, `${indentAt(text, dotted.start)}${key} = ${literal}`);
  }
  const pair = `${tomlName(name)} = ${literal}`;
  if (parent.length === 0) return addFirst(text, entries, pair);
  const eol = lineEnd(text, text.length);
  return appended(text, entries, parent, `[${headerText(parent)}]${eol}${pair}${eol}`);
}

/** The path of the header a line stands under. */
function sectionOf(entries: readonly Entry[], line: Entry): KeyPath {
  return entries.findLast(({ kind, start }) => !isInline(kind) && start < line.start)?.path ?? [];
}

function isInline(kind: Entry["kind"]): boolean {
  return kind === "key" || kind === "element";
}

function addToInline(
  text: string,
  entries: readonly Entry[],
  holder: Entry,
  path: KeyPath,
  literal: string,
): string {
  const rest = path.slice(holder.path.length);
  if (text[holder.valueStart] !== "{" || rest.some((part) => typeof part === "number")) {
    throw cannotEdit(path, `${holder.path.join(".")} is no table`);
  }
  const members = entries.filter((entry) => isBelow(entry.path, holder.path));
  const pair = `${rest.map((part) => tomlName(String(part))).join(".")} = ${literal}`;
  return addMember(text, holder, members, pair);
}

/** A member more in an inline list or table, after the last one. */
function addMember(text: string, holder: Entry, members: readonly Entry[], member: string): string {
  const end = Math.max(0, ...members.map((entry) => entry.valueEnd));
  if (end > 0) return splice(text, end, end, `, ${member}`);
  const at = holder.valueStart + 1;
  const space = text[holder.valueStart] === "{" ? " " : "";
  return splice(text, at, at, space + member + (text[at] === " " ? "" : space));
}

/** A line more after the line of `at`. */
function addLine(text: string, at: number, line: string): string {
  const eol = lineEnd(text, at);
  const end = endOfLine(text, at);
  return text[end - 1] === "\n" ? splice(text, end, end, line + eol) : `${text}${eol}${line}`;
}

/** A root key, which must stand before the first header, and before the comment that belongs to that header. */
function addFirst(text: string, entries: readonly Entry[], pair: string): string {
  const header = entries.find(({ kind }) => !isInline(kind));
  const eol = lineEnd(text, text.length);
  if (header === undefined) return text === "" || text.endsWith("\n") ? text + pair + eol : text + eol + pair;
  let at = startOfLine(text, header.start);
  while (/^[ \t]*#/.test(text.slice(startOfLine(text, at - 1), at))) at = startOfLine(text, at - 1);
  return splice(text, at, at, `${pair}${eol}${eol}`);
}

/** A section more: after the last one of the same family, else at the end. */
function appended(text: string, entries: readonly Entry[], path: KeyPath, section: string): string {
  const headers = entries.filter(({ kind }) => !isInline(kind));
  const family = headers.findLast((entry) => entry.path[0] === path[0]);
  const next = family && headers[headers.indexOf(family) + 1];
  const eol = lineEnd(text, text.length);
  if (family && next) {
    const last = entries.findLast((entry) => !entry.inside && entry.start < next.start) ?? family;
    const end = endOfLine(text, last.valueEnd);
    return splice(text, end, end, eol + section);
  }
  const gap = /^\ufeff?$/.test(text) ? "" : text.endsWith("\n") ? eol : eol + eol;
  return text + gap + section;
}

/** The text without every statement or member that is the path or below it; comments beside them stay. */
function removed(text: string, entries: readonly Entry[], path: KeyPath): string {
  const exact = keyAt(entries, path);
  if (exact?.inside) return withoutMember(text, exact);
  const going = exact ? [exact] : entries.filter((entry) => !entry.inside && isWithin(entry.path, path));
  if (going.length === 0) throw cannotEdit(path, "it is part of a larger value");
  return going.toReversed().reduce(withoutStatement, text);
}

function withoutStatement(text: string, { start, valueEnd }: Entry): string {
  const end = endOfLine(text, valueEnd);
  const comment = text.slice(valueEnd, end).search(/#/);
  return comment < 0
    ? splice(text, startOfLine(text, start), end, "")
    : splice(text, start, valueEnd + comment, "");
}

function withoutMember(text: string, { start, valueEnd }: Entry): string {
  const after = /^\s*,[ \t]*/.exec(text.slice(valueEnd))?.[0];
  if (after !== undefined) return splice(text, start, valueEnd + after.length, "");
  const before = /,?\s*$/.exec(text.slice(0, start))?.[0] ?? "";
  return before.startsWith(",")
    ? splice(text, start - before.length, valueEnd, "")
    : splice(text, start, valueEnd, "");
}

function keyAt(entries: readonly Entry[], path: KeyPath): Entry | undefined {
  return entries.find((entry) => isInline(entry.kind) && isSame(entry.path, path));
}

function isSame(a: KeyPath, b: KeyPath): boolean {
  return a.length === b.length && isWithin(a, b);
}

function isBelow(path: KeyPath, above: KeyPath): boolean {
  return path.length > above.length && isWithin(path, above);
}

function isWithin(path: KeyPath, above: KeyPath): boolean {
  return above.every((part, index) => path[index] === part);
}

function headerText(path: KeyPath): string {
  if (path.some((part) => typeof part === "number")) {
    // A header always means the last table of a list, and a number in it would be the name of a key.
    throw cannotEdit(path, "it lies in a table of a list");
  }
  return path.map((part) => tomlName(String(part))).join(".");
}

function splice(text: string, from: number, to: number, put: string): string {
  return text.slice(0, from) + put + text.slice(to);
}

function startOfLine(text: string, at: number): number {
  const start = at <= 0 ? 0 : text.lastIndexOf("\n", at - 1) + 1;
  return start === 0 && text.startsWith("\ufeff") ? 1 : start;
}

/** Behind the line end, or the end of the text. */
function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end + 1;
}

/** The line end in use around a place: that of its line, else the first of the text. */
function lineEnd(text: string, at: number): string {
  const end = text.indexOf("\n", at);
  const sample = end < 0 ? text.indexOf("\n") : end;
  return sample > 0 && text[sample - 1] === "\r" ? "\r\n" : "\n";
}

function indentAt(text: string, at: number): string {
  return /^[ \t]*/.exec(text.slice(startOfLine(text, at), at))?.[0] ?? "";
}
