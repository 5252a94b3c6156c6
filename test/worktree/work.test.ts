// Work in worktrees: apart while it goes on, together when it is done.
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeRepositoryPlace, nobody, type RepositoryPlace, somebody } from "../support/repository.ts";
import { killNow, makeServicePlace } from "../support/service.ts";

let place: RepositoryPlace;
beforeEach(async () => {
  place = await makeRepositoryPlace();
});
afterEach(() => place.end());

const plan = async (id: string) => {
  const [run] = (await place.task(id)).runs.slice(-1);
  return JSON.parse(await place.ok("runs", "show", run?.id ?? "", "--json")).run.plan;
};

describe("tasks in a repository", () => {
  it("work side by side in trees of their own, are merged one at a time, and those after them find it all", async () => {
    const ids = ["a", "b", "c", "d"];
    for (const id of ids) {
      const others = ids.map((other) => `test -e made-${other}`).join(" || ");
      await place.add(
        id,
        `(${others}) && exit 3; pwd > made-${id}; echo ${id} >> "list of ${id} ü"; sleep 0.5`,
      );
    }
    await place.add("last", "cat made-a made-b made-c made-d", "--after", ids.join(","));
    await place.start("--max-agents", "4");
    const { task } = await place.untilState("last", "done");
    expect(task.summary?.split("\n")).toEqual(
      ids.map((id) => path.join(place.project, ".wg", "worktrees", id)),
    );
    expect(place.read("list of a ü")).toBe("a\n");
    expect(place.git("status", "--porcelain")).toBe("");
    expect(place.git("branch", "--format=%(refname:short)").trim()).toBe("main");
    expect(place.git("worktree", "list").trim().split("\n")).toHaveLength(1);
    expect(place.git("log", "--format=%an %s", "--no-merges").split("\n")).toContain("Ada Do b");
    expect(fs.readdirSync(path.join(place.project, ".wg", "worktrees"))).toEqual([".merge.lock"]);
    expect(await plan("last")).toMatchObject({
      cwd: path.join(place.project, ".wg", "worktrees", "last"),
      worktree: { branch: "wg/last", target: "main", merge: "auto" },
      origins: { worktrees: "default", merge: "default" },
    });
  });

  it("get listed ignored files and a setup, and leave their own ignored artifacts behind", async () => {
    place.commit({ ".worktreeinclude": "*.env\n*.txt\n!not.env\n" });
    place.write("deep/in it/key.env", "K=1\n");
    place.write("not.env", "");
    place.write("new.txt", "not ignored, so not brought\n");
    await place.ok("config", "set", "worktree_setup", "echo set up >> setup.env; pwd");
    await place.add(
      "look",
      'cat "deep/in it/key.env" setup.env; ls; echo 1 > out.env; wg artifact look out.env',
    );
    await place.start();
    const { task, runs, log } = await place.untilState("look", "done");
    expect(task.summary).toBe("K=1\nset up\ndeep\nread me.txt\nsetup.env\nout.env\nrecorded on look");
    expect(place.read("out.env")).toBe("1\n");
    expect(place.exists("setup.env")).toBe(false);
    expect(place.lines(`.wg/runs/${runs[0]?.id}/setup.log`)).toHaveLength(1);
    expect(log.map(({ message }) => message).join("\n")).toContain(
      "changes that are not committed stay out of it: new.txt",
    );
    expect(place.git("log", "--format=%s").trim().split("\n")).toHaveLength(2);
  });

  it("fail as not started where the setup fails, and it is tried again", async () => {
    await place.ok("config", "set", "worktree_setup", "echo no such mirror; test -e ../../../mirror");
    await place.add("work", "echo done > file");
    await place.start();
    const { runs } = await place.untilState("work", "failed");
    expect(runs[0]?.result?.failure).toMatchObject({
      class: "spawn",
      message: expect.stringContaining("no such mirror"),
    });
    place.write("mirror", "");
    await place.ok("retry", "work");
    await place.untilState("work", "done");
    expect(place.read("file")).toBe("done\n");
  });

  it("go on where a failed attempt left off, its work being kept on the branch as unfinished", async () => {
    await place.add("work", "test -e half && { cat half; exit 0; }; echo half > half; echo sorry; exit 1");
    await place.start();
    const failed = await place.untilState("work", "failed");
    expect(failed.log.map(({ message }) => message)).toContain(
      "what was not finished is kept on the branch wg/work",
    );
    expect(place.git("log", "-1", "--format=%s", "wg/work").trim()).toBe("unfinished: Do work");
    expect(place.exists("half")).toBe(false);
    expect(await place.ok("gc")).toMatch(/work +wg\/work +1 commits of it are not in main/);
    await place.ok("retry", "work");
    await place.untilState("work", "done");
    expect(place.read("half")).toBe("half\n");
  });

  it("go on where a killed worker left off", async () => {
    const command = "test -e half && exit 0; echo half > half; touch ../../../begun; sleep 60";
    await place.add("work", command);
    await place.start();
    await place.until("it is at work", () => place.exists("begun"));
    const [run] = (await place.status()).inFlight;
    killNow(run?.pid ?? 0);
    const { runs } = await place.untilState("work", "done");
    expect(runs.map(({ result }) => result?.outcome)).toEqual(["lost", "done"]);
    expect(place.git("log", "--format=%s").trim().split("\n")).toEqual(["unfinished: Do work", "by hand"]);
    expect(place.read("half")).toBe("half\n");
  });
});

describe("no worktree is made", () => {
  it("where it is switched off, and for a run that only reads", async () => {
    await place.ok("config", "set", "worktrees", "off");
    await place.add("here", "pwd");
    await place.start();
    expect((await place.untilState("here", "done")).task.summary).toBe(place.project);
    expect(await plan("here")).not.toHaveProperty("worktree");
  });

  it.each([
    ["before the first commit", "git init --quiet"],
    ["in a folder that is no repository", "true"],
    [
      "where the repository above has nothing of the project",
      "git init --quiet .. && git commit --quiet --allow-empty -m none",
    ],
  ])("%s", async (_, command) => {
    const plain = await makeServicePlace({ ...nobody, ...somebody });
    try {
      execFileSync("sh", ["-c", command], { cwd: plain.project, env: plain.env });
      await plain.ok("add", "here", "--id", "here", "--exec", "pwd");
      await plain.start();
      await plain.until("it is done", async () => (await plain.ok("list")).includes("done"));
      expect(JSON.parse(await plain.ok("show", "here", "--json")).task.summary).toBe(plain.project);
    } finally {
      await plain.end();
    }
  });
});

it("a project below the top of its repository has its work in the same folder of the worktree", async () => {
  const below = await makeServicePlace(nobody);
  try {
    const top = path.dirname(below.project);
    const git = (...words: string[]) =>
      execFileSync("git", words, { cwd: top, env: below.env, encoding: "utf8" });
    git("init", "--quiet", "-b", "main");
    fs.writeFileSync(path.join(below.project, "inner"), "");
    git("add", "project");
    git("-c", "user.name=A", "-c", "user.email=a@b", "commit", "--quiet", "-m", "one");
    await below.ok("add", "work", "--id", "work", "--exec", "pwd; ls; echo 1 > made; wg artifact work made");
    await below.start();
    await below.until("it is done", async () => (await below.ok("list")).includes("done"));
    const { task, artifacts } = JSON.parse(await below.ok("show", "work", "--json"));
    const folder = path.join(below.project, ".wg", "worktrees", "work", "project");
    expect(task.summary).toBe(`${folder}\ninner\nmade\nrecorded on work`);
    expect(artifacts).toMatchObject([{ path: "made" }]);
    expect(fs.existsSync(path.join(below.project, "made"))).toBe(true);
    // Nobody is configured, so wg commits as itself.
    expect(git("log", "-1", "--format=%an <%ae> %s").trim()).toBe("wg <wg@localhost> work");
  } finally {
    await below.end();
  }
});
