// Every switch, one JSON line each, oldest first; and what "previous" and "undo" mean in them.
import * as fs from "node:fs";
import { errnoOf, messageOf, WgError } from "../base/error.ts";
import { appendLine, removeFile } from "../base/file.ts";
import { type Home, projectAt } from "../base/home.ts";
import { objectIn } from "../base/jsonl.ts";
import { pointerWord, readPointer } from "./pointer.ts";

/**
 * `put-back`: the switch before it was refused by a service and taken back. `reverted`: a service undid the switch before
 * it, since its first runs could not be started.
 */
export const switchKinds = ["use", "undo", "put-back", "reverted"] as const;
export type SwitchKind = (typeof switchKinds)[number];

/** What became of a canary, which moves no pointer: begun or changed; ended. */
export const canaryKinds = ["canary", "canary-ended"] as const;
type CanaryKind = (typeof canaryKinds)[number];

/** By what way of wg's own something was done, where not by the plain verb. */
export const changedThrough = ["promote", "guardrail", "probation"] as const;

/** Who made a change. */
export interface ChangedBy {
  pid: number;
  user: string;
  through?: (typeof changedThrough)[number];
}

/** One switch. `from` and `to` are names, `base` for none; `at` is ISO 8601 UTC; `project` where only its own pointer was set. */
export interface Switch {
  at: string;
  kind: SwitchKind;
  from: string;
  to: string;
  revision: string;
  by: ChangedBy;
  project?: string;
  /** Of what was reverted. */
  why?: string;
  /** The candidate of the canary that this switch ended. */
  ended?: string;
}

/**
 * A line about a canary: `from` the active profile `to` the candidate at its revision and share; of one that ended, back
 * again.
 */
export interface CanaryLine extends Omit<Switch, "kind" | "ended"> {
  kind: CanaryKind;
  share: number;
}

/** A profile got another name; whatever was switched before is read under the new one. */
interface Rename extends Pick<Switch, "at" | "from" | "to" | "by"> {
  kind: "rename";
}

/** How much is read from the end of the file: some 1,500 switches. */
const readBytes = 256 * 1024;

/**
 * Moves a pointer, or writes a canary, and adds that to the history. Its line waits in a file of its own meanwhile, where readers and
 * `settleHistory` find it after a crash in between. Refuses with nothing left where the pointer was not moved; answers why
 * the history does not have it, where only that failed.
 */
export function recordSwitch(
  home: Home,
  entry: Switch | CanaryLine,
  movePointer: () => void,
): WgError | undefined {
  const line = JSON.stringify(entry);
  try {
    removeFile(home.pending);
    appendLine(home.pending, line);
    movePointer();
  } catch (error) {
    // Whatever went wrong, where the pointer is now decides.
    settleHistory(home);
    throw error;
  }
  try {
    appendTo(home, line);
    removeFile(home.pending);
    return undefined;
  } catch (error) {
    if (error instanceof WgError) return error;
    throw error;
  }
}

/** Adds a profile's new name at the end. */
export function appendRename(home: Home, entry: Rename): void {
  appendTo(home, JSON.stringify(entry));
}

/** Ends what a switch that was killed has begun: its line is added when its pointer did move, and dropped when not. */
export function settleHistory(home: Home): void {
  if (!fs.existsSync(home.pending)) return;
  try {
    const line = pendingLine(home);
    if (line !== undefined && isMissing(line, readEnd(home.history, readBytes))) appendTo(home, line.text);
    removeFile(home.pending);
  } catch (error) {
    // The next switch meets it as well, and tells; it is no reason to refuse one.
    if (!(error instanceof WgError)) throw error;
  }
}

/** The newest switches, oldest first, with the names their profiles have now; lines that are no switch are skipped. */
export function readSwitches(home: Home): Switch[] {
  return readHistory(home).filter((entry) => !isOfCanary(entry));
}

function isOfCanary(entry: Switch | CanaryLine): entry is CanaryLine {
  return entry.kind === "canary" || entry.kind === "canary-ended";
}

/** As `readSwitches`, with what became of canaries in between. */
export function readHistory(home: Home): (Switch | CanaryLine)[] {
  // Before the history, so that a switch that ends meanwhile is found in one of the two.
  const pending = pendingLine(home);
  const text = readEnd(home.history, readBytes);
  const switches: (Switch | CanaryLine)[] = [];
  for (const line of text.split("\n")) {
    const entry = entryIn(line);
    if (entry?.kind === "rename") for (const before of switches) renameIn(before, entry);
    else if (entry !== undefined) switches.push(entry);
  }
  if (pending !== undefined && isMissing(pending, text)) switches.push(pending.entry);
  return switches;
}

interface PendingLine {
  text: string;
  entry: Switch | CanaryLine;
}

/** The line of a change that was made, and may not be in the history yet. */
function pendingLine(home: Home): PendingLine | undefined {
  const text = readEnd(home.pending, readBytes).trimEnd();
  const entry = entryIn(text);
  if (entry === undefined || entry.kind === "rename") return undefined;
  return wasMade(home, entry) ? { text, entry } : undefined;
}

/** Whether the file that a line is about says what the line says. */
function wasMade(home: Home, entry: Switch | CanaryLine): boolean {
  const { kind, project, to, at } = entry;
  const files = project === undefined ? home : projectAt(project);
  if (kind === "canary-ended") return !fs.existsSync(files.canary);
  if (kind === "canary") return objectIn(readEnd(files.canary, readBytes))?.["at"] === at;
  const pointer = readPointer(files.pointer);
  const word = pointerWord(pointer, project === undefined ? "everywhere" : "project");
  return pointer.kind !== "broken" && word === to;
}

function isMissing(line: PendingLine, history: string): boolean {
  return !history.includes(line.text);
}

/** Adds a line at the end. What a crash or a full disk has torn off there is taken away first. */
function appendTo(home: Home, line: string): void {
  if (!/(^|\n)$/.test(readEnd(home.history, 1))) mendEnd(home.history);
  appendLine(home.history, line);
}

/** Makes a file end with the end of a line: that of its last one where it is whole, else that of the one before. */
function mendEnd(file: string): void {
  const end = readEnd(file, readBytes, "latin1");
  const torn = end.slice(end.lastIndexOf("\n") + 1);
  // Longer than what was looked at: no line of ours, and so none to take away.
  if (objectIn(torn) !== undefined || torn.length === readBytes) {
    appendLine(file, "");
    return;
  }
  try {
    fs.truncateSync(file, fs.statSync(file).size - torn.length);
  } catch (cause) {
    throw new WgError("cannot-write", `cannot write ${file}: ${messageOf(cause)}`, {
      at: { path: file },
      cause,
    });
  }
}

function renameIn(entry: Switch | CanaryLine, { from, to }: Rename): void {
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

/** The switch that `undo` takes back: the newest that stands. An undo, also one by a service, takes itself and its switch out of the row. */
export function lastStanding(entries: readonly Switch[]): Switch | undefined {
  const standing: Switch[] = [];
  for (const entry of withoutPutBacks(entries)) {
    if (entry.kind === "undo" || entry.kind === "reverted") standing.pop();
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
function readEnd(file: string, maxBytes: number, encoding: "utf8" | "latin1" = "utf8"): string {
  let handle: number | undefined;
  try {
    handle = fs.openSync(file, "r");
    const { size } = fs.fstatSync(handle);
    const from = Math.max(0, size - maxBytes);
    const bytes = Buffer.alloc(size - from);
    const length = fs.readSync(handle, bytes, 0, bytes.length, from);
    return bytes.toString(encoding, 0, length);
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return "";
    throw new WgError("bad-file", `cannot read ${file}: ${messageOf(cause)}`, { at: { path: file }, cause });
  } finally {
    if (handle !== undefined) fs.closeSync(handle);
  }
}

function entryIn(line: string): Switch | CanaryLine | Rename | undefined {
  const { at, kind: word, from, to, revision, by, project, why, ended, share } = objectIn(line) ?? {};
  if (typeof at !== "string" || typeof from !== "string" || typeof to !== "string") return undefined;
  if (word === "rename") return { at, kind: word, from, to, by: whoIn(by) };
  const common = {
    at,
    from,
    to,
    revision: typeof revision === "string" ? revision : "",
    by: whoIn(by),
    ...(typeof project === "string" && { project }),
    ...(typeof why === "string" && { why }),
  };
  const canary = canaryKinds.find((known) => known === word);
  if (canary !== undefined) return { ...common, kind: canary, share: typeof share === "number" ? share : 0 };
  const kind = switchKinds.find((known) => known === word);
  return kind && { ...common, kind, ...(typeof ended === "string" && { ended }) };
}

function whoIn(value: unknown): Switch["by"] {
  const { pid, user, through } =
    typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  const way = changedThrough.find((known) => known === through);
  return {
    pid: typeof pid === "number" ? pid : 0,
    user: typeof user === "string" ? user : "",
    ...(way && { through: way }),
  };
}
