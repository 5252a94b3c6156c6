// What reading somebody else's settings gives: profiles to be, the keys they need, and what was left behind.
import type { KeyNeed, NotTaken } from "../config/source-table.ts";
import type { Draft } from "./draft.ts";

/** Whose file it was. `rust-wg` is the original wg, whose profiles were whole config files. */
export type ImportKind = "wg" | "rust-wg" | "codex" | "claude" | "cc-switch";

/** A profile to be. `name` may still be no name a profile can have; `text` is set when the file's own text is kept. */
export interface Candidate {
  name: string;
  draft?: Draft;
  text?: string;
  keys: KeyNeed[];
  notes: string[];
  notTaken: NotTaken[];
}

export interface Imported {
  kind: ImportKind;
  candidates: Candidate[];
  /** What belongs to no profile among them. */
  notTaken: NotTaken[];
}

/** A file to be read. `name` is what its profile would be called; `sibling` reads a file beside it, if there is one. */
export interface Source {
  path: string;
  name: string;
  text: string;
  sibling(file: string): string | undefined;
}
