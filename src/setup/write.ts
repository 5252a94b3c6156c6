// Putting texts into profile files: never over a file of the person's own, and never without a copy where it was asked for.
import * as fs from "node:fs";
import { WgError } from "../base/error.ts";
import { readText, writeText } from "../base/file.ts";
import type { Home } from "../base/home.ts";
import { profilePath } from "../profile/files.ts";
import { type Rewritten, rewriteProfile } from "../profile/rewrite.ts";
import type { Where } from "../profile/where.ts";

/** The text of a profile's file, undefined where there is none. */
export function textAt(home: Home, name: string): string | undefined {
  return readText(profilePath(home, name));
}

/**
 * Writes a profile. `over` is the text that may be replaced: whoever changed the file meanwhile keeps it, and is told
 * (`profile-exists`). Checks and reloads as every change of a profile does.
 */
export function writeProfile(
  where: Where,
  { name, text, by, over }: { name: string; text: string; by: string; over?: string | undefined },
  signal: AbortSignal,
): Promise<Rewritten> {
  const rewriting = {
    name,
    by,
    text(old: { text: string; path: string } | undefined) {
      if (old === undefined || old.text === over) return text;
      throw new WgError("profile-exists", `there is a profile "${name}" already`, { at: { path: old.path } });
    },
  };
  return rewriteProfile(where, rewriting, signal);
}

/** Keeps a copy of a profile's text beside it, under a name that is no profile's. Answers the path. */
export function keepCopy(home: Home, name: string, text: string): string {
  const base = `${profilePath(home, name)}.before-import`;
  let copy = base;
  for (let count = 2; fs.existsSync(copy); count++) copy = `${base}-${count}`;
  writeText(copy, text);
  return copy;
}
