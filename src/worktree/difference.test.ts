// What changed between two commits of a real repository.
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect, it } from "vitest";
import { changedFiles, patchBetween } from "./difference.ts";

it("each changed file has its lines, what is no text has none, and an unknown commit no answer", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "wg-difference-"));
  const env = { PATH: process.env["PATH"], GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
  const run = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: folder, env });
  const commit = (files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
    run("add", "--all");
    run("commit", "--quiet", "-m", "c");
    return run("rev-parse", "HEAD").toString().trim();
  };
  try {
    run("init", "--quiet");
    const one = commit({ "a b": "1\n2\n", same: "x\n" });
    const two = commit({ "a b": "1\n3\n4\n", "new\nname": "\0binary" });
    const at = { folder, env };
    expect(await changedFiles(at, one, two)).toEqual([
      { path: "a b", added: 2, removed: 1 },
      { path: "new\nname" },
    ]);
    expect(await changedFiles(at, one, one)).toEqual([]);
    expect(await changedFiles(at, one, "f".repeat(40))).toBeUndefined();
    expect(await patchBetween(at, one, two)).toContain("-2\n+3\n+4\n");
    expect(await patchBetween(at, "f".repeat(40), two)).toBeUndefined();
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});
