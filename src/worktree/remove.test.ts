// Taking a worktree away, interrupted: what is left of one is never taken for somebody's work.
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { createRequire, syncBuiltinESMExports } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Project, projectAt } from "../base/home.ts";
import { openWorktree } from "./open.ts";
import { readRecord, worktreeFolder } from "./record.ts";
import { discard } from "./remove.ts";

const env = {
  PATH: process.env["PATH"] ?? "/usr/bin:/bin",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
};
const files = ["a", "b", "c", "d"];
let root: string;
let project: Project;

const git = (...words: string[]) => execFileSync("git", words, { cwd: root, env, encoding: "utf8" }).trim();

beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "wg-remove-")));
  project = projectAt(root);
  git("init", "--quiet", "-b", "main");
  for (const file of files) fs.writeFileSync(path.join(root, file), file);
  fs.mkdirSync(project.folder);
  fs.writeFileSync(path.join(project.folder, ".gitignore"), "*\n");
  git("add", "--all");
  git("-c", "user.name=A", "-c", "user.email=a@b", "commit", "--quiet", "-m", "one");
});
afterEach(() => fs.rmSync(root, { recursive: true }));

/** Ends at the first removal of this folder, with one of its files gone, as a SIGKILL would. */
async function cutAt(folder: string, step: () => Promise<void>): Promise<void> {
  const own = createRequire(import.meta.url)("node:fs");
  const real = own.rmSync;
  own.rmSync = (target: string, options: object) => {
    if (target !== folder) return real(target, options);
    fs.unlinkSync(path.join(folder, "a"));
    throw new Error("cut");
  };
  syncBuiltinESMExports();
  try {
    await expect(step()).rejects.toThrow("cut");
  } finally {
    own.rmSync = real;
    syncBuiltinESMExports();
  }
}

it("a worktree that was half deleted is made anew, and its missing files are nobody's deletion", async () => {
  const wanted = { task: "work", title: "Work", branch: "wg/work", target: "main", top: root };
  const from = git("rev-parse", "HEAD");
  const { record } = await openWorktree(project, { ...wanted, attempt: 1, from }, env);
  const folder = worktreeFolder(project, "work");
  await cutAt(folder, () => discard(project, record, { folder: root, env }));
  expect(readRecord(project, "work")?.state).toBe("planned");

  await openWorktree(project, { ...wanted, attempt: 2, from }, env);
  expect(files.map((file) => fs.readFileSync(path.join(folder, file), "utf8"))).toEqual(files);
  expect(git("rev-parse", "wg/work")).toBe(from);
});
