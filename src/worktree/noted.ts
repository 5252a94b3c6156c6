// The steps of git that change what the whole repository shares: each noted on disk before it begins, and until it has ended.
import * as fs from "node:fs";
import * as path from "node:path";
import { readText, removeFile, writeText } from "../base/file.ts";
import type { Project } from "../base/home.ts";
import { objectIn } from "../base/jsonl.ts";
import { isAlive, type ProcessMark, processMark } from "../base/process.ts";
import { type Checkout, type GitEnded, git } from "./git.ts";

/** A branch that is moved on, and its checkout with it. */
export interface Move {
  target: string;
  from: string;
  to: string;
}

/** A step that began and has not ended, as far as is known. */
export interface Note {
  id: string;
  /** Where git works. */
  folder: string;
  /** The branch whose ref it changes. */
  branch: string;
  move?: Move;
  /** When it was noted, in ms of the file system's clock: what was there before is not of this step. */
  notedMs: number;
}

/** In the environment of such a git, with the id of its note. */
export const noteMarker = "WG_GIT";

/** How the name of a note ends whose git was killed. */
const left = ".left.json";

/**
 * Runs git so that it outlives this process, its step being noted meanwhile. The note stays when git was killed. Never
 * rejects but where the note cannot be written.
 */
export async function gitNoted(
  project: Project,
  at: Checkout,
  step: { branch: string; move?: Move },
  args: readonly string[],
): Promise<GitEnded> {
  const id = `${process.pid}-${Math.random().toString(36).slice(2, 10)}`;
  const file = path.join(notesFolder(project), `${id}.json`);
  const note = { schemaVersion: 1, folder: at.folder, ...step, owner: processMark(process.pid) };
  writeText(file, `${JSON.stringify(note)}\n`);
  const ended = await git(at, args, { outlives: true, mark: [noteMarker, id] });
  if (ended.code >= 0) removeFile(file);
  // Its owner lives, and is done with it. A rename keeps the time.
  else fs.renameSync(file, path.join(notesFolder(project), `${id}${left}`));
  return ended;
}

/** The steps whose wg is gone; those of living ones are theirs. */
export function abandonedNotes(project: Project): Note[] {
  const folder = notesFolder(project);
  if (!fs.existsSync(folder)) return [];
  const names = fs.readdirSync(folder).filter((name) => /^[\w-]+(\.left)?\.json$/.test(name));
  return names.flatMap((name) => {
    const file = path.join(folder, name);
    const notedMs = fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs;
    const known = objectIn(readText(file) ?? "");
    if (known === undefined || notedMs === undefined) return [];
    const { folder: at, branch, move, owner } = known;
    if (typeof at !== "string" || typeof branch !== "string") return [];
    // Both as `gitNoted` wrote them.
    if (owner !== undefined && !name.endsWith(left) && isAlive(owner as ProcessMark)) return [];
    const [id = ""] = name.split(".");
    return [{ id, folder: at, branch, notedMs, ...(move !== undefined && { move: move as Move }) }];
  });
}

export function forget(project: Project, { id }: Note): void {
  for (const end of [".json", left]) removeFile(path.join(notesFolder(project), `${id}${end}`));
}

function notesFolder(project: Project): string {
  return path.join(project.folder, "git");
}
