// What a service did, as JSON lines in .wg/service/log: bounded, and never a reason for it to stop.
import * as fs from "node:fs";
import * as path from "node:path";
import { messageOf } from "../base/error.ts";
import type { Project } from "../base/home.ts";
import { objectIn } from "../base/jsonl.ts";

const logLevels = ["info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];

/** One line: ISO time, level, what happened, and whatever belongs to it (`run`, `task`, `tookMs` ...). */
export interface LogEntry {
  at: string;
  level: LogLevel;
  message: string;
  [field: string]: unknown;
}

export interface ServiceLog {
  write(level: LogLevel, message: string, fields?: Record<string, unknown>): void;
}

/** The log never has more bytes than this; as much again is kept of what came before, in `log.1`. */
const maxLogBytes = 4 * 1024 * 1024;
const maxMessage = 4000;

/** Where the log of a project's service is. */
export function logPath(project: Project): string {
  return path.join(project.service, "log");
}

/** Opens the log (0600) for appending. `echo` also gets every entry; `now` dates it. Writing never throws. */
export function openLog(
  file: string,
  now: () => Date,
  echo: (entry: LogEntry) => void = () => {},
  maxBytes = maxLogBytes,
): ServiceLog {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  return {
    write(level, message, fields = {}) {
      const entry: LogEntry = {
        at: now().toISOString(),
        level,
        message: message.slice(0, maxMessage),
        ...fields,
      };
      echo(entry);
      try {
        fs.appendFileSync(file, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
        if (fs.statSync(file).size > maxBytes) rotate(file);
      } catch (error) {
        // A full disk: the work goes on, and who looks at the terminal still sees it.
        echo({ ...entry, level: "warn", message: `not logged: ${messageOf(error)}` });
      }
    },
  };
}

/** The last `count` lines of a log, oldest first; what is older than the last rotation is not looked at. */
export function lastLines(file: string, count: number): { lines: string[]; end: number } {
  const { lines, end } = linesFrom(file, 0);
  return { lines: lines.slice(-count), end };
}

/**
 * The whole lines that stand in the file from byte `from` on, and where they end. A file shorter than `from` has been
 * rotated and is read from its beginning; a missing one is empty.
 */
export function linesFrom(file: string, from: number): { lines: string[]; end: number } {
  const size = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const start = size < from ? 0 : from;
  if (size === start) return { lines: [], end: start };
  const bytes = readBytes(file, start, size);
  const end = bytes.lastIndexOf(10) + 1;
  const lines = bytes.subarray(0, end).toString("utf8").split("\n").filter(Boolean);
  return { lines, end: start + end };
}

function readBytes(file: string, start: number, end: number): Buffer {
  const handle = fs.openSync(file, "r");
  try {
    const bytes = Buffer.alloc(end - start);
    return bytes.subarray(0, fs.readSync(handle, bytes, 0, bytes.length, start));
  } finally {
    fs.closeSync(handle);
  }
}

/** A line for people: `13:05:01 claimed r-… for build-docs (task=build-docs)`; what is no entry stays as it is. */
export function humanLine(line: string): string {
  const entry = objectIn(line);
  if (entry === undefined) return line;
  const { at, level, message, ...fields } = entry;
  const mark = level === "info" ? "" : `${String(level)}: `;
  const rest = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  const time = new Date(String(at));
  const shown = Number.isNaN(time.getTime()) ? String(at) : clockText(time);
  return `${shown} ${mark}${String(message)}${rest.length > 0 ? `  ${rest.join(" ")}` : ""}`;
}

function clockText(time: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

// Copied and emptied, not renamed: the service's own stdout and stderr are open on this very file.
function rotate(file: string): void {
  fs.copyFileSync(file, `${file}.1`);
  fs.chmodSync(`${file}.1`, 0o600);
  fs.truncateSync(file);
}
