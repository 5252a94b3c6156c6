// Bringing what a task did to where it belongs: merged, with the files that git ignores, and its worktree taken away.
import * as fs from "node:fs";
import * as path from "node:path";
import { WgError } from "../base/error.ts";
import type { Project } from "../base/home.ts";
import type { Checkout } from "./git.ts";
import { type Merged, mergeBranch, type Words, whileMerging } from "./merge.ts";
import { type WorktreeRecord, worktreeFolder } from "./record.ts";
import { removeWorktree } from "./remove.ts";

export interface Load extends Words {
  /** Files that the task named as its work, from the project's root. */
  artifacts: readonly string[];
  /** From the top of the checkout to the project. */
  prefix: string;
}

/** What came of a merge, and the ignored files that were brought over beside it. */
export type Brought = Merged & { files: string[] };

/** Merges the branch, one at a time, and takes branch and worktree away. Where the merge is held, nothing is changed. */
export function bringBack(
  project: Project,
  record: WorktreeRecord,
  { artifacts, prefix, ...words }: Load,
  top: Checkout,
): Promise<Brought> {
  return whileMerging(project, async () => {
    const merged = await mergeBranch(project, record, words, top);
    if (merged.kind === "held") return { ...merged, files: [] };
    const work = path.join(worktreeFolder(project, record.task), prefix);
    const files = artifacts.filter((file) => bringOver(file, work, project.root));
    await removeOrLeave(project, record, words, top);
    return { ...merged, files };
  });
}

/** The work has arrived: what cannot be taken away now is for `wg gc`. */
async function removeOrLeave(
  project: Project,
  record: WorktreeRecord,
  { tell }: Words,
  top: Checkout,
): Promise<void> {
  try {
    await removeWorktree(project, record, top);
  } catch (error) {
    if (!(error instanceof WgError)) throw error;
    tell(`its worktree stays until wg gc: ${error.message}`);
  }
}

/** A file of the task's work that git ignores is in no commit. One that is there already is left alone. */
function bringOver(file: string, work: string, root: string): boolean {
  const [from, to] = [path.resolve(work, file), path.resolve(root, file)];
  if (path.isAbsolute(file) || !fs.existsSync(from) || fs.existsSync(to)) return false;
  fs.mkdirSync(path.dirname(to), { recursive: true });
  fs.cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  return true;
}
