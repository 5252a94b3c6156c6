// The draft of a TOML file that is being edited: a hidden file beside it, which outlives everything but success.
import * as path from "node:path";
import { readText, removeFile, writeText } from "./file.ts";

/** `resumed` when what was typed before was found and kept. */
export interface Draft {
  path: string;
  resumed: boolean;
}

/** What is edited: a file as it was read. */
export interface Edited {
  path: string;
  text: string;
}

/** Where the draft of a file is kept, and stays when editing did not succeed. */
export function draftPath(file: string): string {
  return path.join(path.dirname(file), `.${path.basename(file, ".toml")}.draft.toml`);
}

/** Opens the draft of a file: one that was kept from before, else a copy of the file. */
export function openDraft(file: Edited): Draft {
  const draft = draftPath(file.path);
  const kept = readText(draft);
  if (kept !== undefined && kept !== file.text) return { path: draft, resumed: true };
  writeText(draft, file.text);
  return { path: draft, resumed: false };
}

/** What a draft holds now; the file's own text where somebody removed it. */
export function draftText(draft: Draft, file: Edited): string {
  return readText(draft.path) ?? file.text;
}

/** Removes a draft whose text is in the file, or says nothing new. */
export function closeDraft(draft: Draft): void {
  removeFile(draft.path);
}
