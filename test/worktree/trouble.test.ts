// What agents and accidents do to a repository, and that no work is lost by it.
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeRepositoryPlace, type RepositoryPlace } from "../support/repository.ts";
import { killNow } from "../support/service.ts";

let place: RepositoryPlace;
beforeEach(async () => {
  place = await makeRepositoryPlace();
});
afterEach(() => place.end());

const messages = async (id: string) => (await place.task(id)).log.map(({ message }) => message).join("\n");

describe("an agent that", () => {
  it("commits by itself, or goes to a branch of its own from there, has its work merged", async () => {
    await place.add(
      "own",
      "echo 1 > one; git add one; git commit -qm mine; git switch -qc elsewhere; echo 2 > two",
    );
    await place.start();
    await place.untilState("own", "done");
    expect(place.git("log", "--format=%s").trim().split("\n")).toEqual(["Do own", "mine", "by hand"]);
    expect(place.read("two")).toBe("2\n");
  });

  it("leaves the branch for something else is not merged, and nothing of it is lost", async () => {
    await place.add("lost", "git switch -q --orphan other; echo 1 > one");
    await place.start();
    const { task } = await place.untilState("lost", "needs-merge");
    expect(task.hold?.reason).toContain("does not build on wg/lost");
    expect(place.read(".wg/worktrees/lost/one")).toBe("1\n");
  });

  it("leaves conflicts is not merged", async () => {
    const conflict =
      "echo a > x; git add x; git commit -qm a; git switch -qc b HEAD~1; echo b > x; git add x; git commit -qm b; git switch -q wg/work; git merge -q b";
    await place.add("work", `${conflict}; true`);
    await place.start();
    const { task } = await place.untilState("work", "needs-merge");
    expect(task.hold?.reason).toContain("marks of a conflict are left in x");
  });

  it("makes a repository of its own within the worktree is not merged, since its commits would be lost", async () => {
    await place.add("work", "git init -q inner; cd inner; echo 1 > one; git add one; git commit -qm inner");
    await place.start();
    const { task } = await place.untilState("work", "needs-merge");
    expect(task.hold?.reason).toContain("inner is a repository of its own");
    expect(place.exists(".wg/worktrees/work/inner/one")).toBe(true);
  });

  it("points the worktree at another repository leads wg into none", async () => {
    const evil = path.join(place.home, "evil");
    execFileSync("git", ["init", "--quiet", evil], { env: place.env });
    execFileSync("git", ["-C", evil, "config", "core.fsmonitor", `touch ${evil}/ran`], { env: place.env });
    await place.add("work", `echo 1 > one; echo 'gitdir: ${evil}/.git' > .git`);
    await place.start();
    await place.untilState("work", "done");
    expect(place.read("one")).toBe("1\n");
    expect(fs.existsSync(path.join(evil, "ran"))).toBe(false);
  });

  it("is reached by hooks of the person's, which wg's own commits go without", async () => {
    place.write(".git/hooks/pre-commit", "#!/bin/sh\necho no; exit 1\n");
    fs.chmodSync(path.join(place.project, ".git/hooks/pre-commit"), 0o755);
    await place.add("work", "echo 1 > one; git add one; git commit -m mine && exit 3; true");
    await place.start();
    await place.untilState("work", "done");
    expect(place.read("one")).toBe("1\n");
  });
});

describe("submodules", () => {
  const addSubmodule = () => {
    const library = path.join(place.home, "library");
    execFileSync("git", ["init", "--quiet", library], { env: place.env });
    execFileSync("git", ["-C", library, "commit", "--quiet", "--allow-empty", "-m", "one"], {
      env: place.env,
    });
    place.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", library, "libs/my library");
    place.commit({});
    return library;
  };

  it("are checked out from the main checkout, and stay as they were", async () => {
    fs.rmSync(addSubmodule(), { recursive: true });
    await place.add("work", "git -C 'libs/my library' log --format=%s; echo 1 > one");
    await place.start();
    expect((await place.untilState("work", "done")).task.summary).toBe("one");
    expect(place.git("status", "--porcelain")).toBe("");
  });

  it("with new commits hold the merge until these are in the main checkout too", async () => {
    addSubmodule();
    await place.add("work", "cd 'libs/my library'; git commit -q --allow-empty -m two");
    await place.start();
    const { task } = await place.untilState("work", "needs-merge");
    expect(task.hold?.reason).toContain("libs/my library is a repository of its own");
    const inside = path.join(place.project, ".wg/worktrees/work/libs/my library");
    place.gitIn("libs/my library", "-c", "protocol.file.allow=always", "fetch", "--quiet", inside);
    await place.ok("merge", "work");
    expect(place.git("ls-tree", "main", "libs/")).toContain(
      execFileSync("git", ["rev-parse", "FETCH_HEAD"], {
        cwd: path.join(place.project, "libs/my library"),
        encoding: "utf8",
      }).trim(),
    );
  });

  it("that lack the commit are said, and the run does not start", async () => {
    addSubmodule();
    const blob = place.git("rev-parse", "HEAD").trim();
    place.git("update-index", "--cacheinfo", `160000,${blob},libs/my library`);
    place.git("commit", "--quiet", "-m", "to a commit that is not there");
    await place.add("work", "true");
    await place.start();
    const { runs } = await place.untilState("work", "failed");
    expect(runs[0]?.result?.failure).toMatchObject({
      class: "spawn",
      message: expect.stringContaining("the submodule libs/my library cannot be checked out"),
    });
  });
});

describe("what is left behind", () => {
  it("by a worker killed while it made the worktree is made anew", async () => {
    await place.add("work", "cat 'read me.txt'");
    fs.mkdirSync(path.join(place.project, ".wg/worktrees/work"), { recursive: true });
    place.git("worktree", "add", "--quiet", "-b", "wg/work", ".wg/worktrees/work");
    fs.rmSync(path.join(place.project, ".wg/worktrees/work/read me.txt"));
    const record = {
      task: "work",
      branch: "wg/work",
      from: place.git("rev-parse", "HEAD").trim(),
      target: "main",
    };
    place.write(
      ".wg/worktrees/.work.json",
      JSON.stringify({ schemaVersion: 1, ...record, state: "planned" }),
    );
    await place.start();
    expect((await place.untilState("work", "done")).task.summary).toBe("one");
    expect(place.exists("read me.txt")).toBe(true);
  });

  it("by git killed at a commit does not stop the next attempt, nor does a worktree that is gone", async () => {
    await place.add("work", "test -e half && exit 0; git add -A; echo half > half; exit 1");
    await place.start();
    await place.untilState("work", "failed");
    fs.writeFileSync(path.join(place.project, ".git/worktrees/work/index.lock"), "");
    await place.ok("edit", "work", "--exec", "test -e more && exit 0; echo more > more; exit 1");
    await place.ok("retry", "work");
    await place.until(
      "it failed again",
      async () => (await place.task("work")).runs[1]?.result !== undefined,
    );
    fs.rmSync(path.join(place.project, ".wg/worktrees/work"), { recursive: true });
    await place.ok("retry", "work");
    await place.untilState("work", "done");
    expect(await messages("work")).toContain("the worktree was gone; it is made anew from wg/work");
    expect([place.read("half"), place.read("more")]).toEqual(["half\n", "more\n"]);
  });

  it("by a task that was removed is kept, on a branch of another name, when its id is used again", async () => {
    await place.add("work", "echo old > old; exit 1");
    await place.start();
    await place.untilState("work", "failed");
    await place.ok("rm", "work");
    expect(await place.ok("gc")).toContain("1 commits of it are not in main");
    await place.add("work", "ls");
    expect((await place.untilState("work", "done")).task.summary).toBe("read me.txt");
    expect(await messages("work")).toMatch(/it is kept on the branch wg\/work-before-/);
    expect(place.git("branch", "--list", "wg/work-before-*").trim()).not.toBe("");
    expect(await place.ok("gc")).toContain("wg has no record of it: git branch -d deletes it");
  });

  it("by nobody, but of the same name as the task's branch, is not touched", async () => {
    place.git("branch", "wg/work");
    await place.add("work", "true");
    await place.start();
    const { runs } = await place.untilState("work", "failed");
    expect(runs[0]?.result?.failure?.message).toContain("there is a branch wg/work already");
    place.git("branch", "-m", "wg/work", "mine");
    await place.ok("retry", "work");
    await place.untilState("work", "done");
  });
});

it("a worker that is killed again and again while it merges leaves a whole tree, and the work arrives once", async () => {
  for (let file = 0; file < 300; file++) place.write(`many/${file}`, "before\n");
  place.commit({});
  await place.ok("config", "set", "agent.max_attempts", "20");
  await place.add(
    "work",
    "for f in many/*; do echo after > $f; done; echo x >> ../../../.wg/tries; sleep 0.1",
  );
  await place.start();
  for (const delayMs of [0, 60, 140, 260]) {
    const tries = () => place.lines(".wg/tries").length;
    const before = tries();
    const isOver = async () => (await place.task("work")).task.status === "done";
    await place.until("it is at work", async () => tries() > before || (await isOver()));
    if (await isOver()) break;
    const [run] = (await place.status()).inFlight;
    await new Promise((resolve) => setTimeout(resolve, 100 + delayMs));
    killNow(run?.pid ?? 0);
  }
  await place.untilState("work", "done");
  expect(place.git("status", "--porcelain")).toBe("");
  expect(
    new Set(fs.readdirSync(path.join(place.project, "many")).map((name) => place.read(`many/${name}`))),
  ).toEqual(new Set(["after\n"]));
  expect(place.git("log", "--merges", "--format=%s")).toBe("");
});
