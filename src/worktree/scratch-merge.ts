// A merge made in a checkout that is thrown away: for a git before 2.38, which cannot compute one without files.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { conflictsIn, headOf, identity } from "./commit.ts";
import { type Checkout, git, gitFailed, gitText } from "./git.ts";

/** The merge of `tip` into `from` as a commit that no branch has yet, or the files in conflict. Refuses with `git-failed`. */
export async function scratchMerge(
  from: string,
  tip: string,
  message: string,
  top: Checkout,
): Promise<{ commit: string } | { conflicts: string[] }> {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), "wg-merge-"));
  const scratch: Checkout = { folder, env: top.env };
  try {
    await gitText(top, ["worktree", "add", "--quiet", "--force", "--detach", folder, from]);
    const words = ["merge", "--no-ff", "--no-autostash", "--no-verify", "--quiet", "-m", message, tip];
    const ended = await git(scratch, [...(await identity(top)), ...words]);
    const commit = await headOf(scratch);
    if (ended.code === 0 && commit !== undefined) return { commit };
    const conflicts = await conflictsIn(scratch);
    if (conflicts.length === 0) throw gitFailed(words, ended);
    return { conflicts };
  } finally {
    await git(top, ["worktree", "remove", "--force", "--force", folder]);
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
