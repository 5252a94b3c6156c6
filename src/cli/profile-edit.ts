// `wg profile edit`: a profile in the person's own editor, checked when it is saved.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline/promises";
import { WgError } from "../base/error.ts";
import { closeDraft, type Draft, draftText, openDraft } from "../profile/draft.ts";
import { type ProfileFile, readProfile } from "../profile/files.ts";
import { matchOwn } from "../profile/project-profiles.ts";
import { type Rewritten, rewriteProfile } from "../profile/rewrite.ts";
import type { Where } from "../profile/where.ts";
import type { Io } from "./io.ts";
import { plain, printJson, printRefusal, say } from "./print.ts";
import { type JsonOption, writablePlace } from "./profile-place.ts";
import { rewrittenJson, rewrittenSentence } from "./profile-reply.ts";

export async function editProfile(io: Io, word: string, { json }: JsonOption): Promise<void> {
  const where = writablePlace(io);
  const file = readProfile(where.home, matchOwn(where, word));
  const editor = editorOf(io);
  const draft = openDraft(where.home, file);
  if (draft.resumed) say(io, `going on with what was kept in ${plain(draft.path)}`);
  const rewritten = await editUntilGood(io, where, file, draft, editor);
  if (rewritten === undefined) {
    io.status = 4;
    if (json) printJson(io, { profile: file.name, changed: false });
    else say(io, `${file.name} is unchanged`);
    return;
  }
  if (json) printJson(io, rewrittenJson(rewritten));
  else say(io, rewrittenSentence(`saved ${plain(file.path)}`, rewritten));
}

/** `$VISUAL`, `$EDITOR`, or vi where somebody sits at a terminal. */
function editorOf(io: Io): string {
  const editor = io.env["VISUAL"] || io.env["EDITOR"] || (io.stdin.isTTY ? "vi" : "");
  if (editor !== "") return editor;
  throw new WgError("no-editor", "no editor is set", {
    hint: "export EDITOR, or change one key with: wg profile set <name> <key> <value>",
  });
}

/** Edits until the text is good; undefined when it was left as it was. Whatever is thrown, the draft is still there. */
async function editUntilGood(
  io: Io,
  where: Where,
  file: ProfileFile,
  draft: Draft,
  editor: string,
): Promise<Rewritten | undefined> {
  for (;;) {
    const status = await runEditor(io, editor, draft.path);
    const text = draftText(draft, file);
    if (text === file.text) closeDraft(draft);
    if (status !== 0) throw editorFailed(editor, status, draft, text !== file.text);
    if (text === file.text) return undefined;
    try {
      const rewritten = await rewriteProfile(where, rewritingOf(file, text, draft), io.signal);
      closeDraft(draft);
      return rewritten;
    } catch (error) {
      if (!(error instanceof WgError)) throw error;
      const refusal = withDraftKept(error, file, draft);
      if (!io.stdin.isTTY || !io.stderr.isTTY) throw refusal;
      printRefusal(io, refusal, false);
      if (!(await wantsToReopen(io))) throw givenUp(draft);
    }
  }
}

function rewritingOf({ name, path, text: begun }: ProfileFile, text: string, draft: Draft) {
  return {
    name,
    by: `profile edit ${name}`,
    shownAt: draft.path,
    text(old: ProfileFile | undefined) {
      if (old?.text === begun) return text;
      throw new WgError("changed-meanwhile", `${path} was changed by somebody else while you edited`, {
        hint: `compare the two; wg profile edit ${name} then goes on with yours`,
      });
    },
  };
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

function withDraftKept({ code, message, at, hint }: WgError, file: ProfileFile, draft: Draft): WgError {
  const kept = `what you typed is kept in ${draft.path}; wg profile edit ${file.name} goes on with it`;
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

function givenUp(draft: Draft): WgError {
  return new WgError("not-saved", "the profile was not changed", {
    hint: `what you typed is kept in ${draft.path}`,
  });
}
