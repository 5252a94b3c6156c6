// Every switch, one JSON line each, oldest first; and what "previous" and "undo" mean in them.
import * as fs from "node:fs";
import { errnoOf, messageOf, WgError } from "../base/error.ts";
import { appendLine } from "../base/file.ts";
import type { Home } from "../base/home.ts";
import { objectIn } from "../base/jsonl.ts";

/** `put-back`: the switch before it was refused by a service and taken back. */
export type SwitchKind = "use" | "undo" | "put-back";

/** One switch. `from` and `to` are names, `base` for none; `at` is ISO 8601 UTC; `project` where only its own pointer was set. */
export interface Switch {
  at: string;
  kind: SwitchKind;
  from: string;
  to: string;
  revision: string;
  by: { pid: number; user: string };
  project?: string;
}

/** A profile got another name; whatever was switched before is read under the new one. */
interface Rename extends Pick<Switch, "at" | "from" | "to" | "by"> {
  kind: "rename";
}

/** How much is read from the end of the file: some 1,500 switches. */
const readBytes = 256 * 1024;

/** Adds a switch, or a profile's new name, at the end. A torn last line, left by a crash or a full disk, is closed first. */
export function appendSwitch(home: Home, entry: Switch | Rename): void {
  const line = JSON.stringify(entry);
  const torn = !/(^|\n)$/.test(readEnd(home.history, 1));
  appendLine(home.history, torn ? `\n${line}` : line);
}

/** The newest switches, oldest first, with the names their profiles have now; lines that are no switch are skipped. */
export function readSwitches(home: Home): Switch[] {
  const switches: Switch[] = [];
  for (const line of readEnd(home.history, readBytes).split("\n")) {
    const entry = entryIn(line);
    if (entry?.kind === "rename") for (const before of switches) renameIn(before, entry);
    else if (entry !== undefined) switches.push(entry);
  }
  return switches;
}

function renameIn(entry: Switch, { from, to }: Rename): void {
  if (entry.from === from) entry.from = to;
  if (entry.to === from) entry.to = to;
}

/** Only the switches of one pointer: that of `project`, or the global one. */
export function switchesOf(entries: readonly Switch[], project: string | undefined): Switch[] {
  return entries.filter((entry) => entry.project === project);
}

/** What was active before `current`, as `cd -` means it; a refused switch never was. Undefined without history. */
export function previousName(entries: readonly Switch[], current: string): string | undefined {
  const [last] = withoutPutBacks(entries).slice(-1);
  if (last === undefined) return undefined;
  // A switch whose line was lost to a crash: then the last one known led to what was left.
  return last.to === current ? last.from : last.to;
}

/** The switch that `undo` takes back: the newest that stands. An undo takes itself and its switch out of the row. */
export function lastStanding(entries: readonly Switch[]): Switch | undefined {
  const standing: Switch[] = [];
  for (const entry of withoutPutBacks(entries)) {
    if (entry.kind === "undo") standing.pop();
    else standing.push(entry);
  }
  return standing.at(-1);
}

function withoutPutBacks(entries: readonly Switch[]): Switch[] {
  const kept: Switch[] = [];
  for (const entry of entries) {
    if (entry.kind === "put-back") kept.pop();
    else kept.push(entry);
  }
  return kept;
}

/** The last `maxBytes` of a file as text, empty when there is no file. Its first line may be cut. */
function readEnd(file: string, maxBytes: number): string {
  let handle: number | undefined;
  try {
    handle = fs.openSync(file, "r");
    const { size } = fs.fstatSync(handle);
    const from = Math.max(0, size - maxBytes);
    const bytes = Buffer.alloc(size - from);
    const length = fs.readSync(handle, bytes, 0, bytes.length, from);
    return bytes.toString("utf8", 0, length);
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return "";
    throw new WgError("bad-file", `cannot read ${file}: ${messageOf(cause)}`, { at: { path: file }, cause });
  } finally {
    if (handle !== undefined) fs.closeSync(handle);
  }
}

function entryIn(line: string): Switch | Rename | undefined {
  const { at, kind, from, to, revision, by, project } = objectIn(line) ?? {};
  if (typeof at !== "string" || typeof from !== "string" || typeof to !== "string") return undefined;
  if (kind === "rename") return { at, kind, from, to, by: whoIn(by) };
  if (kind !== "use" && kind !== "undo" && kind !== "put-back") return undefined;
  return {
    at,
    kind,
    from,
    to,
    revision: typeof revision === "string" ? revision : "",
    by: whoIn(by),
    ...(typeof project === "string" && { project }),
  };
}

function whoIn(value: unknown): Switch["by"] {
  const { pid, user } = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  return { pid: typeof pid === "number" ? pid : 0, user: typeof user === "string" ? user : "" };
}
