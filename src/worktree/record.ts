// What is remembered of a task's worktree: a small file beside it, written before anything that it tells of is done.
import * as fs from "node:fs";
import * as path from "node:path";
import { readText, removeFile, writeText } from "../base/file.ts";
import type { Project } from "../base/home.ts";
import { objectIn } from "../base/jsonl.ts";

export interface WorktreeRecord {
  task: string;
  branch: string;
  /** The commit that the branch began at. */
  from: string;
  /** The branch that it goes back to; none where it began on a detached HEAD. */
  target?: string;
  /** `planned`: may be there in part; `made`: checked out; `ready`: its files were brought and its setup has run. */
  state: "planned" | "made" | "ready";
}

/** Where a project's worktrees are, one folder and one record a task. */
export function worktreesFolder(project: Project): string {
  return path.join(project.folder, "worktrees");
}

/** The folder of a task's worktree, whether or not it exists. */
export function worktreeFolder(project: Project, task: string): string {
  return path.join(worktreesFolder(project), task);
}

/** Held by whoever changes the target branch of a task's worktree. */
export function mergeLock(project: Project): string {
  return path.join(worktreesFolder(project), ".merge.lock");
}

/**
 * The branch of a task: `wg/<task>`, with a dash for each dot that git allows in no name.
 */
export function branchOf(task: string): string {
  return `wg/${task.replace(/\.(?=\.|$|lock$)/g, "-")}`;
}

/** The record of a task, undefined where there is none to be read. */
export function readRecord(project: Project, task: string): WorktreeRecord | undefined {
  const { branch, from, target, state } = objectIn(readText(recordFile(project, task)) ?? "") ?? {};
  if (typeof branch !== "string" || typeof from !== "string") return undefined;
  const known = (["made", "ready"] as const).find((each) => each === state) ?? "planned";
  return { task, branch, from, ...(typeof target === "string" && { target }), state: known };
}

export function writeRecord(project: Project, record: WorktreeRecord): void {
  writeText(recordFile(project, record.task), `${JSON.stringify({ schemaVersion: 1, ...record })}\n`);
}

/** Removes the record, and what a killed process left of writing one. */
export function removeRecord(project: Project, task: string): void {
  const file = recordFile(project, task);
  removeFile(file);
  const folder = path.dirname(file);
  if (!fs.existsSync(folder)) return;
  const begin = `.${path.basename(file)}.`;
  for (const name of fs.readdirSync(folder)) if (name.startsWith(begin)) removeFile(path.join(folder, name));
}

/** The tasks with a record or a folder, sorted. */
export function recordedTasks(project: Project): string[] {
  const folder = worktreesFolder(project);
  if (!fs.existsSync(folder)) return [];
  const entries = fs.readdirSync(folder, { withFileTypes: true });
  const names = entries.flatMap((entry) => {
    if (entry.isDirectory()) return [entry.name];
    return recordName.exec(entry.name)?.[1] ?? [];
  });
  return [...new Set(names)].sort();
}

// No task's id begins with a dot, so no worktree is ever in its way.
const recordName = /^\.([a-z0-9].*)\.json$/;

function recordFile(project: Project, task: string): string {
  return path.join(worktreesFolder(project), `.${task}.json`);
}
