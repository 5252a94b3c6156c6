// The record of a worktree: names that git allows, and what is read back.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Project, projectAt } from "../base/home.ts";
import {
  branchOf,
  readRecord,
  recordedTasks,
  removeRecord,
  type WorktreeRecord,
  worktreeFolder,
  writeRecord,
} from "./record.ts";

it.each([
  ["write-the-parser", "wg/write-the-parser"],
  ["v1.2", "wg/v1.2"],
  ["a..b", "wg/a-.b"],
  ["end.", "wg/end-"],
  ["x.lock", "wg/x-lock"],
  ["x.locked", "wg/x.locked"],
  ["a...", "wg/a---"],
])("the branch of %s is %s", (task, branch) => {
  expect(branchOf(task)).toBe(branch);
});

describe("a record", () => {
  let project: Project;
  beforeEach(() => {
    project = projectAt(fs.mkdtempSync(path.join(os.tmpdir(), "wg-record-")));
  });
  afterEach(() => fs.rmSync(project.root, { recursive: true }));
  const record = (task: string): WorktreeRecord => ({
    task,
    branch: branchOf(task),
    from: "f".repeat(40),
    target: "main",
    state: "made",
  });

  it("reads back as it was written, and is in the way of no worktree", () => {
    for (const task of ["a", "a.json", "merge.lock"]) {
      writeRecord(project, record(task));
      fs.mkdirSync(worktreeFolder(project, task));
    }
    expect(recordedTasks(project)).toEqual(["a", "a.json", "merge.lock"]);
    expect(readRecord(project, "a.json")).toEqual(record("a.json"));
    fs.writeFileSync(path.join(path.dirname(worktreeFolder(project, "a")), "..a.json.json.1.x"), "{");
    removeRecord(project, "a.json");
    expect(fs.readdirSync(path.dirname(worktreeFolder(project, "a"))).sort()).toEqual([
      ".a.json",
      ".merge.lock.json",
      "a",
      "a.json",
      "merge.lock",
    ]);
    expect(readRecord(project, "a.json")).toBeUndefined();
    expect(readRecord(project, "a")).toEqual(record("a"));
  });

  it("that is no JSON, or of another kind, is none", () => {
    const file = path.join(path.dirname(worktreeFolder(project, "a")), ".a.json");
    fs.mkdirSync(path.dirname(file), { recursive: true });
    for (const text of ["", "{", "[]", '{"branch":1,"from":"x"}']) {
      fs.writeFileSync(file, text);
      expect(readRecord(project, "a")).toBeUndefined();
    }
    fs.writeFileSync(file, '{"branch":"wg/a","from":"x","state":"elsewhere"}');
    expect(readRecord(project, "a")).toMatchObject({ state: "planned" });
  });
});
