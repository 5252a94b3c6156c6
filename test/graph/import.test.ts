// Importing and exporting tasks as a person does: from a file or a pipe, tried first, refused whole.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makePlace, type Place, program, run } from "../support/wg.ts";

const sample = path.resolve(import.meta.dirname, "..", "fixtures", "graphs", "pump.jsonl");
let place: Place;
beforeEach(async () => {
  place = makePlace();
  expect(await place.wg("init")).toMatchObject({ status: 0 });
});
afterEach(() => place.remove());

const json = async (...args: string[]) => JSON.parse((await place.wg(...args, "--json")).stdout);
const piped = (input: string, ...args: string[]) =>
  run(process.execPath, [program, ...args], { cwd: place.project, env: place.env, input });

describe("wg import", () => {
  it("prints the ids, says what became of what has no place here, and the queue is right", async () => {
    const ended = await place.wg("import", sample);
    expect(ended.status, ended.stderr).toBe(0);
    expect(ended.stdout.trim().split("\n")).toHaveLength(13);
    expect(ended.stderr.split("\n").slice(0, 3)).toEqual([
      "imported 13 tasks",
      "status: in-progress is open here (step-2, step-6, step-7)",
      "kept, although nothing here reads them: assigned (11), estimate (13), skills (7)",
    ]);
    const { tasks } = await json("ready");
    expect(tasks.map((task: { id: string }) => task.id)).toEqual(["step-2", "step-7", "step-6"]);
  });

  it("tried first changes nothing, and says the same", async () => {
    const { dryRun, ...preview } = await json("import", sample, "--dry-run");
    expect(dryRun).toBe(true);
    expect((await json("list")).tasks).toEqual([]);
    expect(await json("import", sample)).toEqual({ ...preview, dryRun: false });
  });

  it("is refused whole where a line is broken, with file and line", async () => {
    const file = path.join(place.project, "half.jsonl");
    fs.writeFileSync(file, fs.readFileSync(sample, "utf8").slice(0, -40));
    expect(await place.wg("import", "half.jsonl")).toMatchObject({
      status: 1,
      stdout: "",
      stderr: expect.stringContaining(`at ${file}:13`),
    });
    expect((await json("list")).tasks).toEqual([]);
    expect((await json("import", "nowhere.jsonl")).error.code).toBe("no-file");
  });

  it("of tasks that are here is refused, unless they are merged", async () => {
    await place.wg("add", "Mine", "--id", "step-1");
    expect((await json("import", sample)).error.code).toBe("task-exists");
    const { imported, skipped } = await json("import", sample, "--merge");
    expect([imported.length, skipped]).toEqual([12, ["step-1"]]);
    expect((await json("show", "step-1")).task.title).toBe("Mine");
  });
});

describe("wg export", () => {
  it("reads back through a pipe as the same bytes", async () => {
    await place.wg("import", sample);
    await place.wg("add", "One more", "--after", "step-2", "--tag", "new");
    await place.wg("log", "one-more", "a word");
    const { stdout: text } = await place.wg("export");
    const other = makePlace();
    try {
      await other.wg("init");
      const into = { cwd: other.project, env: other.env };
      const ended = await run(process.execPath, [program, "import", "-"], { ...into, input: text });
      expect(ended.status, ended.stderr).toBe(0);
      expect((await other.wg("export")).stdout).toBe(text);
    } finally {
      other.remove();
    }
  });

  it("with -o writes the same bytes into a file, and says which", async () => {
    await place.wg("add", "One");
    const file = path.join(place.project, "out", "tasks.jsonl");
    expect(await json("export", "-o", "out/tasks.jsonl")).toMatchObject({ file, tasks: 1, openHere: [] });
    expect(fs.readFileSync(file, "utf8")).toBe((await place.wg("export")).stdout);
    expect(fs.readdirSync(path.dirname(file))).toEqual(["tasks.jsonl"]);
    expect(await piped(fs.readFileSync(file, "utf8"), "import", "-")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("at stdin:1"),
    });
  });
});
