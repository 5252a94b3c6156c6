// What changed between two commits: each file with its lines, and the difference itself as a text.
import { type Checkout, entriesOf, git } from "./git.ts";

/** A file with the lines that were added and removed; both are absent where it is no text. */
export interface ChangedFile {
  path: string;
  added?: number;
  removed?: number;
}

/** More of a difference than this is left out, in characters. */
const maxPatch = 4 * 1024 * 1024;

/** The changed files by path; undefined where the repository does not have both commits. A rename is a file that went and one that came. */
export async function changedFiles(
  at: Checkout,
  from: string,
  to: string,
): Promise<ChangedFile[] | undefined> {
  const { code, stdout } = await git(at, ["diff", "--numstat", "-z", "--no-renames", ...plainly, from, to]);
  if (code !== 0) return undefined;
  return entriesOf(stdout).flatMap((entry) => {
    const [, added, removed, path] = /^(\d+|-)\t(\d+|-)\t([\s\S]+)$/.exec(entry) ?? [];
    if (path === undefined || added === "-") return path === undefined ? [] : [{ path }];
    return [{ path, added: Number(added), removed: Number(removed) }];
  });
}

/** The difference as a patch, empty where there is none; undefined where the repository does not have both commits. */
export async function patchBetween(at: Checkout, from: string, to: string): Promise<string | undefined> {
  const { code, stdout } = await git(at, ["diff", "-M", ...plainly, from, to], { maxOutput: maxPatch });
  return code === 0 ? stdout : undefined;
}

/** Whatever the person's git is configured to show instead. */
const plainly = ["--no-color", "--no-ext-diff", "--no-textconv"];
