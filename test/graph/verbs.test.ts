// The task verbs as a person uses them: what they print, where, and with which exit status.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makePlaceHere } from "../support/here.ts";
import { type Place, program, run } from "../support/wg.ts";

let place: Place;
beforeEach(async () => {
  place = makePlaceHere();
  expect(await place.wg("init")).toMatchObject({ status: 0 });
});
afterEach(() => place.remove());

const json = async (...args: string[]) => JSON.parse((await place.wg(...args, "--json")).stdout);

describe("wg init", () => {
  it("makes a private folder that git ignores, prints its place, and does no harm again", async () => {
    const folder = path.join(place.project, ".wg");
    expect(fs.statSync(folder).mode & 0o777).toBe(0o700);
    expect(fs.readFileSync(path.join(folder, ".gitignore"), "utf8")).toBe("*\n");
    await place.wg("add", "a");
    expect(await place.wg("init")).toMatchObject({
      status: 0,
      stdout: `${place.project}\n`,
      stderr: expect.stringContaining("already"),
    });
    expect(await json("init")).toEqual({ schemaVersion: 1, project: place.project, made: false });
    expect((await json("list")).tasks).toHaveLength(1);
  });

  it("is refused in the home, whose .wg holds wg's own files", async () => {
    const inHome = (env: Record<string, string>) =>
      run(process.execPath, [program, "init"], { cwd: place.home, env: { ...place.env, ...env } });
    for (const env of [{}, { WG_HOME: path.join(place.project, "elsewhere") }]) {
      expect(await inHome(env)).toMatchObject({ status: 1, stderr: expect.stringContaining("hint:") });
    }
    expect(fs.existsSync(path.join(place.home, ".wg", "graph.db"))).toBe(false);
  });
});

describe("outside a project", () => {
  it("every task verb is refused with the hint wg init", async () => {
    const away = { cwd: place.home, env: place.env };
    const lines = [
      "add x",
      "list",
      "ready",
      "show x",
      "edit x --title y",
      "done x",
      "fail x --reason y",
      "retry x",
    ];
    for (const line of [...lines, "abandon x", "log x", "log x y", "artifact x", "rm x"]) {
      const ended = await run(process.execPath, [program, ...line.split(" ")], away);
      expect(ended, line).toMatchObject({
        status: 1,
        stdout: "",
        stderr: expect.stringContaining("wg init"),
      });
    }
  });
});

describe("wg add", () => {
  it("prints the bare id, and says what it waits for", async () => {
    expect(await place.wg("add", "Write the parser")).toEqual({
      status: 0,
      stdout: "write-the-parser\n",
      stderr: "added write-the-parser; ready\n",
    });
    await place.wg("add", "Read the spec");
    expect(await place.wg("add", "Review", "--after", "write-the-parser,read-the-spec")).toMatchObject({
      stdout: "review\n",
      stderr: "added review; waits for read-the-spec, write-the-parser\n",
    });
  });

  it("reads the description from stdin for -d -", async () => {
    const add = (input: string | Buffer) =>
      run(process.execPath, [program, "add", "a", "-d", "-"], {
        cwd: place.project,
        env: place.env,
        input: input.toString("latin1"),
      });
    expect(await add("one\ntwo\n")).toMatchObject({ status: 0 });
    expect((await json("show", "a")).task.description).toBe("one\ntwo\n");
    expect(await add("x\n".repeat(1_000_000))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("1 MB"),
    });
    expect(await add("x\n".repeat(150_000))).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("262144"),
    });
    expect(await add("a\0b")).toMatchObject({ status: 1, stderr: expect.stringContaining("NUL") });
    expect((await json("list")).tasks).toHaveLength(1);
  });

  it.each<[string, string[], number, string]>([
    ["an unknown need", ["x", "--after", "tsk-a"], 1, "did you mean task-a?"],
    ["an empty need", ["x", "--after", ""], 1, 'no task ""'],
    ["itself as a need", ["x", "--id", "x", "--after", "x"], 1, "x -> x"],
    ["a taken id", ["x", "--id", "task-a"], 1, "already"],
    ["an id that is a path", ["x", "--id", "../x"], 1, "no id"],
    ["an id of 300 characters", ["x", "--id", "x".repeat(300)], 1, "at most 64"],
    ["a title of two lines", ["x\ny"], 1, "one line"],
    ["an empty title", [""], 1, "title"],
    ["no title", [], 2, "missing required argument"],
    ["two titles", ["x", "y"], 2, "too many arguments"],
    ["a priority that is no number", ["x", "--priority", "abc"], 2, "whole number"],
    ["a priority out of range", ["x", "--priority", "999999999"], 1, "1000000"],
    ["a route without a handler", ["x", "--model", "opus"], 1, "claude:opus"],
    ["a command and a model", ["x", "--exec", "true", "--model", "claude:opus"], 1, "not both"],
    ["an unknown option", ["x", "--prioritty", "1"], 2, "--priority"],
  ])("refuses %s, and adds nothing", async (_, args, status, said) => {
    await place.wg("add", "Task A");
    expect(await place.wg("add", ...args)).toMatchObject({
      status,
      stdout: "",
      stderr: expect.stringContaining(said),
    });
    expect((await json("list")).tasks).toHaveLength(1);
  });
});

describe("wg list and ready", () => {
  it("show blocked as computed, and filter", async () => {
    await place.wg("add", "a", "--priority", "-5");
    await place.wg("add", "b", "--after", "a", "--tag", "x");
    await place.wg("add", "c", "--exec", "true");
    expect((await place.wg("list")).stdout).toBe(
      "ID  STATUS   TITLE  NEEDS\na   open     a\nb   blocked  b      a\nc   open     c\n",
    );
    expect((await place.wg("list", "--blocked", "--tag", "x")).stdout).toContain("b   blocked");
    expect(await place.wg("list", "--status", "done")).toMatchObject({
      status: 0,
      stdout: "",
      stderr: "no tasks\n",
    });
    expect(await place.wg("list", "--status", "fialed")).toMatchObject({ status: 2 });
    expect((await place.wg("ready")).stdout).toBe("ID  PRIORITY  TITLE\nc   0         c\na   -5        a\n");
    expect(await place.wg("ready", "--limit", "1")).toMatchObject({ stderr: "1 more are ready\n" });
    expect(await json("ready", "--limit", "1")).toMatchObject({
      total: 2,
      tasks: [{ id: "c", blocked: false }],
    });
  });
});

describe("a task's life", () => {
  it("done, retry, fail and abandon say what they set free and hold up", async () => {
    await place.wg("add", "a");
    await place.wg("add", "b", "--after", "a");
    expect(await place.wg("done", "b")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("waits"),
    });
    expect(await place.wg("done", "a")).toMatchObject({ stdout: "a\n", stderr: "a is done; ready now: b\n" });
    expect((await place.wg("retry", "a")).stderr).toBe("opened a again; ready; waiting for it again: b\n");
    expect(await place.wg("fail", "a")).toMatchObject({ status: 2 });
    expect((await place.wg("fail", "a", "--reason", "no way")).stderr).toBe(
      "a failed; wg retry a opens it again\n",
    );
    expect(await json("abandon", "a")).toMatchObject({
      task: { status: "abandoned" },
      freed: ["b"],
      held: [],
    });
    expect(await place.wg("retry", "a", "--same-profile")).toMatchObject({ status: 1 });
    expect(await place.wg("rm", "a")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("--force"),
    });
    expect((await place.wg("rm", "a", "--force")).stderr).toBe("removed a; no longer waiting for it: b\n");
  });

  it("edit changes, clears, and refuses a cycle by its whole path", async () => {
    await place.wg("add", "a", "--model", "claude:opus");
    await place.wg("add", "b", "--after", "a");
    expect(await place.wg("edit", "a")).toMatchObject({ status: 2 });
    expect((await place.wg("edit", "a", "--after", "b")).stderr).toContain("a -> b -> a");
    expect(await json("edit", "b", "--not-after", "a", "--tag", "x", "--title", "B")).toMatchObject({
      task: { title: "B", needs: [], tags: ["x"], blocked: false },
    });
    expect((await json("edit", "a", "--model", "")).task.model).toBeUndefined();
  });

  it("refusals are JSON where JSON was asked for", async () => {
    const ended = await place.wg("show", "nope", "--json");
    expect(ended).toMatchObject({ status: 1, stderr: "" });
    expect(JSON.parse(ended.stdout)).toMatchObject({ schemaVersion: 1, error: { code: "no-task" } });
  });
});

describe("wg log, artifact and show", () => {
  it("tell everything, and nothing in it moves the terminal", async () => {
    await place.wg("add", "a", "-d", "first\n\u001b[2Jsecond", "--tag", "x");
    await place.wg("log", "a", "half", "done");
    await place.wg("log", "a", "two\nlines \u001b[31m");
    fs.writeFileSync(path.join(place.project, "out.txt"), "");
    expect(await place.wg("artifact", "a", "out.txt")).toMatchObject({
      stdout: "out.txt\n",
      stderr: "recorded on a\n",
    });
    expect((await place.wg("artifact", "a", "../gone")).stderr).toContain("does not exist");
    const shown = (await place.wg("show", "a")).stdout;
    for (const part of ["first", "\\x1b[2Jsecond", "half done", "out.txt", "tags      x"])
      expect(shown).toContain(part);
    expect(shown).not.toContain("\u001b");
    expect((await json("log", "a")).log).toMatchObject([
      { by: "user", message: "half done" },
      { by: "user" },
    ]);
    expect((await place.wg("artifact", "a")).stdout).toBe(
      `${path.join(path.dirname(place.project), "gone")}\nout.txt\n`,
    );
  });
});

describe("a project that cannot be used", () => {
  const graph = () => path.join(place.project, ".wg", "graph.db");

  it("with a damaged graph is refused, and the file is left alone", async () => {
    for (const file of [graph(), `${graph()}-wal`, `${graph()}-shm`]) fs.rmSync(file, { force: true });
    fs.writeFileSync(graph(), "no database ".repeat(500));
    for (const args of [["list"], ["add", "x"], ["init"]]) {
      expect(await place.wg(...args)).toMatchObject({
        status: 1,
        stderr: expect.stringContaining("no graph of wg"),
      });
    }
    expect(fs.readFileSync(graph(), "utf8")).toBe("no database ".repeat(500));
  });

  it("without a graph is refused with the hint wg init", async () => {
    fs.rmSync(path.join(place.project, ".wg"), { recursive: true });
    fs.mkdirSync(path.join(place.project, ".wg"));
    expect(await place.wg("add", "x")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("wg init"),
    });
  });
});
