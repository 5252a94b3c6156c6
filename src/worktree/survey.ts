// Looking over the worktrees of a project: which are of no use any more, and why the others stay.
import type { Project } from "../base/home.ts";
import { type Checkout, gitText } from "./git.ts";
import { mend } from "./mend.ts";
import { whileMerging } from "./merge.ts";
import { readRecord, recordedTasks, worktreeFolder } from "./record.ts";
import { reasonToKeep, removeWorktree } from "./remove.ts";

/** A worktree or a branch of wg's. Without `keep` nothing would be lost with it. */
export interface Surveyed {
  task?: string;
  branch?: string;
  folder?: string;
  /** Why it stays. */
  keep?: string;
}

/** Every worktree of the project, then every branch `wg/...` without one. `inUse` says why a task needs its own. */
export async function survey(
  project: Project,
  top: Checkout,
  inUse: (task: string) => string | undefined,
): Promise<Surveyed[]> {
  const found: Surveyed[] = [];
  for (const task of recordedTasks(project)) found.push(await lookAt(project, task, top, inUse));
  const listed = await gitText(top, ["for-each-ref", "--format=%(refname:short)", "refs/heads/wg/"]);
  const known = new Set(found.map(({ branch }) => branch));
  const others = listed.split("\n").filter((branch) => branch !== "" && !known.has(branch));
  return [
    ...found,
    ...others.map((branch) => ({ branch, keep: "wg has no record of it: git branch -d deletes it" })),
  ];
}

/** Takes a worktree and its branch away unless there is a reason against it by now; true when it did. */
export function reclaim(
  project: Project,
  task: string,
  top: Checkout,
  inUse: (task: string) => string | undefined,
): Promise<boolean> {
  return whileMerging(project, async () => {
    await mend(project, top);
    const record = readRecord(project, task);
    if (record === undefined || (await lookAt(project, task, top, inUse)).keep !== undefined) return false;
    await removeWorktree(project, record, top);
    return true;
  });
}

async function lookAt(
  project: Project,
  task: string,
  top: Checkout,
  inUse: (task: string) => string | undefined,
): Promise<Surveyed> {
  const folder = worktreeFolder(project, task);
  const record = readRecord(project, task);
  if (record === undefined) return { task, folder, keep: "wg has no record of it" };
  const keep = inUse(task) ?? (await reasonToKeep(project, record, top));
  return { task, branch: record.branch, folder, ...(keep !== undefined && { keep }) };
}
