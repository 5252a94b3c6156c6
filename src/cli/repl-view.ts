// How a turn of a chat is shown while it happens: its words as they come, its tools in a line each, and what it used.
import type { RunResult } from "../graph/result.ts";
import type { RunEvent } from "../handlers/handler.ts";
import { type MarkdownStream, type Style, startMarkdown } from "../terminal/markdown.ts";
import { safeText, startSafeText } from "../terminal/safe.ts";
import type { Io } from "./io.ts";
import { cutToWidth, paint, plain, say } from "./print.ts";
import { costText, spanText, tokensText } from "./run-text.ts";

/** Told of one turn: pieces of text and events as they come, then its result. */
export interface TurnView {
  text(piece: string): void;
  event(event: RunEvent): void;
  /** What came of it, with the time that it took. */
  result(result: RunResult, tookMs: number): void;
  /** Always called last. */
  close(): void;
}

/** Lines of a tool's output that are shown. */
const maxOutputLines = 4;
/** Silence of this length gets a sign that something goes on. */
const quietMs = 400;
const frameMs = 120;
const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/** For a person at a terminal: everything on stdout. */
export function terminalView(io: Io): TurnView {
  const screen = screenOf(io);
  const markdown = isPainted(io) ? startMarkdown(styleOf(io)) : plainText();
  let isLive = false;
  let isAnswering = false;
  const endText = () => {
    screen.write(markdown.end());
    screen.freshLine();
    isAnswering = false;
  };
  const line = (colour: "dim" | "yellow" | "red" | "cyan", text: string) => {
    endText();
    screen.write(`${paint(io, "stdout", colour, cutToWidth(text, screen.columns()))}\n`);
  };
  const answer = (piece: string) => {
    if (!isAnswering && piece.trim() === "") return;
    screen.write(markdown.add(isAnswering ? piece : piece.trimStart()));
    isAnswering = true;
  };
  return {
    text(piece) {
      isLive = true;
      answer(piece);
    },
    event(event) {
      switch (event.kind) {
        case "text":
          // What was told live is not told again.
          if (!isLive) answer(`${event.text}\n`);
          return;
        case "tool":
          return line("cyan", `▸ ${event.name} ${inputText(event.input)}`);
        case "tool-result":
          for (const text of outputLines(event.output)) line(event.ok ? "dim" : "red", `  ${text}`);
          return;
        case "retry":
          return line("yellow", `again (${event.attempt}): ${plain(event.reason)}`);
        case "warning":
          return line("yellow", `warning: ${plain(event.message)}`);
        default:
      }
    },
    result(result, tookMs) {
      endText();
      if (result.outcome !== "done")
        screen.write(`${paint(io, "stdout", toneOf(result), endingText(result))}\n`);
      screen.write(`${paint(io, "stdout", "dim", figuresText(result, tookMs))}\n`);
    },
    close: () => screen.close(),
  };
}

/** For a pipe: the words on stdout, all else on stderr. */
export function pipeView(io: Io): TurnView {
  let isLive = false;
  let last = "\n";
  const safe = startSafeText();
  const write = (text: string) => {
    if (text === "") return;
    io.stdout.write(text);
    last = text;
  };
  return {
    text(piece) {
      isLive = true;
      write(safe(piece));
    },
    event(event) {
      if (event.kind === "text" && !isLive) write(`${safe(event.text)}\n`);
      // What is said next stands on a line of its own.
      if ((event.kind === "tool" || event.kind === "retry") && !last.endsWith("\n")) write("\n");
      if (event.kind === "tool") say(io, plain(`${event.name} ${inputText(event.input)}`));
      if (event.kind === "warning") say(io, `warning: ${plain(event.message)}`);
      if (event.kind === "retry") say(io, `again (${event.attempt}): ${plain(event.reason)}`);
    },
    result(result, tookMs) {
      if (!last.endsWith("\n")) write("\n");
      if (result.outcome !== "done") say(io, endingText(result));
      say(io, figuresText(result, tookMs));
    },
    close() {},
  };
}

interface Screen {
  write(text: string): void;
  /** Goes to the beginning of a line. */
  freshLine(): void;
  columns(): number;
  close(): void;
}

/** The terminal, with a sign of life while nothing is written, at the beginning of a line only. */
function screenOf(io: Io): Screen {
  const startedMs = performance.now();
  let wroteMs = startedMs;
  let atStart = true;
  let isShown = false;
  const hide = () => {
    if (isShown) io.stdout.write("\r\u001b[K");
    isShown = false;
  };
  const show = () => {
    const nowMs = performance.now();
    if (!atStart || nowMs - wroteMs < quietMs) return;
    const frame = frames[Math.floor(nowMs / frameMs) % frames.length] ?? "";
    io.stdout.write(
      `\r${paint(io, "stdout", "dim", `${frame} ${Math.round((nowMs - startedMs) / 1000)}s`)}\u001b[K`,
    );
    isShown = true;
  };
  const timer = io.env["TERM"] === "dumb" ? undefined : setInterval(show, frameMs);
  const write = (text: string) => {
    if (text === "") return;
    hide();
    io.stdout.write(text);
    atStart = text.endsWith("\n");
    wroteMs = performance.now();
  };
  return {
    write,
    freshLine: () => write(atStart ? "" : "\n"),
    // Some terminals say that they have none.
    columns: () => (io.stdout.columns || 80) - 1,
    close() {
      clearInterval(timer);
      hide();
    },
  };
}

function isPainted(io: Io): boolean {
  return paint(io, "stdout", "bold", "x") !== "x";
}

function plainText(): MarkdownStream {
  const safe = startSafeText();
  return { add: safe, end: () => "" };
}

function styleOf(io: Io): Style {
  return {
    heading: (text) => paint(io, "stdout", "bold", text),
    bold: (text) => paint(io, "stdout", "bold", text),
    code: (text) => paint(io, "stdout", "cyan", text),
    mark: (text) => paint(io, "stdout", "dim", text),
  };
}

/** What a call is about: its command, its path, or whatever comes first. */
function inputText(input: string): string {
  return safeText(mainPart(input)).replace(/\s*\n\s*/g, " ⏎ ");
}

function mainPart(input: string): string {
  let value: unknown;
  try {
    value = JSON.parse(input);
  } catch {
    return input;
  }
  if (value === null || typeof value !== "object") return input;
  const parts = Object.entries(value);
  const main =
    parts.find(
      ([name, part]) => /^(command|cmd|.*path|pattern|query|url)$/.test(name) && typeof part === "string",
    ) ?? parts.find(([, part]) => typeof part === "string");
  return main === undefined ? input : String(main[1]);
}

function outputLines(output: string): string[] {
  const lines = safeText(output.trimEnd()).split("\n");
  const more = lines.length - maxOutputLines;
  if (more <= 1) return lines.filter((line, index) => line !== "" || index > 0);
  return [...lines.slice(0, maxOutputLines), `… ${more} more lines`];
}

function toneOf({ outcome }: RunResult): "yellow" | "red" {
  return outcome === "cancelled" ? "yellow" : "red";
}

function endingText({ outcome, failure }: RunResult): string {
  if (outcome === "cancelled") return "interrupted";
  return failure === undefined ? outcome : `${outcome} (${failure.class}): ${plain(failure.message)}`;
}

/** The model that answered, what was used, and how long it took. */
function figuresText({ servedModels, usage, cost }: RunResult, tookMs: number): string {
  const parts = [servedModels.map(plain).join(", "), tokensText(usage), costText(cost), spanText(tookMs)];
  return parts.filter((part) => part !== "").join(" · ");
}
