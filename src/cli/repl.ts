// A chat in this terminal by wg's own lines: a message, its turn, and the next, until the person leaves.
import * as path from "node:path";
import { WgError } from "../base/error.ts";
import type { Opened } from "../chat/shelf.ts";
import { runTurn } from "../chat/turn.ts";
import type { RunResult } from "../graph/result.ts";
import { addToHistory, readHistory } from "../terminal/history.ts";
import { startLineInput, type Typed } from "../terminal/line-input.ts";
import { homeHere, turnIo } from "./chat-place.ts";
import type { Io } from "./io.ts";
import { paint, print, printRefusal, say } from "./print.ts";
import { pipeView, type TurnView, terminalView } from "./repl-view.ts";
import { isWord, obey } from "./repl-words.ts";

/** Holds a chat until the person leaves it, or `io.signal` aborts. Needs a terminal on stdin and stdout. */
export async function repl(io: Io, opened: Opened): Promise<void> {
  let stop = new AbortController();
  const history = historyOf(io, opened);
  const input = startLineInput(
    { stdin: io.stdin, write: (text) => io.stdout.write(text), columns: () => io.stdout.columns },
    { first: paint(io, "stdout", "green", "› "), more: paint(io, "stdout", "dim", "… ") },
    history.texts,
    () => stop.abort(),
  );
  const over = overWhen(io.signal);
  let isWarned = false;
  try {
    print(io, paint(io, "stdout", "dim", "/help tells what can be typed; Ctrl-D leaves"));
    for (;;) {
      const typed = await Promise.race([input.read(), over.ended]);
      if (typed.kind === "end") return print(io, "");
      if (typed.kind === "interrupt" && isWarned) return;
      isWarned = typed.kind === "interrupt";
      if (typed.kind === "interrupt") {
        print(io, paint(io, "stdout", "dim", "once more leaves; the chat can be gone on with"));
        continue;
      }
      if (typed.text.trim() === "") continue;
      history.add(typed.text);
      const order = isWord(typed.text) ? await obey(io, opened, typed.text) : typed.text;
      if (order === "leave") return;
      if (order === "done") continue;
      stop = new AbortController();
      await turnOrRefusal(io, opened, order, stop.signal);
    }
  } finally {
    over.forget();
    input.close();
  }
}

/** One message from a pipe, and its answer on stdout; the exit status says what came of it. */
export async function replyOnce(io: Io, opened: Opened, text: string): Promise<void> {
  const { outcome } = await turn(io, opened, text, pipeView(io), io.signal);
  if (outcome !== "done") io.status = outcome === "cancelled" ? 130 : 1;
}

async function turnOrRefusal(io: Io, opened: Opened, text: string, signal: AbortSignal): Promise<void> {
  try {
    await turn(io, opened, text, terminalView(io), AbortSignal.any([io.signal, signal]));
  } catch (error) {
    // Waiting for another's turn was given up.
    if (signal.aborted) return say(io, "interrupted");
    if (!(error instanceof WgError)) throw error;
    printRefusal(io, error, false);
  }
}

async function turn(
  io: Io,
  { folder }: Opened,
  text: string,
  view: TurnView,
  signal: AbortSignal,
): Promise<RunResult> {
  const startedMs = performance.now();
  try {
    const events = runTurn(folder, text, { ...turnIo(io), onText: view.text }, signal);
    for (;;) {
      const next = await events.next();
      if (!next.done) {
        view.event(next.value);
        continue;
      }
      view.result(next.value.result, performance.now() - startedMs);
      return next.value.result;
    }
  } finally {
    view.close();
  }
}

/** What was typed where this chat is at home. A history that cannot be written is told once, and done without. */
function historyOf(io: Io, { chat }: Opened): { texts: string[]; add(text: string): void } {
  const file = path.join(homeHere(io).root, "chat-history.jsonl");
  const place = chat.project ?? chat.cwd;
  let isKept = true;
  return {
    texts: readHistory(file, place),
    add(text) {
      if (!isKept) return;
      try {
        addToHistory(file, place, text);
      } catch (error) {
        if (!(error instanceof WgError)) throw error;
        isKept = false;
        printRefusal(io, error, false);
      }
    },
  };
}

function overWhen(signal: AbortSignal): { ended: Promise<Typed>; forget(): void } {
  let onAbort = () => {};
  const ended = new Promise<Typed>((resolve) => {
    onAbort = () => resolve({ kind: "end" });
  });
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  return { ended, forget: () => signal.removeEventListener("abort", onAbort) };
}
