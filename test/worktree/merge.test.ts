// Work that comes back: by itself, by a person, and what stands in its way.
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeRepositoryPlace, type RepositoryPlace } from "../support/repository.ts";

let place: RepositoryPlace;
beforeEach(async () => {
  place = await makeRepositoryPlace();
});
afterEach(() => place.end());

const tip = (branch: string) => place.git("rev-parse", branch).trim();

describe("a conflict", () => {
  it("leaves no half-merged tree, keeps what needs the task waiting, and is solved by a person", async () => {
    await place.add("left", 'echo left > "read me.txt"; until test -e ../../../go; do sleep 0.05; done');
    await place.add("after", "cat 'read me.txt'", "--after", "left");
    await place.start();
    await place.until("it is at work", () => place.exists(".wg/worktrees/left/read me.txt"));
    place.commit({ "read me.txt": "by hand\n", go: "" });
    const before = tip("main");
    const { task } = await place.untilState("left", "needs-merge");
    expect(task.hold).toEqual(
      expect.objectContaining({
        kind: "merge",
        reason: "it conflicts with what was done meanwhile in read me.txt; then: wg merge left",
      }),
    );
    expect(tip("main")).toBe(before);
    expect(place.git("status", "--porcelain")).toBe("");
    expect(await place.ok("show", "after")).toContain("blocked");
    expect((await place.wg("edit", "after", "--priority", "1")).stderr).toContain("left (needs-merge)");

    const refused = await place.wg("merge", "left");
    expect(refused).toMatchObject({ status: 1, stdout: "" });
    const worktree = ".wg/worktrees/left";
    expect(refused.stderr).toContain(
      `hint: solve it in ${path.join(place.project, worktree)} (git merge main, then commit)`,
    );
    expect(() => place.gitIn(worktree, "merge", "main")).toThrow();
    expect((await place.wg("merge", "left")).stderr).toContain("conflicts that are not solved: read me.txt");
    place.write(`${worktree}/read me.txt`, "both\n");
    expect((await place.wg("merge", "left")).stderr).toContain("not solved");
    place.gitIn(worktree, "commit", "--quiet", "--all", "--no-edit");
    const merged = await place.wg("merge", "left");
    expect(merged.stderr).toMatch(/^merged wg\/left into main \(fast-forward, \w+\); ready now: after$/m);
    expect((await place.untilState("after", "done")).task.summary).toBe("both");
    expect(place.exists(worktree)).toBe(false);
    expect((await place.task("left")).task.status).toBe("done");
  });
});

it("a conflict given to another attempt is there to be solved, and counts as solved without its marks", async () => {
  await place.add("left", 'echo left > "read me.txt"; until test -e ../../go; do sleep 0.05; done');
  await place.start();
  await place.until("it is at work", () => place.exists(".wg/worktrees/left/read me.txt"));
  place.commit({ "read me.txt": "by hand\n" });
  place.write(".wg/go", "");
  await place.untilState("left", "needs-merge");
  await place.ok("edit", "left", "--exec", "true");
  await place.ok("retry", "left");
  const second = await place.until("it ran again", async () => {
    const shown = await place.task("left");
    return shown.runs[1]?.result !== undefined && shown;
  });
  expect(second.task.hold?.reason).toContain("marks of a conflict are left in read me.txt");
  expect(second.log.map(({ message }) => message)).toContain("to be solved, with what main has: read me.txt");
  expect((await place.wg("merge", "left")).stderr).toContain("marks of a conflict are left in read me.txt");
  await place.ok("edit", "left", "--exec", 'echo both > "read me.txt"');
  await place.ok("retry", "left");
  await place.untilState("left", "done");
  expect(place.read("read me.txt")).toBe("both\n");
  expect(place.git("status", "--porcelain")).toBe("");
});

it("a git that cannot merge without files merges in a checkout that is thrown away", async () => {
  const bin = path.join(place.home, "bin");
  fs.mkdirSync(bin);
  const real = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
  const old = `#!/bin/sh\ncase " $* " in *" --write-tree "*) echo > "${bin}/asked"; exit 129;; esac\nexec ${real} "$@"\n`;
  fs.writeFileSync(path.join(bin, "git"), old, { mode: 0o755 });
  place.env["PATH"] = `${bin}:${place.env["PATH"]}`;
  for (const name of ["apart", "same"]) {
    await place.add(name, `echo task > ${name}; until test -e ../../go; do sleep 0.05; done`);
  }
  await place.start();
  await place.until("both are at work", () =>
    ["apart", "same"].every((name) => place.exists(`.wg/worktrees/${name}/${name}`)),
  );
  place.commit({ same: "mine\n" });
  place.write(".wg/go", "");
  expect((await place.untilState("same", "needs-merge")).task.hold?.reason).toContain("meanwhile in same");
  await place.untilState("apart", "done");
  expect([place.read("apart"), place.read("same")]).toEqual(["task\n", "mine\n"]);
  expect(fs.existsSync(path.join(bin, "asked"))).toBe(true);
  expect(place.git("log", "-1", "--format=%s").trim()).toBe("Merge wg/apart: Do apart");
  expect(place.git("worktree", "list").trim().split("\n")).toHaveLength(2);
});

describe("changes in the main checkout that are not committed", () => {
  it("stay as they are where they are apart, and hold the merge back where they are not", async () => {
    place.commit({ one: "1\n", two: "2\n" });
    place.write("one", "mine\n");
    await place.add("apart", "echo task > two");
    await place.start();
    const { log } = await place.untilState("apart", "done");
    expect(log[0]?.message).toContain("changes that are not committed stay out of it: one");
    expect([place.read("one"), place.read("two")]).toEqual(["mine\n", "task\n"]);
    expect(place.git("stash", "list")).toBe("");

    await place.add("same", "cat one; echo task > one; echo new > three");
    place.write("three", "mine too\n");
    const held = await place.untilState("same", "needs-merge");
    expect(held.task.hold?.reason).toContain("main has changes that are not committed in one");
    expect(held.task.summary).toBe("1");
    expect([place.read("one"), place.read("three")]).toEqual(["mine\n", "mine too\n"]);
    expect(place.git("status", "--porcelain")).toBe(" M one\n?? three\n");

    place.git("checkout", "--quiet", "one");
    expect((await place.wg("merge", "same")).stderr).toContain("not committed in three");
    place.git("clean", "--quiet", "-f", "three");
    await place.ok("merge", "same");
    expect([place.read("one"), place.read("three")]).toEqual(["task\n", "new\n"]);
  });

  it("do not matter while another branch is checked out: the target moves on without its checkout", async () => {
    await place.add("work", "echo 1 > file; until test -e ../../../go; do sleep 0.05; done");
    await place.start();
    await place.until("it is at work", () => place.exists(".wg/worktrees/work/file"));
    place.git("checkout", "--quiet", "-b", "other");
    place.write("file", "mine\n");
    place.write("go", "");
    await place.untilState("work", "done");
    expect(place.read("file")).toBe("mine\n");
    expect(place.git("show", "main:file")).toBe("1\n");
  });
});

describe("a merge that is not for wg to make", () => {
  it("is left to a person with merge = manual, and the same branch is then merged by name", async () => {
    await place.ok("config", "set", "merge", "manual");
    await place.add("work", "echo 1 > file; until test -e ../../go; do sleep 0.05; done");
    await place.start();
    await place.until("it is at work", () => place.exists(".wg/worktrees/work/file"));
    expect((await place.wg("merge", "work")).stderr).toContain("it is merged when its run is done");
    place.write(".wg/go", "");
    const { task } = await place.untilState("work", "needs-merge");
    expect(task).toMatchObject({
      status: "open",
      blocked: true,
      hold: { reason: "wg merge work merges wg/work into main" },
    });
    expect(await place.ok("gc")).toMatch(/work +wg\/work +it waits for: wg merge work/);
    expect(JSON.parse(await place.ok("merge", "work", "--json"))).toMatchObject({
      task: { status: "done" },
      branch: "wg/work",
      target: "main",
      commit: tip("main"),
    });
    expect((await place.wg("merge", "work")).stderr).toContain('there is no branch of "work" to merge');
  });

  it("is never made with merge = pr-branch: the task is done and its branch kept until it is elsewhere", async () => {
    await place.ok("config", "set", "merge", "pr-branch");
    await place.add("work", "echo 1 > file");
    await place.start();
    const { log } = await place.untilState("work", "done");
    expect(log.map(({ message }) => message).join()).toContain("git push origin wg/work");
    expect(place.exists("file")).toBe(false);
    expect(await place.ok("gc")).toContain("1 commits of it are not in main");
    place.git("merge", "--quiet", "wg/work");
    expect(JSON.parse(await place.ok("gc", "--dry-run", "--json"))).toMatchObject({
      dryRun: true,
      removed: [{ task: "work", branch: "wg/work" }],
    });
    expect(tip("wg/work")).toBe(tip("main"));
    expect(await place.ok("gc")).toMatch(/work +wg\/work +removed/);
    expect(place.git("branch", "--list", "wg/*")).toBe("");
    expect((await place.wg("gc")).stderr).toBe("removed 0 worktrees; 0 stay\n");
  });

  it("waits where the work began on no branch", async () => {
    place.git("checkout", "--quiet", "--detach");
    await place.add("work", "echo 1 > file");
    await place.start();
    expect((await place.untilState("work", "needs-merge")).task.hold?.reason).toContain("detached HEAD");
    expect((await place.wg("merge", "work")).stderr).toContain("no branch is checked out");
    place.git("checkout", "--quiet", "main");
    await place.ok("merge", "work");
    expect(place.read("file")).toBe("1\n");
  });

  it("waits while the target is being rebased", async () => {
    await place.add("work", "echo 1 > file; until test -e ../../../.wg/go; do sleep 0.05; done");
    await place.start();
    await place.until("it is at work", () => place.exists(".wg/worktrees/work/file"));
    place.commit({ more: "" });
    place.git("-c", "sequence.editor=sed -i 1s/pick/edit/", "rebase", "--quiet", "-i", "HEAD~1");
    place.write(".wg/go", "");
    expect((await place.untilState("work", "needs-merge")).task.hold?.reason).toContain(
      "main is being rebased",
    );
    place.git("rebase", "--continue");
    await place.ok("merge", "work");
    expect(place.read("file")).toBe("1\n");
  });
});
