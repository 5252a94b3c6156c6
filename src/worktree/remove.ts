// Taking a worktree away, and its branch: only when all that was committed there is in the branch it goes back to.
import * as fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Project } from "../base/home.ts";
import { changesIn, commitAll, dropStaleLocks, headOf, returnToBranch } from "./commit.ts";
import { type Checkout, git, gitFailed } from "./git.ts";
import { gitNoted } from "./noted.ts";
import { readRecord, removeRecord, type WorktreeRecord, worktreeFolder, writeRecord } from "./record.ts";
import { adminFolder, commonFolder, isWithin, tipOf } from "./repository.ts";

/** How often a branch is deleted before that is left to a later time. */
const tries = 10;

/** Why a worktree stays, or undefined where nothing would be lost with it. */
export async function reasonToKeep(
  project: Project,
  record: WorktreeRecord,
  top: Checkout,
): Promise<string | undefined> {
  const { branch, target, task } = record;
  const folder = worktreeFolder(project, task);
  const gitDir = adminFolder(await commonFolder(top), folder);
  if (record.state !== "planned" && gitDir !== undefined && fs.existsSync(folder)) {
    const changes = await changesIn({ folder, gitDir, env: top.env });
    if (changes.length > 0) return `it has changes that are not committed: ${changes.slice(0, 3).join(", ")}`;
    const head = await headOf({ folder, gitDir, env: top.env });
    const why = head === undefined ? undefined : await unreachable(top, head, target);
    if (why !== undefined) return why;
  }
  const tip = await tipOf(top, branch);
  return tip === undefined ? undefined : unreachable(top, tip, target);
}

/**
 * Takes away the checkout, the branch and the record, in this order: killed in between, it can be done again. The record
 * stays where the branch cannot be deleted now, so that `wg gc` knows it.
 */
export async function removeWorktree(project: Project, record: WorktreeRecord, top: Checkout): Promise<void> {
  await discard(project, record, top);
  if (await deleteBranch(project, record.branch, top)) removeRecord(project, record.task);
}

/** False when the branch is still there, and nobody's. git looks at every worktree first, and stumbles over one just being made. */
async function deleteBranch(project: Project, branch: string, top: Checkout): Promise<boolean> {
  for (let left = tries; left > 0; left--) {
    const words = ["branch", "--delete", "--force", branch];
    const { code, stderr } = await gitNoted(project, top, { branch }, words);
    // Checked out elsewhere, it is somebody's.
    if (code === 0 || /checked out at|used by worktree/.test(stderr)) return true;
    if ((await tipOf(top, branch)) === undefined) return true;
    await sleep(100);
  }
  return false;
}

/**
 * Takes a checkout away, whatever is in it, and what the repository knows of it. The record says so first: what is left of a
 * checkout when this is killed must never be taken for one from which somebody deleted files. A folder that git knows nothing
 * of any more may hold the only copy of somebody's work, so it gets another name.
 */
export async function discard(project: Project, record: WorktreeRecord, top: Checkout): Promise<void> {
  const folder = worktreeFolder(project, record.task);
  const admin = adminFolder(await commonFolder(top), folder);
  if (admin === undefined && record.state !== "planned" && fs.existsSync(folder)) {
    fs.renameSync(folder, `${folder}.kept-${Date.now().toString(36)}`);
  }
  writeRecord(project, { ...record, state: "planned" });
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  if (admin !== undefined) fs.rmSync(admin, { recursive: true, force: true });
}

/**
 * Clears the way for a task whose id had been another's, which was removed. What that one left uncommitted is committed,
 * and its branch gets another name where it holds more than its target. Answers what was done, in words.
 */
export async function retire(project: Project, task: string, top: Checkout): Promise<string[]> {
  const record = readRecord(project, task);
  if (record === undefined) return [];
  const folder = worktreeFolder(project, task);
  const gitDir = adminFolder(await commonFolder(top), folder);
  if (record.state !== "planned" && gitDir !== undefined && fs.existsSync(folder)) {
    const checkout = { folder, gitDir, env: top.env };
    await dropStaleLocks(checkout, record.branch);
    await returnToBranch(checkout, record.branch);
    await commitAll(checkout, `unfinished: ${task}\n\nLeft by a task of this name that was removed.\n`);
  }
  const why = await reasonToKeep(project, record, top);
  if (why === undefined) {
    await removeWorktree(project, record, top);
    return [];
  }
  const other = `${record.branch}-before-${Date.now().toString(36)}`;
  const words = ["branch", "--move", record.branch, other];
  const ended = await gitNoted(project, top, { branch: record.branch }, words);
  if (ended.code !== 0) throw gitFailed(words, ended);
  await discard(project, record, top);
  removeRecord(project, task);
  return [`an earlier task of this name left work; it is kept on the branch ${other}`];
}

async function unreachable(
  top: Checkout,
  commit: string,
  target: string | undefined,
): Promise<string | undefined> {
  if (target === undefined) return "there is no branch that it goes back to";
  const tip = await tipOf(top, target);
  if (tip === undefined) return `the branch it goes back to, ${target}, does not exist`;
  if (await isWithin(top, commit, tip)) return undefined;
  const count = await git(top, ["rev-list", "--count", `${tip}..${commit}`]);
  return `${count.stdout.trim() || "some"} commits of it are not in ${target}`;
}
