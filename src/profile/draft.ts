// The draft of a profile that is being edited: a hidden file beside it, which outlives everything but success.
import * as path from "node:path";
import { readText, removeFile, writeText } from "../base/file.ts";
import type { Home } from "../base/home.ts";
import type { ProfileFile } from "./files.ts";

/** `resumed` when what was typed before was found and kept. */
export interface Draft {
  path: string;
  resumed: boolean;
}

/** Where the draft of a profile is kept, and stays when editing did not succeed. */
export function draftPath(home: Home, name: string): string {
  return path.join(home.profiles, `.${name}.draft.toml`);
}

/** Opens the draft of a profile: one that was kept from before, else a copy of the file. */
export function openDraft(home: Home, file: ProfileFile): Draft {
  const draft = draftPath(home, file.name);
  const kept = readText(draft);
  if (kept !== undefined && kept !== file.text) return { path: draft, resumed: true };
  writeText(draft, file.text);
  return { path: draft, resumed: false };
}

/** What a draft holds now; the file's own text where somebody removed it. */
export function draftText(draft: Draft, file: ProfileFile): string {
  return readText(draft.path) ?? file.text;
}

/** Removes a draft whose text is in the profile, or says nothing new. */
export function closeDraft(draft: Draft): void {
  removeFile(draft.path);
}
