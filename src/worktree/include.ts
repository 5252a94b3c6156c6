// What a fresh worktree gets of the checkout besides its commit: ignored files that are listed, and its submodules.
import * as fs from "node:fs";
import * as path from "node:path";
import { WgError } from "../base/error.ts";
import { type Checkout, entriesOf, git, gitFailed, gitText } from "./git.ts";

/** Lists, in the language of .gitignore, which ignored files a worktree needs too. Stands at the top of the repository. */
export const includeName = ".worktreeinclude";

/**
 * Copies the ignored files of `top` that its `.worktreeinclude` lists, and answers how many. A file that is not ignored is
 * left out, since it would be committed; so is what is below `except`.
 */
export async function copyIncluded(top: Checkout, folder: string, except: string): Promise<number> {
  const list = path.join(top.folder, includeName);
  if (!fs.existsSync(list)) return 0;
  const listed = await gitText(top, ["ls-files", "-z", "--others", "--ignored", `--exclude-from=${list}`]);
  if (listed === "") return 0;
  const words = ["check-ignore", "-z", "--stdin"];
  const asked = await git(top, words, { input: listed });
  // 1 says that none is.
  if (asked.code !== 0 && asked.code !== 1) throw gitFailed(words, asked);
  const ignored = entriesOf(asked.stdout).filter(
    (file) => !file.endsWith("/") && !isBelow(except, path.join(top.folder, file)),
  );
  for (const file of ignored) {
    const to = path.join(folder, file);
    fs.mkdirSync(path.dirname(to), { recursive: true });
    fs.cpSync(path.join(top.folder, file), to, { verbatimSymlinks: true });
  }
  return ignored.length;
}

/**
 * Checks out the submodules that are checked out in `top`, from there: no network is needed. Refuses
 * (`no-submodule`) when the commit that is recorded is not there.
 */
export async function copySubmodules(top: Checkout, worktree: Checkout): Promise<number> {
  if (!fs.existsSync(path.join(worktree.folder, ".gitmodules"))) return 0;
  const modules = (await submodules(worktree)).filter(({ at }) =>
    fs.existsSync(path.join(top.folder, at, ".git")),
  );
  for (const { name, at } of modules) {
    const source = [
      "-c",
      `submodule.${name}.url=${path.join(top.folder, at)}`,
      "-c",
      "protocol.file.allow=always",
    ];
    const { folder, env } = worktree;
    // Not by the administrative folder alone: `git submodule` is a script that looks for the top by itself.
    const words = [...source, "submodule", "--quiet", "update", "--init", "--", at];
    const ended = await git({ folder, env }, words);
    if (ended.code === 0) continue;
    throw new WgError(
      "no-submodule",
      `the submodule ${at} cannot be checked out: ${ended.stderr.trim().slice(-400)}`,
      {
        hint: `in ${top.folder}: git submodule update --init ${at}, then wg retry`,
      },
    );
  }
  return modules.length;
}

/** The names and folders of a checkout's submodules, as its .gitmodules says. */
async function submodules(at: Checkout): Promise<{ name: string; at: string }[]> {
  const words = ["config", "--file", ".gitmodules", "-z", "--get-regexp", "^submodule\\..*\\.path$"];
  const { stdout } = await git(at, words);
  return entriesOf(stdout).flatMap((entry) => {
    const [, name, folder] = /^submodule\.([\s\S]*)\.path\n([\s\S]*)$/.exec(entry) ?? [];
    return name === undefined || folder === undefined ? [] : [{ name, at: folder }];
  });
}

function isBelow(folder: string, file: string): boolean {
  const inside = path.relative(folder, file);
  return inside !== ".." && !inside.startsWith(`..${path.sep}`) && !path.isAbsolute(inside);
}
