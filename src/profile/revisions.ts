// Revisions: what each name of a bundle stands for, kept when it comes into force, so that a past run can be explained.
import * as fs from "node:fs";
import * as path from "node:path";
import { canonicalJson, sha256 } from "../base/canonical.ts";
import { errnoOf, WgError } from "../base/error.ts";
import { readText, writeText } from "../base/file.ts";
import type { Bundle, Settings } from "../config/settings.ts";
import type { Where } from "./where.ts";

/** A kept bundle under its whole name. Its keys are references, as in every bundle. */
export interface KeptRevision {
  revision: string;
  bundle: Bundle;
  path: string;
}

type Place = Pick<Where, "home" | "project">;

/**
 * Keeps a bundle under its revision unless it is kept already: in the home, else (where that cannot be written) in the
 * project. Answers why it could not be kept; nothing that runs depends on it.
 */
export function keepRevision(
  place: Place,
  settings: Pick<Settings, "bundle" | "revision">,
): WgError | undefined {
  const files = foldersOf(place).map((folder) => path.join(folder, `${settings.revision}.json`));
  if (files.some((file) => fs.existsSync(file))) return undefined;
  let problem: WgError | undefined;
  for (const file of files) {
    try {
      writeText(file, canonicalJson(settings.bundle));
      return undefined;
    } catch (error) {
      if (!(error instanceof WgError)) throw error;
      problem ??= error;
    }
  }
  return problem;
}

/**
 * The revision of this name, or the only one that begins so. Refuses `no-revision`, `ambiguous-revision`, and
 * `bad-revision` when the file no longer holds what its name says.
 */
export function requireRevision(place: Place, prefix: string): KeptRevision {
  const found = new Map<string, string>();
  for (const folder of foldersOf(place).reverse()) {
    for (const name of namesIn(folder)) {
      if (prefix !== "" && name.startsWith(prefix)) found.set(name, path.join(folder, `${name}.json`));
    }
  }
  const [first, second] = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  if (first === undefined) {
    throw new WgError("no-revision", `no revision ${JSON.stringify(prefix.slice(0, 64))} is kept here`, {
      hint: "wg profile history and wg runs name them; one is kept from its first use on",
    });
  }
  if (second !== undefined) {
    throw new WgError("ambiguous-revision", `several revisions begin with "${prefix}"`, {
      hint: `${first[0]} and ${second[0]} among them; give more of it`,
    });
  }
  return readRevision(...first);
}

function foldersOf({ home, project }: Place): string[] {
  return [home.revisions, ...(project === undefined ? [] : [project.revisions])];
}

function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder).flatMap((name) => /^([0-9a-f]{12})\.json$/.exec(name)?.[1] ?? []);
  } catch (error) {
    if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR" || errnoOf(error) === "EACCES") return [];
    throw error;
  }
}

function readRevision(revision: string, file: string): KeptRevision {
  const text = readText(file) ?? "";
  if (!sha256(text).startsWith(revision)) {
    throw new WgError("bad-revision", "this file no longer holds the revision it is named after", {
      at: { path: file },
      hint: "remove it; it is written again when that revision is next in force",
    });
  }
  // The hash says that it is the very text that was written from a bundle.
  return { revision, bundle: JSON.parse(text) as Bundle, path: file };
}
