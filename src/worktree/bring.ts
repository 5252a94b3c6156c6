// Bringing what a task did to where it belongs: merged, with the files that git ignores, and its worktree taken away.
import * as fs from "node:fs";
import * as path from "node:path";
import type { Project } from "../base/home.ts";
import type { Checkout } from "./git.ts";
import { type Merged, mergeBranch, whileMerging } from "./merge.ts";
import { type WorktreeRecord, worktreeFolder } from "./record.ts";
import { removeWorktree } from "./remove.ts";

export interface Load {
  /** Of the merge commit, where one is needed. */
  message: string;
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
  { message, artifacts, prefix }: Load,
  top: Checkout,
): Promise<Brought> {
  return whileMerging(project, async () => {
    const merged = await mergeBranch(record, message, top);
    if (merged.kind === "held") return { ...merged, files: [] };
    const work = path.join(worktreeFolder(project, record.task), prefix);
    const files = artifacts.filter((file) => bringOver(file, work, project.root));
    await removeWorktree(project, record, top);
    return { ...merged, files };
  });
}

/** A file of the task's work that git ignores is in no commit. One that is there already is left alone. */
function bringOver(file: string, work: string, root: string): boolean {
  const [from, to] = [path.resolve(work, file), path.resolve(root, file)];
  if (path.isAbsolute(file) || !fs.existsSync(from) || fs.existsSync(to)) return false;
  fs.mkdirSync(path.dirname(to), { recursive: true });
  fs.cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  return true;
}
