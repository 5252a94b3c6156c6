// `wg watch` at a terminal: the screen of `wg status`, drawn anew when something has changed, with events below it.
import { setTimeout as sleep } from "node:timers/promises";
import type { Project } from "../base/home.ts";
import type { Overview } from "../overview/overview.ts";
import type { Io } from "./io.ts";
import { displayWidth, paint } from "./print.ts";
import { openChats } from "./status.ts";
import { statusText } from "./status-text.ts";
import { watchedEvents } from "./watch-events.ts";
import { isBusy } from "./watch-lines.ts";
import { pollMs, type WatchSource } from "./watch-source.ts";
import { whereOf } from "./where.ts";

/** The other screen, without a cursor; and back. */
const enter = "\u001b[?1049h\u001b[?25l";
const leave = "\u001b[?25h\u001b[?1049l";
/** Ctrl-C and Ctrl-D come as characters while the terminal is raw, and so does Ctrl-Z. */
const leaving: ReadonlySet<string> = new Set(["q", "Q", "\u0003", "\u0004"]);
const suspending = "\u001a";
const chatsEveryMs = 10_000;
/** Longer than the system needs to stop us. */
const suspendMs = 100;
/** Rows that events have at least, where there are any and the terminal is no small one. */
const minEventRows = 5;

/** Draws until `q`, Ctrl-C or the signal. The terminal is as it was afterwards, also when this fails. */
export async function watchScreen(io: Io, project: Project, source: WatchSource): Promise<void> {
  const { stdin, stdout } = io;
  const ended = new AbortController();
  const end = () => ended.abort();
  let drawn: string | undefined;
  let isShown = false;
  const restore = () => {
    isShown = false;
    stdout.write(leave);
    stdin.setRawMode?.(false);
  };
  const show = () => {
    if (ended.signal.aborted) return;
    isShown = true;
    drawn = undefined;
    stdin.setRawMode?.(true);
    stdout.write(enter);
  };
  const onKey = (chunk: Buffer) => {
    const keys = chunk.toString("latin1");
    if ([...keys].some((key) => leaving.has(key))) end();
    else if (keys.includes(suspending)) suspend(restore, show);
  };
  // A second signal ends the process where it stands.
  process.once("exit", restore);
  io.signal.addEventListener("abort", end, { once: true });
  stdin.on("data", onKey);
  stdin.once("end", end);
  try {
    show();
    stdin.resume();
    const events = watchedEvents(project);
    let found: Overview | undefined;
    let chats = 0;
    let countedMs = Number.NEGATIVE_INFINITY;
    while (!ended.signal.aborted) {
      if (found === undefined || source.isDue(isBusy(found))) {
        found = await source.look();
        // Each of them is a file to be read.
        if (performance.now() - countedMs > chatsEveryMs) {
          chats = await openChats(whereOf(io));
          countedMs = performance.now();
        }
        events.listenTo(found.project?.running ?? []);
      }
      events.more();
      const frame = frameOf(found, chats, events.lines(), io);
      if (isShown && frame !== drawn) {
        stdout.write(`\u001b[?2026h\u001b[H${frame}\u001b[J\u001b[?2026l`);
        drawn = frame;
      }
      await sleep(pollMs, undefined, { signal: ended.signal }).catch(() => {});
    }
  } finally {
    process.off("exit", restore);
    io.signal.removeEventListener("abort", end);
    stdin.off("data", onKey);
    stdin.off("end", end);
    stdin.pause();
    restore();
  }
}

/** Gives the terminal back to the shell, until the shell lets us go on; at once where there is none that could. */
function suspend(restore: () => void, show: () => void): void {
  restore();
  // Stopped, a process meets its timers only when it goes on.
  setTimeout(show, suspendMs);
  process.kill(process.pid, "SIGTSTP");
}

function frameOf(found: Overview, chats: number, events: readonly string[], io: Io): string {
  // Some terminals say that they have no size at all.
  const columns = io.stdout.columns || 80;
  const rows = io.stdout.rows || 24;
  const screen = statusText(found, chats, (colour, text) => paint(io, "stdout", colour, text)).split("\n");
  const footer = paint(io, "stdout", "dim", "q leaves");
  return frameLines(screen, events, rows, footer)
    .map((line) => `${cutPainted(line, columns)}\u001b[K`)
    .join("\r\n");
}

/** At most `rows` lines: the screen, cut where it leaves no room, the newest events, and the footer in the last row. Pure. */
export function frameLines(
  screen: readonly string[],
  events: readonly string[],
  rows: number,
  footer: string,
): string[] {
  const eventRows = events.length === 0 ? 0 : Math.min(events.length, minEventRows, Math.floor(rows / 3)) + 1;
  const room = Math.max(1, rows - 1 - eventRows);
  const hidden = screen.length - room;
  const upper =
    hidden > 0 ? [...screen.slice(0, room - 1), `${hidden + 1} more lines: wg status`] : [...screen];
  const left = rows - 1 - upper.length - 1;
  const lower = events.length === 0 || left < 1 ? [] : ["", ...events.slice(-left)];
  const body = [...upper, ...lower].slice(0, Math.max(0, rows - 1));
  const gap = Array.from({ length: Math.max(0, rows - 1 - body.length) }, () => "");
  return [...body, ...gap, footer];
}

/** A line with colours in it, in at most so many cells; the colours do not count, and end with the line. */
export function cutPainted(line: string, cells: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one.
  const parts = line.split(/(\u001b\[[0-9;]*m)/);
  let left = cells;
  let cut = "";
  for (const part of parts) {
    if (part.startsWith("\u001b")) {
      cut += part;
      continue;
    }
    for (const character of part) {
      left -= displayWidth(character);
      if (left < 0) return `${cut}${parts.length > 1 ? "\u001b[0m" : ""}`;
      cut += character;
    }
  }
  return cut;
}
