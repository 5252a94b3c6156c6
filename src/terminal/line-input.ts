// Messages from a person at a terminal: lines edited with history, pastes kept whole, and Ctrl-C heard while nobody reads.
import * as readline from "node:readline";
import { PassThrough, type Readable, Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { startMessage } from "./message.ts";
import { inLine, pasteOff, pasteOn, startPasteFilter } from "./paste.ts";

/** The terminal, as far as it is needed. */
export interface Console {
  stdin: Readable & { setRawMode?(on: boolean): unknown };
  write(text: string): void;
  columns(): number | undefined;
}

/** What a person did: said something, pressed Ctrl-C on an empty line, or ended the input. */
export type Said = { kind: "message"; text: string } | { kind: "interrupt" } | { kind: "end" };

export interface LineInput {
  /** Asks for a message. What was typed meanwhile is taken first. */
  read(): Promise<Said>;
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
  at: Console,
  prompts: { first: string; more: string },
  history: readonly string[],
  onInterrupt: () => void,
): LineInput {
  const keys = Object.assign(new PassThrough(), {
    setRawMode: (on: boolean) => at.stdin.setRawMode?.(on),
  });
  const output = outputTo(at);
  const editor = readline.createInterface({
    input: keys,
    output,
    terminal: true,
    history: history.map(inLine),
    historySize: 1000,
    removeHistoryDuplicates: true,
    prompt: prompts.first,
  });
  const decoder = new StringDecoder("utf8");
  const paste = startPasteFilter();
  const message = startMessage();
  /** Lines of a message that came before it was asked for. */
  const early: string[] = [];
  let ahead = "";
  let tell: ((said: Said) => void) | undefined;
  let isOver = false;

  const say = (said: Said) => {
    const told = tell;
    tell = undefined;
    told?.(said);
  };
  // Readline puts all but the last character of a piece at the end of the line, wherever the cursor is.
  const edit = (typed: string) => {
    const isAtEnd = editor.cursor === editor.line.length && !/\p{Cc}/u.test(typed);
    for (const part of isAtEnd ? [typed] : typed) keys.write(part);
  };
  const take = (line: string) => {
    if (tell === undefined) return void early.push(line);
    const meaning = paste.meaning(line);
    // What was pasted has its lines already, whatever they begin with.
    const isWhole = !message.isOpen() && meaning.includes("\n");
    const text = isWhole ? meaning : message.add(meaning);
    if (text !== undefined) return say({ kind: "message", text });
    editor.setPrompt(prompts.more);
    editor.prompt();
  };
  const read = (chunk: Buffer) => {
    const typed = decoder.write(chunk);
    if (tell !== undefined) return edit(paste.keys(typed));
    const at = typed.lastIndexOf(interrupt);
    ahead = (at < 0 ? ahead : "") + paste.keys(typed.slice(at + 1));
    ahead = ahead.slice(0, maxAhead);
    if (at >= 0) onInterrupt();
  };
  const end = () => {
    isOver = true;
    say({ kind: "end" });
  };
  const resized = () => output.emit("resize");

  editor.on("line", take);
  editor.on("close", end);
  editor.on("SIGINT", () => {
    const isEmpty = editor.line === "" && !message.isOpen();
    message.drop();
    at.write("\n");
    if (isEmpty) return say({ kind: "interrupt" });
    editor.setPrompt(prompts.first);
    // Readline has no other way to forget a line.
    editor.write(null, { ctrl: true, name: "e" });
    editor.write(null, { ctrl: true, name: "u" });
    editor.prompt();
  });
  // Stopped with Ctrl-Z, the editor waits to be asked to go on.
  editor.on("SIGCONT", () => {
    at.write(pasteOn);
    editor.prompt(true);
  });
  at.stdin.on("data", read);
  at.stdin.once("end", end);
  process.on("SIGWINCH", resized);
  at.write(pasteOn);

  return {
    read() {
      return new Promise((resolve) => {
        tell = resolve;
        if (isOver) return end();
        editor.setPrompt(prompts.first);
        editor.prompt();
        for (let line = early.shift(); line !== undefined && tell !== undefined; line = early.shift())
          take(line);
        if (tell === undefined || ahead === "") return;
        const typed = ahead;
        ahead = "";
        edit(typed);
      });
    },
    close() {
      at.stdin.off("data", read);
      at.stdin.off("end", end);
      process.off("SIGWINCH", resized);
      editor.off("close", end);
      editor.close();
      at.stdin.pause();
      at.write(pasteOff);
    },
  };
}

/** Where the editor draws, with the width it asks for. */
function outputTo(at: Console): Writable {
  const output = new Writable({
    decodeStrings: false,
    write(text, _encoding, done) {
      at.write(String(text));
      done();
    },
  });
  return Object.defineProperty(output, "columns", { get: () => at.columns() || 80 });
}
