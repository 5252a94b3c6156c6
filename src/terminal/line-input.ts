// Messages from a person at a terminal: lines edited with history, pastes kept whole, and Ctrl-C heard while nobody reads.
import * as readline from "node:readline";
import { PassThrough, type Readable, Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { startMessage } from "./message.ts";
import { inLine, pasteOff, pasteOn, startPasteFilter } from "./paste.ts";

/** The terminal, as far as it is needed. */
export interface Tty {
  stdin: Readable & { setRawMode?(on: boolean): unknown };
  write(text: string): void;
  columns(): number | undefined;
}

/** What a person did: said something, pressed Ctrl-C on an empty line, or ended the input. */
export type Typed = { kind: "message"; text: string } | { kind: "interrupt" } | { kind: "end" };

export interface LineInput {
  /** Asks for a message. What was typed meanwhile is taken first. */
  read(): Promise<Typed>;
  /** Gives the terminal back as it was. */
  close(): void;
}

const interrupt = "\u0003";
/** What is typed while nobody asks is kept up to this many characters. */
const maxAhead = 64 * 1024;

/**
 * Takes the terminal over. `history` is the newest first. `onInterrupt` is called at Ctrl-C while no message is asked for.
 */
export function startLineInput(
  at: Tty,
  prompts: { first: string; more: string },
  history: readonly string[],
  onInterrupt: () => void,
): LineInput {
  const editor = startEditor(at, history);
  const decoder = new StringDecoder("utf8");
  const paste = startPasteFilter();
  const message = startMessage();
  /** Lines, and keys, that came before anybody asked for them. */
  const early: string[] = [];
  let ahead = "";
  let tell: ((typed: Typed) => void) | undefined;
  let isOver = false;

  const answer = (typed: Typed) => {
    const told = tell;
    tell = undefined;
    told?.(typed);
  };
  const take = (line: string) => {
    if (tell === undefined) return void early.push(line);
    const meaning = paste.meaning(line);
    // What was pasted has its lines already, whatever they begin with.
    const isWhole = !message.isOpen() && meaning.includes("\n");
    const text = isWhole ? meaning : message.add(meaning);
    if (text === undefined) editor.ask(prompts.more);
    else answer({ kind: "message", text });
  };
  const read = (chunk: Buffer) => {
    const keys = decoder.write(chunk);
    if (tell !== undefined) return editor.edit(paste.keys(keys));
    const end = keys.lastIndexOf(interrupt);
    ahead = ((end < 0 ? ahead : "") + paste.keys(keys.slice(end + 1))).slice(0, maxAhead);
    if (end >= 0) onInterrupt();
  };
  const end = () => {
    isOver = true;
    answer({ kind: "end" });
  };
  const giveUp = () => {
    const wasEmpty = editor.isEmpty() && !message.isOpen();
    message.drop();
    at.write("\n");
    if (wasEmpty) return answer({ kind: "interrupt" });
    editor.forget();
    editor.ask(prompts.first);
  };
  editor.on({ line: take, interrupt: giveUp, end });
  at.stdin.on("data", read);
  at.stdin.once("end", end);

  return {
    read: () =>
      new Promise((resolve) => {
        tell = resolve;
        if (isOver) return end();
        editor.ask(prompts.first);
        while (tell !== undefined && early.length > 0) take(early.shift() ?? "");
        if (tell === undefined) return;
        const keys = ahead;
        ahead = "";
        editor.edit(keys);
      }),
    close() {
      at.stdin.off("data", read);
      at.stdin.off("end", end);
      editor.close();
      at.stdin.pause();
    },
  };
}

/** One line that can be edited, drawn at the terminal; its keys are given to it. */
interface Editor {
  on(told: { line(line: string): void; interrupt(): void; end(): void }): void;
  ask(prompt: string): void;
  edit(keys: string): void;
  isEmpty(): boolean;
  forget(): void;
  close(): void;
}

function startEditor(at: Tty, history: readonly string[]): Editor {
  const input = Object.assign(new PassThrough(), {
    setRawMode: (on: boolean) => at.stdin.setRawMode?.(on),
  });
  const output = outputTo(at);
  const editor = readline.createInterface({
    input,
    output,
    terminal: true,
    history: history.map(inLine),
    historySize: 1000,
    removeHistoryDuplicates: true,
  });
  // Stopped with Ctrl-Z, it waits to be asked to go on.
  editor.on("SIGCONT", () => {
    at.write(pasteOn);
    editor.prompt(true);
  });
  const resized = () => output.emit("resize");
  process.on("SIGWINCH", resized);
  at.write(pasteOn);
  return {
    on(told) {
      editor.on("line", told.line);
      editor.on("SIGINT", told.interrupt);
      editor.on("close", told.end);
    },
    ask(prompt) {
      editor.setPrompt(prompt);
      editor.prompt();
    },
    edit(keys) {
      // Readline puts all but the last character of a piece at the end of the line, wherever the cursor is.
      const isAtEnd = editor.cursor === editor.line.length && !/\p{Cc}/u.test(keys);
      for (const part of isAtEnd ? [keys] : keys) if (part !== "") input.write(part);
    },
    isEmpty: () => editor.line === "",
    forget() {
      // Readline has no other way.
      editor.write(null, { ctrl: true, name: "e" });
      editor.write(null, { ctrl: true, name: "u" });
    },
    close() {
      process.off("SIGWINCH", resized);
      editor.removeAllListeners("close");
      editor.close();
      at.write(pasteOff);
    },
  };
}

/** Where the editor draws, with the width it asks for. */
function outputTo(at: Tty): Writable {
  const output = new Writable({
    decodeStrings: false,
    write(text, _encoding, done) {
      at.write(String(text));
      done();
    },
  });
  return Object.defineProperty(output, "columns", { get: () => at.columns() || 80 });
}
