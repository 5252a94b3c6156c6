// git killed at its work: what it leaves is put right, and nothing of anybody else's is touched.
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Project, projectAt } from "../base/home.ts";
import { mend } from "./mend.ts";
import { abandonedNotes, gitNoted } from "./noted.ts";

const env = {
  PATH: process.env["PATH"] ?? "/usr/bin:/bin",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
};
let root: string;
let project: Project;
let top: { folder: string; env: typeof env };

const git = (...words: string[]) =>
  execFileSync("git", words, { cwd: root, env, encoding: "utf8", stdio: "pipe" }).trim();
const at = (name: string) => path.join(root, name);
const write = (name: string, text: string) => {
  fs.mkdirSync(path.dirname(at(name)), { recursive: true });
  fs.writeFileSync(at(name), text);
};
const read = (name: string) => (fs.existsSync(at(name)) ? fs.readFileSync(at(name), "utf8") : undefined);
const commit = (files: Record<string, string>) => {
  for (const [name, text] of Object.entries(files)) write(name, text);
  git("add", "--all");
  git("-c", "user.name=A", "-c", "user.email=a@b", "commit", "--quiet", "-m", "one");
  return git("rev-parse", "HEAD");
};

/** Moves main on to `to` as a merge does; while there is a file `poison`, git is killed in the middle of its checkout. */
const moveOn = (from: string, to: string) =>
  gitNoted(project, top, { branch: "main", move: { target: "main", from, to } }, ["merge", "--ff-only", to]);

beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "wg-mend-")));
  project = projectAt(root);
  top = { folder: root, env };
  git("init", "--quiet", "-b", "main");
  fs.mkdirSync(project.folder);
  write(".wg/.gitignore", "*\n");
  git("config", "filter.deadly.smudge", "test -e .wg/poison && kill -9 $PPID; cat");
});
afterEach(() => fs.rmSync(root, { recursive: true }));

describe("a move that was cut between two files", () => {
  let from: string;
  let to: string;
  beforeEach(async () => {
    const before = { "a one": "old\n", b: "old\n", gone: "old\n", mid: "old\n", z: "old\n" };
    from = commit({ ...before, ".gitattributes": "mid filter=deadly\n" });
    git("checkout", "--quiet", "-b", "work");
    fs.rmSync(at("gone"));
    to = commit({ "a one": "new\n", b: "new\n", "deep/new": "new\n", mid: "new\n", z: "new\n" });
    git("checkout", "--quiet", "main");
    write(".wg/poison", "");
    expect(await moveOn(from, to)).toMatchObject({ code: -1 });
    expect([read("b"), read("z")]).toEqual(["new\n", "old\n"]);
    expect(fs.existsSync(at(".git/index.lock"))).toBe(true);
    fs.rmSync(at(".wg/poison"));
  });

  it("is taken back, and can be made again", async () => {
    const told = await mend(project, top);
    expect(told.join("; ")).toMatch(
      /killed git had left locked: .*index\.lock.*; took back \d+ files of a merge/,
    );
    expect(git("status", "--porcelain")).toBe("");
    expect([read("a one"), read("gone"), read("mid"), fs.existsSync(at("deep"))]).toEqual([
      "old\n",
      "old\n",
      "old\n",
      false,
    ]);
    expect(abandonedNotes(project)).toEqual([]);
    expect(await moveOn(from, to)).toMatchObject({ code: 0 });
    expect([git("rev-parse", "main"), git("status", "--porcelain"), read("z")]).toEqual([to, "", "new\n"]);
    expect(await mend(project, top)).toEqual([]);
  });

  it("leaves what a person has written since as it is", async () => {
    write("b", "mine\n");
    write("deep/new", "mine too\n");
    await mend(project, top);
    expect([read("b"), read("deep/new"), read("a one")]).toEqual(["mine\n", "mine too\n", "old\n"]);
    expect(git("status", "--porcelain").split("\n")).toEqual(["M b", "?? deep/"]);
  });

  it("is left alone once the branch has gone on", async () => {
    fs.rmSync(at(".git/index.lock"));
    git("reset", "--quiet", "--hard", "work");
    const other = commit({ b: "other\n" });
    await mend(project, top);
    expect([git("rev-parse", "HEAD"), read("b"), git("status", "--porcelain")]).toEqual([
      other,
      "other\n",
      "",
    ]);
  });
});

it("what a deletion of a branch that was cut has left does not stop the next one", async () => {
  commit({ a: "one\n" });
  git("branch", "work");
  const cut = "alias.cut=!touch .git/packed-refs.lock .git/packed-refs.new; kill -9 $PPID";
  expect(await gitNoted(project, top, { branch: "work" }, ["-c", cut, "cut"])).toMatchObject({ code: -1 });
  expect(() => git("branch", "-D", "work")).toThrow("packed-refs");
  expect((await mend(project, top)).join()).toContain("packed-refs.lock, packed-refs.new");
  git("branch", "-D", "work");
});

it("a lock from before the step is not its own, and stays", async () => {
  const from = commit({ a: "old\n" });
  git("checkout", "--quiet", "-b", "work");
  const to = commit({ a: "new\n", ".gitattributes": "a filter=deadly\n" });
  git("checkout", "--quiet", "main");
  write(".git/config.lock", "");
  fs.utimesSync(at(".git/config.lock"), 1, 1);
  write(".wg/poison", "");
  await moveOn(from, to);
  await mend(project, top);
  expect(fs.existsSync(at(".git/config.lock"))).toBe(true);
  expect(fs.existsSync(at(".git/index.lock"))).toBe(false);
});

it("a git of somebody else's at work there is not disturbed", async () => {
  const from = commit({ a: "old\n" });
  git("checkout", "--quiet", "-b", "work");
  const to = commit({ a: "new\n", ".gitattributes": "a filter=deadly\n" });
  git("checkout", "--quiet", "main");
  write(".wg/poison", "");
  await moveOn(from, to);
  const { spawn } = await import("node:child_process");
  const other = spawn("git", ["hash-object", "--stdin"], { cwd: root, env });
  await new Promise((resolve) => other.once("spawn", resolve));
  expect(await mend(project, top)).toEqual([]);
  expect(fs.existsSync(at(".git/index.lock"))).toBe(true);
  other.stdin.end();
  await new Promise((resolve) => other.once("close", resolve));
  expect((await mend(project, top)).join()).toContain("index.lock");
});
