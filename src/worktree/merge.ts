// Bringing a branch into its target, so that no checkout is ever left half-merged: decided in the object database first.
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { WgError } from "../base/error.ts";
import type { Project } from "../base/home.ts";
import { takeLock } from "../base/lock.ts";
import { identity } from "./commit.ts";
import { type Checkout, entriesOf, git, gitFailed, gitText } from "./git.ts";
import { mend } from "./mend.ts";
import { gitNoted, type Move } from "./noted.ts";
import { mergeLock, type WorktreeRecord } from "./record.ts";
import { isWithin, tipOf } from "./repository.ts";
import { scratchMerge } from "./scratch-merge.ts";

/** `held`: nothing was changed, and why; `nothing` was there to merge. */
export type Merged =
  | { kind: "merged"; commit: string; how: "fast-forward" | "merge" }
  | { kind: "nothing" }
  | { kind: "held"; reason: string; conflicts?: string[] };

/** A merge takes moments; whoever waits longer waits for something that hangs. */
const lockWaitMs = 10 * 60_000;
/** How often a target may move away under a merge, or another git be at work, before that is said. */
const tries = 20;

/** The message of the merge commit, where one is needed, and who hears of what had to be put right before. */
export interface Words {
  message: string;
  tell(sentence: string): void;
}

/** Runs `step` while no other wg process changes a target branch of the project. Refuses with `locked`. */
export async function whileMerging<T>(project: Project, step: () => Promise<T>): Promise<T> {
  const giveUpAtMs = performance.now() + lockWaitMs;
  const take = () => takeLock(mergeLock(project), "exclusive", 0);
  let lock = take();
  // Never blocking: the run's lease is renewed meanwhile.
  for (; lock === undefined; lock = take()) {
    if (performance.now() > giveUpAtMs) throw new WgError("locked", "another merge does not end");
    await sleep(50);
  }
  try {
    return await step();
  } finally {
    lock.release();
  }
}

/**
 * Merges the branch of a worktree into its target: by moving the target forward where it has nothing of its own, else with
 * a merge commit of this message. Where the target is checked out, its files follow, unless changes of the person's are in
 * the way. To be called under `whileMerging`.
 */
export async function mergeBranch(
  project: Project,
  record: WorktreeRecord,
  { message, tell }: Words,
  top: Checkout,
): Promise<Merged> {
  const { branch, target } = record;
  if (target === undefined) {
    return { kind: "held", reason: `it began on a detached HEAD: check out the branch it is for` };
  }
  for (let left = tries; ; left--) {
    const tried = await ifKilled(async () => {
      for (const mended of await mend(project, top)) tell(mended);
      return tryMerge(project, branch, target, message, top);
    });
    if (tried.kind !== "busy") return tried;
    if (left <= 1) return { kind: "held", reason: tried.reason };
    await sleep(250);
  }
}

type Tried = Merged | { kind: "busy"; reason: string };

/** A git that was killed has decided nothing: it is asked again. */
async function ifKilled(step: () => Promise<Tried>): Promise<Tried> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof WgError) || error.code !== "git-killed") throw error;
    return { kind: "busy", reason: error.message };
  }
}

async function tryMerge(
  project: Project,
  branch: string,
  target: string,
  message: string,
  top: Checkout,
): Promise<Tried> {
  const [from, tip] = [await tipOf(top, target), await tipOf(top, branch)];
  if (tip === undefined) return { kind: "held", reason: `the branch ${branch} does not exist any more` };
  if (from === undefined) return { kind: "held", reason: `the branch ${target} does not exist any more` };
  if (await isWithin(top, tip, from)) return { kind: "nothing" };
  const lost = await uncarried(from, tip, top);
  if (lost !== undefined) return { kind: "held", reason: lost };
  const isAhead = await isWithin(top, from, tip);
  const made = isAhead ? { commit: tip } : await mergeCommit(from, tip, message, top);
  if (!("commit" in made)) return made;
  const problem = await moveTarget(project, { target, from, to: made.commit }, top);
  return problem ?? { kind: "merged", commit: made.commit, how: isAhead ? "fast-forward" : "merge" };
}

/** How a git before 2.38 ends that is asked to merge without files. */
const notKnown = 129;
const computed = ["merge-tree", "--write-tree", "--name-only", "--no-messages", "-z"];

/** The files that two commits conflict in; none where they merge by themselves, or git cannot tell. */
export async function conflictsBetween(one: string, other: string, at: Checkout): Promise<string[]> {
  const { code, stdout } = await git(at, [...computed, one, other]);
  return code === 1 ? entriesOf(stdout).slice(1) : [];
}

/** The merge as a commit that no branch has yet. */
async function mergeCommit(
  from: string,
  tip: string,
  message: string,
  top: Checkout,
): Promise<{ commit: string } | Tried> {
  const words = [...computed, from, tip];
  const ended = await git(top, words);
  if (ended.code === notKnown) {
    const made = await scratchMerge(from, tip, message, top);
    return "commit" in made ? made : inConflict(made.conflicts);
  }
  const [tree, ...conflicts] = entriesOf(ended.stdout);
  if (ended.code === 1) return inConflict(conflicts);
  if (ended.code < 0) throw gitFailed(words, ended);
  if (ended.code !== 0 || tree === undefined) {
    return { kind: "held", reason: gitFailed(words, ended).message };
  }
  const commit = [...(await identity(top)), "commit-tree", tree, "-p", from, "-p", tip, "-F", "-"];
  return { commit: await gitText(top, commit, { input: message }) };
}

function inConflict(conflicts: string[]): Merged {
  const reason = `it conflicts with what was done meanwhile in ${few(conflicts)}`;
  return { kind: "held", reason, conflicts };
}

/**
 * Moves the target branch, and the checkout that has it with it. git itself looks first whether a changed file is in the
 * way, and touches none then. It outlives this process, so that a SIGKILL cannot stop it between two files.
 */
async function moveTarget(project: Project, move: Move, top: Checkout): Promise<Tried | undefined> {
  const { target, from, to } = move;
  const checkout = await checkoutOf(target, top);
  if (checkout === undefined) {
    const words = ["update-ref", "-m", "wg: merge", `refs/heads/${target}`, to, from];
    const ended = await git(top, words);
    return ended.code === 0 ? undefined : { kind: "busy", reason: gitFailed(words, ended).message };
  }
  if (checkout.busy)
    return { kind: "held", reason: `${target} is being rebased or bisected in ${checkout.folder}` };
  const at = { folder: checkout.folder, env: top.env };
  const words = ["merge", "--ff-only", "--no-autostash", "--quiet", "--no-stat", to];
  const ended = await gitNoted(project, at, { branch: target, move }, words);
  if (ended.code === 0) return undefined;
  const said = `${ended.stdout}\n${ended.stderr}`;
  const inTheWay = /would be overwritten|would be removed|local changes/.test(said);
  if (inTheWay) {
    const files = said.split("\n").flatMap((line) => (line.startsWith("\t") ? [line.trim()] : []));
    return { kind: "held", reason: `${target} has changes that are not committed in ${few(files)}` };
  }
  // The target has moved meanwhile, another git holds the index, or ours was killed: all of it passes.
  const reason = gitFailed(words, ended).message;
  return ended.code < 0 || /\.lock|fast-forward|cannot lock ref/i.test(said)
    ? { kind: "busy", reason }
    : { kind: "held", reason };
}

/** Where a branch is checked out. `busy`: it is not, but a rebase or bisect there is about to put it somewhere. */
async function checkoutOf(
  target: string,
  top: Checkout,
): Promise<{ folder: string; busy: boolean } | undefined> {
  const listed = await gitText(top, ["worktree", "list", "--porcelain"]);
  for (const block of listed.split("\n\n")) {
    const lines = block.split("\n");
    const folder = lines.find((line) => line.startsWith("worktree "))?.slice("worktree ".length);
    if (folder === undefined || lines.includes("bare") || !fs.existsSync(folder)) continue;
    if (lines.includes(`branch refs/heads/${target}`)) return { folder, busy: false };
    if (lines.includes("detached") && (await isMeanwhileOn(target, { folder, env: top.env })))
      return { folder, busy: true };
  }
  return undefined;
}

async function isMeanwhileOn(target: string, at: Checkout): Promise<boolean> {
  const { code, stdout } = await git(at, ["rev-parse", "--absolute-git-dir"]);
  if (code !== 0) return false;
  const marks = ["rebase-merge/head-name", "rebase-apply/head-name", "BISECT_START"];
  const names = marks.map((mark) => textOf(path.join(stdout.trim(), mark)));
  return names.includes(`refs/heads/${target}`) || names.includes(target);
}

function textOf(file: string): string | undefined {
  try {
    return fs.readFileSync(file, "utf8").trim();
  } catch {
    return undefined;
  }
}

/** What would be lost: a repository within the repository whose new commit is in the worktree alone. */
async function uncarried(from: string, tip: string, top: Checkout): Promise<string | undefined> {
  const raw = entriesOf(
    await gitText(top, ["diff", "--raw", "-z", "--no-renames", "--no-abbrev", `${from}...${tip}`]),
  );
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const [, mode = "", , commit = ""] = (raw[at] ?? "").split(" ");
    const folder = raw[at + 1] ?? "";
    if (mode !== "160000") continue;
    const inside = { folder: path.join(top.folder, folder), env: top.env };
    const isHere =
      fs.existsSync(path.join(inside.folder, ".git")) &&
      (await git(inside, ["cat-file", "-e", commit])).code === 0;
    if (!isHere)
      return `${folder} is a repository of its own with commits that are in the worktree alone: push or fetch them`;
  }
  return undefined;
}

function few(files: readonly string[]): string {
  const names = [...new Set(files)];
  const rest = names.length - 5;
  return rest > 0
    ? `${names.slice(0, 5).join(", ")} and ${rest} more files`
    : names.join(", ") || "some file";
}
