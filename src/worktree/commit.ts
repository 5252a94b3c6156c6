// Commits of wg's own: what a run left uncommitted in its worktree, as the person whose repository it is.
import * as fs from "node:fs";
import * as path from "node:path";
import { WgError } from "../base/error.ts";
import { type Checkout, entriesOf, git, gitAnswer, gitText } from "./git.ts";
import { commonFolder, isWithin } from "./repository.ts";

/** The identity that git is configured with, as options that name wg where there is none. */
export async function identity(at: Checkout): Promise<string[]> {
  const known = await git(at, ["var", "GIT_COMMITTER_IDENT"]);
  return known.code === 0 ? [] : ["-c", "user.name=wg", "-c", "user.email=wg@localhost"];
}

/** Commits everything that is not ignored; false when there was nothing to commit. Refuses with `git-failed`. */
export async function commitAll(at: Checkout, message: string): Promise<boolean> {
  await gitText(at, ["add", "--all"]);
  const isClean = (await gitAnswer(at, ["diff", "--cached", "--quiet"])) !== undefined;
  if (isClean && !isMerging(at)) return false;
  const words = [...(await identity(at)), "commit", "--quiet", "--no-verify", "--file=-"];
  await gitText(at, words, { input: message });
  return true;
}

/** The files in which what was done since it left `base` has marks of a conflict that nobody solved. */
export async function conflictMarks(at: Checkout, base: string): Promise<string[]> {
  const { stdout } = await git(at, ["diff", "--check", `${base}...HEAD`]);
  const files = stdout
    .split("\n")
    .flatMap((line) => /^(.+):\d+: leftover conflict marker/.exec(line)?.[1] ?? []);
  return [...new Set(files)];
}

/** The files that a merge under way is in conflict about. */
export async function conflictsIn(at: Checkout): Promise<string[]> {
  return entriesOf(await gitText(at, ["diff", "--name-only", "--diff-filter=U", "-z"]));
}

/** Files that are changed, or new and not ignored. `tracked`: only those that git knows. */
export async function changesIn(at: Checkout, which: "tracked" | "all" = "all"): Promise<string[]> {
  const untracked = which === "tracked" ? "no" : "normal";
  const told = await gitText(at, [
    "status",
    "--porcelain=v1",
    "-z",
    "--no-renames",
    `--untracked-files=${untracked}`,
  ]);
  return entriesOf(told).map((entry) => entry.slice(3));
}

/**
 * Brings the branch to where the agent went: it may have left it for another, or for none. Refuses (`left-branch`) when
 * what is checked out does not build on the branch.
 */
export async function returnToBranch(at: Checkout, branch: string): Promise<void> {
  const ref = `refs/heads/${branch}`;
  if ((await gitAnswer(at, ["symbolic-ref", "--quiet", "HEAD"]))?.trim() === ref) return;
  const head = await headOf(at);
  if (head === undefined || !(await isWithin(at, ref, head))) {
    const what = `what is checked out in ${at.folder} does not build on ${branch}`;
    throw new WgError("left-branch", what, {
      hint: `switch back to ${branch} there, with what is to be kept`,
    });
  }
  await gitText(at, ["update-ref", "-m", "wg: what the agent checked out", ref, head]);
  await gitText(at, ["symbolic-ref", "HEAD", ref]);
}

/** The commit that is checked out; none on a branch that has none yet. */
export async function headOf(at: Checkout): Promise<string | undefined> {
  return (await gitAnswer(at, ["rev-parse", "--verify", "--quiet", "HEAD"]))?.trim();
}

/**
 * Removes the locks of a worktree and its branch that git leaves when it is killed. Only for who knows that no process of a
 * run that used the worktree is left.
 */
export async function dropStaleLocks(at: Checkout, branch: string): Promise<void> {
  const own =
    at.gitDir === undefined
      ? []
      : ["index.lock", "HEAD.lock"].map((name) => path.join(at.gitDir ?? "", name));
  const ref = path.join(await commonFolder(at), "refs", "heads", `${branch}.lock`);
  for (const file of [...own, ref]) fs.rmSync(file, { force: true });
}

function isMerging({ gitDir }: Checkout): boolean {
  return gitDir !== undefined && fs.existsSync(path.join(gitDir, "MERGE_HEAD"));
}
