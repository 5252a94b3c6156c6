// A file in the person's own editor: a draft is edited until its text is good, and kept whatever happens.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline/promises";
import { closeDraft, type Draft, draftText, type Edited, openDraft } from "../base/draft.ts";
import { WgError } from "../base/error.ts";
import type { Io } from "./io.ts";
import { plain, printRefusal, say } from "./print.ts";

/** What is edited, and what becomes of it. */
export interface Editing<Saved> {
  file: Edited;
  /** What it is called to people: `the profile`. */
  noun: string;
  /** The command that goes on with a draft that was kept: `wg profile edit mine`. */
  again: string;
  /** The way without an editor, for who has none. */
  otherwise: string;
  /** Takes a new text into the file, or refuses it; `shownAt` is where the person sees its lines. */
  save(text: string, shownAt: string): Saved | Promise<Saved>;
}

/** Edits until the text is good; undefined when it was left as it was. Whatever is thrown, what was typed is still there. */
export async function editText<Saved>(io: Io, editing: Editing<Saved>): Promise<Saved | undefined> {
  const { file } = editing;
  const editor = editorOf(io, editing.otherwise);
  const draft = openDraft(file);
  if (draft.resumed) say(io, `going on with what was kept in ${plain(draft.path)}`);
  for (;;) {
    const status = await runEditor(io, editor, draft.path);
    const text = draftText(draft, file);
    if (text === file.text) closeDraft(draft);
    if (status !== 0) throw editorFailed(editor, status, draft, text !== file.text);
    if (text === file.text) return undefined;
    try {
      const saved = await editing.save(text, draft.path);
      closeDraft(draft);
      return saved;
    } catch (error) {
      if (!(error instanceof WgError)) throw error;
      const refusal = withDraftKept(error, editing.again, draft);
      if (!io.stdin.isTTY || !io.stderr.isTTY) throw refusal;
      printRefusal(io, refusal, false);
      if (!(await wantsToReopen(io))) throw givenUp(editing.noun, draft);
    }
  }
}

/** The refusal of a text that was begun on another one than stands in the file now. */
export function changedMeanwhile(file: string, again: string): WgError {
  return new WgError("changed-meanwhile", `${file} was changed by somebody else while you edited`, {
    hint: `compare the two; ${again} then goes on with yours`,
  });
}

/** `$VISUAL`, `$EDITOR`, or vi where somebody sits at a terminal. */
function editorOf(io: Io, otherwise: string): string {
  const editor = io.env["VISUAL"] || io.env["EDITOR"] || (io.stdin.isTTY ? "vi" : "");
  if (editor !== "") return editor;
  throw new WgError("no-editor", "no editor is set", { hint: `export EDITOR, or ${otherwise}` });
}

/** The editor's exit status, or the signal that ended it. */
async function runEditor(io: Io, editor: string, file: string): Promise<number | string> {
  // The shell splits `code --wait`; the file itself is an argument, whatever its name.
  const child = spawn("sh", ["-c", `${editor} "$@"`, editor, file], {
    cwd: io.cwd,
    env: io.env,
    stdio: "inherit",
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code ?? signal ?? 1));
  });
}

function withDraftKept({ code, message, at, hint }: WgError, again: string, draft: Draft): WgError {
  const kept = `what you typed is kept in ${draft.path}; ${again} goes on with it`;
  return new WgError(code, message, {
    hint: hint === undefined ? kept : `${hint}; ${kept}`,
    ...(at && { at }),
  });
}

async function wantsToReopen(io: Io): Promise<boolean> {
  const lines = createInterface({ input: io.stdin, output: io.stderr });
  try {
    const answer = await lines.question("open it again? [Y/n] ", { signal: io.signal });
    return !/^n/i.test(answer.trim());
  } finally {
    lines.close();
  }
}

function editorFailed(editor: string, status: number | string, draft: Draft, typed: boolean): WgError {
  const kept = typed ? `; what you typed is kept in ${draft.path}` : "";
  return new WgError("editor-failed", `the editor ended with ${status}: ${editor}`, {
    hint: `nothing was changed${kept}`,
  });
}

function givenUp(noun: string, draft: Draft): WgError {
  return new WgError("not-saved", `${noun} was not changed`, {
    hint: `what you typed is kept in ${draft.path}`,
  });
}
