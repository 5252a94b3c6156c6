// A task's worktree, there and ready to be worked in: made afresh, or gone on with where an attempt before left it.
import * as fs from "node:fs";
import { WgError } from "../base/error.ts";
import type { Env, Project } from "../base/home.ts";
import { changesIn, commitAll, dropStaleLocks, identity, returnToBranch } from "./commit.ts";
import { type Checkout, git, gitFailed, gitText } from "./git.ts";
import { copyIncluded, copySubmodules, includeName } from "./include.ts";
import { conflictsBetween, whileMerging } from "./merge.ts";
import { gitNoted } from "./noted.ts";
import { readRecord, type WorktreeRecord, worktreeFolder, writeRecord } from "./record.ts";
import { discard, retire } from "./remove.ts";
import { adminFolder, commonFolder, tipOf } from "./repository.ts";

/** What a run asks for. */
export interface Wanted {
  task: string;
  title: string;
  /** From 1. */
  attempt: number;
  branch: string;
  from: string;
  target?: string;
  /** The checkout that the project is in. */
  top: string;
}

export interface OpenWorktree {
  checkout: Checkout;
  record: WorktreeRecord;
  /** What a person should know of how it came about. */
  notes: string[];
}

/**
 * Opens the worktree of a task. The first attempt begins at `from`; a later one goes on with what is there, what the one
 * before left uncommitted being committed as unfinished. Refuses `branch-taken`, `no-submodule` and `git-failed`.
 */
export async function openWorktree(project: Project, wanted: Wanted, env: Env): Promise<OpenWorktree> {
  const open = () => openAlone(project, wanted, env);
  // What is there could be taken away at this very moment, by who finds it to be of no use.
  const isNew = readRecord(project, wanted.task) === undefined;
  const opened = isNew ? await open() : await whileMerging(project, open);
  if (!isNew) return opened;
  // A merge on its way looks like changes of somebody's.
  const missed = await whileMerging(project, () => leftOut({ folder: wanted.top, env }, opened.record));
  return { ...opened, notes: [...opened.notes, ...missed] };
}

async function openAlone(project: Project, wanted: Wanted, env: Env): Promise<OpenWorktree> {
  const top: Checkout = { folder: wanted.top, env };
  const notes: string[] = [];
  if (wanted.attempt === 1) notes.push(...(await retire(project, wanted.task, top)));
  const before = readRecord(project, wanted.task);
  const record = before ?? (await begin(project, wanted, top));
  const checkout = { folder: worktreeFolder(project, wanted.task), env };
  const admin = adminFolder(await commonFolder(top), checkout.folder);
  if (record.state !== "planned" && admin !== undefined && fs.existsSync(checkout.folder)) {
    const opened = { ...checkout, gitDir: admin };
    notes.push(...(await goOn(opened, record, wanted.title)));
    return { checkout: opened, record, notes };
  }
  if (before !== undefined && record.state !== "planned")
    notes.push(`the worktree was gone; it is made anew from ${record.branch}`);
  const made = await make(project, record, top);
  return { ...made, notes };
}

/** Brings what the commit does not have: listed ignored files and submodules. Answers what was brought, in words. */
export async function bringFiles(project: Project, top: Checkout, checkout: Checkout): Promise<string[]> {
  const modules = await copySubmodules(top, checkout);
  const files = await copyIncluded(top, checkout.folder, fs.realpathSync(project.folder));
  return [
    ...(modules > 0 ? [`${modules} submodules checked out`] : []),
    ...(files > 0 ? [`${files} ignored files copied, as ${includeName} lists them`] : []),
  ];
}

async function begin(project: Project, wanted: Wanted, top: Checkout): Promise<WorktreeRecord> {
  const { task, branch, from, target } = wanted;
  if ((await tipOf(top, branch)) !== undefined) {
    throw new WgError("branch-taken", `there is a branch ${branch} already, and it is not of this task`, {
      hint: `rename or delete it, then: wg retry ${task}`,
    });
  }
  const record: WorktreeRecord = {
    task,
    branch,
    from,
    ...(target !== undefined && { target }),
    state: "planned",
  };
  writeRecord(project, record);
  return record;
}

/** Makes the checkout; what a killed process left of one is cleared away first. */
async function make(
  project: Project,
  record: WorktreeRecord,
  top: Checkout,
): Promise<Pick<OpenWorktree, "checkout" | "record">> {
  const folder = worktreeFolder(project, record.task);
  await discard(project, record, top);
  await dropStaleLocks(top, record.branch);
  if ((await tipOf(top, record.branch)) === undefined) {
    const words = ["branch", "--no-track", record.branch, record.from];
    const ended = await gitNoted(project, top, { branch: record.branch }, words);
    if (ended.code !== 0) throw gitFailed(words, ended);
  }
  await gitText(top, ["worktree", "add", "--quiet", "--force", folder, record.branch]);
  const gitDir = adminFolder(await commonFolder(top), folder);
  if (gitDir === undefined) throw new WgError("git-failed", `git made no worktree in ${folder}`);
  const made: WorktreeRecord = { ...record, state: "made" };
  writeRecord(project, made);
  return { checkout: { folder, gitDir, env: top.env }, record: made };
}

async function goOn(checkout: Checkout, record: WorktreeRecord, title: string): Promise<string[]> {
  await dropStaleLocks(checkout, record.branch);
  await returnToBranch(checkout, record.branch);
  const words = `unfinished: ${title}\n\nLeft by an attempt that did not end well.\n`;
  const kept = await commitAll(checkout, words);
  const conflicts = await takeConflicts(checkout, record);
  return [
    ...(kept
      ? [`what the attempt before left uncommitted was committed to ${record.branch} as unfinished`]
      : []),
    ...(conflicts.length > 0
      ? [`to be solved, with what ${record.target} has: ${conflicts.join(", ")}`]
      : []),
  ];
}

/**
 * Where the branch conflicts with its target, the target is merged into the worktree, marks and all: only there can the agent
 * solve it, and one whose sandbox keeps it from merging too. What it leaves is committed as the merge.
 */
async function takeConflicts(checkout: Checkout, { branch, target }: WorktreeRecord): Promise<string[]> {
  if (target === undefined || (await tipOf(checkout, target)) === undefined) return [];
  const [ours, theirs] = [`refs/heads/${branch}`, `refs/heads/${target}`];
  const conflicts = await conflictsBetween(ours, theirs, checkout);
  if (conflicts.length === 0) return [];
  const words = ["merge", "--no-commit", "--no-ff", "--no-autostash", "--quiet", theirs];
  await git(checkout, [...(await identity(checkout)), ...words]);
  return conflicts;
}

/** What people miss when their own changes are not in a worktree. */
async function leftOut(top: Checkout, { from, branch }: WorktreeRecord): Promise<string[]> {
  const changes = await changesIn(top);
  if (changes.length === 0) return [];
  const rest = changes.length > 3 ? ` and ${changes.length - 3} more` : "";
  const few = `${changes.slice(0, 3).join(", ")}${rest}`;
  return [
    `${branch} begins at the last commit, ${from.slice(0, 10)}; changes that are not committed stay out of it: ${few}`,
  ];
}
