// The pointer: a file of one line that names the active profile. Writing it is the commit point of a switch.
import * as fs from "node:fs";
import { WgError } from "../base/error.ts";
import { readText, removeFile, writeText } from "../base/file.ts";
import { baseName, isBase, isProfileName } from "./name.ts";

/**
 * What a pointer file says. `base` is a pointer that names no profile on purpose; `broken` is one that cannot be
 * understood, with the refusal a caller throws when it needed to.
 */
export type Pointer =
  | { kind: "absent" }
  | { kind: "base" }
  | { kind: "profile"; name: string }
  | { kind: "broken"; problem: WgError };

/** One name of 64 characters and some white space; more is no pointer. */
const maxPointerBytes = 1024;

/** Reads a pointer file. Never throws for what the file holds: a broken one is a state of its own. */
export function readPointer(file: string): Pointer {
  try {
    const text = readText(file, maxPointerBytes);
    return text === undefined ? { kind: "absent" } : parsePointer(file, text);
  } catch (error) {
    if (error instanceof WgError) return { kind: "broken", problem: error };
    throw error;
  }
}

/** What a pointer's text says; `file` is only named in the problem of a broken one. */
export function parsePointer(file: string, text: string): Pointer {
  const name = text.trim();
  if (isBase(name)) return { kind: "base" };
  if (isProfileName(name)) return { kind: "profile", name };
  const what = name === "" ? "is empty" : "does not hold one profile name";
  const problem = new WgError("bad-pointer", `${file} ${what}`, {
    at: { path: file, line: 1 },
    hint: "set it again with: wg profile use <name>, or wg profile use --clear",
  });
  return { kind: "broken", problem };
}

/** In the history, a project without a pointer of its own. `base` there is a pointer that says so. */
export const noPointer = "none";

/** What the history calls a pointer: the profile it names, `base`, or `none` where `whose` is a project. */
export function pointerWord(pointer: Pointer, whose: "everywhere" | "project"): string {
  switch (pointer.kind) {
    case "profile":
      return pointer.name;
    case "base":
      return baseName;
    case "absent":
    case "broken":
      return whose === "project" ? noPointer : baseName;
  }
}

/** Points at a profile. One rename; a symlink stays one. */
export function pointAt(file: string, name: string): void {
  writeText(file, `${name}\n`);
}

/** Points at nothing: the file is removed; a symlink stays and its target says `base`. */
export function clearPointer(file: string): void {
  if (fs.lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) pointAt(file, baseName);
  else removeFile(file);
}
