// The repository a project is in: asked of git, since only git knows.
import * as fs from "node:fs";
import * as path from "node:path";
import type { Env } from "../base/home.ts";
import { askGit, type Checkout, gitAnswer, gitText } from "./git.ts";

export interface Repository {
  /** The topmost folder of the checkout that the project is in. */
  top: string;
  /** From there to the project; "" where the project is the top. */
  prefix: string;
  /** The commit that is checked out. */
  head: string;
  /** The branch that is checked out, without `refs/heads/`; none on a detached HEAD. */
  branch?: string;
}

/**
 * The repository around a project's root; undefined where there is none, git is not there, nothing was committed yet, or
 * the last commit has nothing of the project: a home under version control, say, with the project below it.
 */
export function findRepository(root: string, env: Env): Repository | undefined {
  const real = fs.realpathSync(root);
  if (!isBelowGit(real)) return undefined;
  const at: Checkout = { folder: real, env };
  const told = askGit(at, ["rev-parse", "--show-toplevel", "HEAD", "--symbolic-full-name", "HEAD"]);
  const [, top, head, ref] = /^([\s\S]+)\n([0-9a-f]{40,64})\n([^\n]+)$/.exec(told ?? "") ?? [];
  if (top === undefined || head === undefined || ref === undefined) return undefined;
  const prefix = path.relative(top, real);
  if (
    prefix !== "" &&
    askGit(at, ["cat-file", "-e", `HEAD:${prefix.split(path.sep).join("/")}`]) === undefined
  )
    return undefined;
  const branch = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
  return { top, prefix, head, ...(branch !== undefined && { branch }) };
}

/** The folder with what all checkouts of a repository share. */
export function commonFolder(at: Checkout): Promise<string> {
  return gitText(at, ["rev-parse", "--path-format=absolute", "--git-common-dir"]);
}

/**
 * The folder by which a repository knows a worktree. Looked up from the repository's side: the `.git` file of the worktree
 * is in the hands of its agent. Undefined when the repository knows of none there.
 */
export function adminFolder(common: string, worktree: string): string | undefined {
  const all = path.join(common, "worktrees");
  if (!fs.existsSync(all)) return undefined;
  return fs
    .readdirSync(all)
    .map((name) => path.join(all, name))
    .find((admin) => pointedAt(path.join(admin, "gitdir")) === path.join(realOf(worktree), ".git"));
}

/** The commit of a branch, or undefined where there is none. */
export async function tipOf(at: Checkout, branch: string): Promise<string | undefined> {
  const told = await gitAnswer(at, ["rev-parse", "--verify", "--quiet", `refs/heads/${branch}^{commit}`]);
  return told?.trim();
}

/** True when all of `commit` is in `other` too. */
export async function isWithin(at: Checkout, commit: string, other: string): Promise<boolean> {
  return (await gitAnswer(at, ["merge-base", "--is-ancestor", commit, other])) !== undefined;
}

// Most projects of those that are none of a repository's are told so without starting a program.
function isBelowGit(folder: string): boolean {
  for (let at = folder; ; at = path.dirname(at)) {
    if (fs.existsSync(path.join(at, ".git"))) return true;
    if (at === path.dirname(at)) return false;
  }
}

/** As git writes it down, also where the worktree itself is gone. */
function realOf(worktree: string): string {
  const above = path.dirname(worktree);
  return fs.existsSync(above) ? path.join(fs.realpathSync(above), path.basename(worktree)) : worktree;
}

function pointedAt(file: string): string | undefined {
  try {
    return fs.readFileSync(file, "utf8").trim();
  } catch {
    return undefined;
  }
}
