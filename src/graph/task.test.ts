// Tasks: added whole or not at all, found, filtered, edited, removed.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { projectAt } from "../base/home.ts";
import { addArtifact, artifacts } from "./artifact.ts";
import { closeGraph, createGraph, type Graph } from "./database.ts";
import { addLog, taskLog } from "./log.ts";
import { completeTask, failTask } from "./status.ts";
import {
  addTask,
  editTask,
  fewOf,
  findTask,
  listTasks,
  type NewTask,
  outlines,
  removeNeededTask,
  removeTask,
  requireTask,
  type TaskFilter,
} from "./task.ts";

const now = new Date("2026-11-23T12:00:00Z");
let folder: string;
let graph: Graph;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "wg-task-"));
  graph = createGraph(projectAt(folder));
});
afterEach(() => {
  closeGraph(graph);
  fs.rmSync(folder, { recursive: true });
});

const add = (title: string, more: Omit<NewTask, "title"> = {}) => addTask(graph, { title, ...more }, now).id;
const refusal = (code: string) => expect.objectContaining({ code });

describe("addTask", () => {
  it("keeps everything it is given", () => {
    add("a");
    const id = add("b", {
      description: "two\nlines",
      needs: ["a"],
      model: "nex:qwen3",
      tier: "fast",
      verify: "npm test",
      tags: ["y", "x", "y"],
      priority: -3,
      id: "b.1",
    });
    expect(findTask(graph, id)).toEqual({
      id: "b.1",
      title: "b",
      description: "two\nlines",
      status: "open",
      priority: -3,
      model: "local:qwen3",
      tier: "fast",
      verify: "npm test",
      tags: ["x", "y"],
      needs: ["a"],
      blockers: 1,
      attempts: 0,
      createdAt: now.toISOString(),
    });
  });

  it("numbers the ids of equal titles", () => {
    expect([add("Fix it"), add("fix it!"), add("FIX IT")]).toEqual(["fix-it", "fix-it-2", "fix-it-3"]);
  });

  it("waits for nothing when its needs are done", () => {
    add("a");
    completeTask(graph, "a", undefined, now);
    expect(findTask(graph, add("b", { needs: ["a"] }))?.blockers).toBe(0);
  });

  it("counts a need given twice once", () => {
    add("a");
    expect(findTask(graph, add("b", { needs: ["a", "a"] }))).toMatchObject({ needs: ["a"], blockers: 1 });
  });

  it.each<[string, NewTask, string]>([
    ["a taken id", { title: "x", id: "a" }, "task-exists"],
    ["an id that is a path", { title: "x", id: "../a" }, "bad-id"],
    ["an unknown need", { title: "x", needs: ["a", "nope"] }, "no-task"],
    ["itself as a need", { title: "x", id: "x", needs: ["x"] }, "cycle"],
    ["an empty title", { title: " " }, "bad-title"],
    ["a route without a handler", { title: "x", model: "opus" }, "bad-route"],
    ["a command and a model", { title: "x", exec: "true", model: "claude:opus" }, "two-ways"],
    ["a command and a tier", { title: "x", exec: "true", tier: "fast" }, "two-ways"],
    ["a tag of two words", { title: "x", tags: ["a b"] }, "bad-tag"],
  ])("refuses %s, and nothing is half done", (_, task, code) => {
    add("a");
    expect(() => addTask(graph, task, now)).toThrow(refusal(code));
    expect(listTasks(graph).map(({ id }) => id)).toEqual(["a"]);
    expect(add("x")).toBe("x");
  });
});

describe("requireTask", () => {
  it("guesses what was meant", () => {
    add("Write the parser");
    expect(() => requireTask(graph, "write-the-parsr")).toThrow(
      expect.objectContaining({ code: "no-task", hint: "did you mean write-the-parser?" }),
    );
  });

  it("says how to list them where it has no guess, whatever was asked for", () => {
    add("a");
    for (const id of ["", "zzzzzz", "%", "'; drop table task; --", "x".repeat(100_000), "\0", "\u{10ffff}"]) {
      expect(() => requireTask(graph, id)).toThrow(refusal("no-task"));
    }
  });
});

describe("listTasks", () => {
  const ids = (filter: TaskFilter) => listTasks(graph, filter).map((task) => task.id);

  it("filters by status, readiness, tags, model and tier, in the order of adding", () => {
    add("c", { tags: ["x", "y"] });
    add("b", { needs: ["c"], tags: ["x"], model: "claude:opus" });
    add("a", { tier: "fast" });
    failTask(graph, "a", "no", now);
    expect(ids({})).toEqual(["c", "b", "a"]);
    expect(ids({ statuses: ["failed", "done"] })).toEqual(["a"]);
    expect(ids({ open: "ready" })).toEqual(["c"]);
    expect(ids({ open: "blocked" })).toEqual(["b"]);
    expect(ids({ tags: ["x"] })).toEqual(["c", "b"]);
    expect(ids({ tags: ["x", "y"] })).toEqual(["c"]);
    expect(ids({ model: "claude:opus" })).toEqual(["b"]);
    expect(ids({ tier: "fast" })).toEqual(["a"]);
    expect(ids({ limit: 2 })).toEqual(["c", "b"]);
    expect(ids({ statuses: [] })).toEqual([]);
  });
});

describe("editTask", () => {
  it("changes what is given and nothing else; an empty text clears", () => {
    add("a", { model: "claude:opus", verify: "true", description: "old", tags: ["x", "y"] });
    editTask(graph, "a", {
      title: "A",
      model: "",
      tier: "fast",
      priority: 7,
      addTags: ["z"],
      dropTags: ["x"],
    });
    const task = findTask(graph, "a");
    expect(task).toMatchObject({
      title: "A",
      tier: "fast",
      priority: 7,
      tags: ["y", "z"],
      verify: "true",
      description: "old",
    });
    expect(task?.model).toBeUndefined();
  });

  it("adds and drops needs, and the counter follows", () => {
    for (const title of ["a", "b", "c"]) add(title);
    add("d", { needs: ["a", "b"] });
    expect(editTask(graph, "d", { addNeeds: ["c"], dropNeeds: ["a", "nope"] })).toMatchObject({
      needs: ["b", "c"],
      blockers: 2,
    });
  });

  it("prints the cycle it refuses, and changes nothing", () => {
    add("a");
    add("b", { needs: ["a"] });
    add("c", { needs: ["b"] });
    expect(() => editTask(graph, "a", { title: "A", addNeeds: ["c"] })).toThrow(/a -> c -> b -> a/);
    expect(findTask(graph, "a")).toMatchObject({ title: "a", needs: [] });
  });

  it("prints both ends of a long cycle", () => {
    add("t", { id: "t-0" });
    for (let index = 1; index < 30; index++) add("t", { id: `t-${index}`, needs: [`t-${index - 1}`] });
    const loop = /: t-0 -> t-29 -> t-28 .* -> \(19 more\) -> .* -> t-1 -> t-0$/;
    expect(() => editTask(graph, "t-0", { addNeeds: ["t-29"] })).toThrow(loop);
  });

  it("refuses a model for a task that runs a command, until the command is cleared", () => {
    add("a", { exec: "true" });
    expect(() => editTask(graph, "a", { model: "claude:opus" })).toThrow(refusal("two-ways"));
    expect(editTask(graph, "a", { model: "claude:opus", exec: "" })).toMatchObject({ model: "claude:opus" });
  });
});

describe("removeTask", () => {
  it("takes the log, tags and artifacts along, and a new task of that id has none", () => {
    add("a", { tags: ["x"] });
    addLog(graph, "a", { by: "user", message: "hello" }, now);
    addArtifact(graph, "a", "out.txt", undefined, now);
    expect(removeTask(graph, "a")).toEqual([]);
    expect(findTask(graph, "a")).toBeUndefined();
    add("a");
    expect(findTask(graph, "a")?.tags).toEqual([]);
    expect(taskLog(graph, "a")).toEqual([]);
    expect(artifacts(graph, "a")).toEqual([]);
  });

  it("is refused while others need it; by force they wait no longer", () => {
    add("a");
    add("b", { needs: ["a"] });
    expect(() => removeTask(graph, "a")).toThrow(refusal("needed"));
    expect(removeNeededTask(graph, "a")).toEqual(["b"]);
    expect(findTask(graph, "b")).toMatchObject({ needs: [], blockers: 0 });
  });

  it("frees what it waited for of nothing", () => {
    add("a");
    add("b", { needs: ["a"] });
    removeTask(graph, "b");
    expect(findTask(graph, "a")).toMatchObject({ blockers: 0, status: "open" });
  });
});

describe("log and artifacts", () => {
  it("belong to a task that exists", () => {
    expect(() => addLog(graph, "nope", { by: "user", message: "x" }, now)).toThrow(refusal("no-task"));
    expect(() => addArtifact(graph, "nope", "x", undefined, now)).toThrow(refusal("no-task"));
  });

  it("an artifact recorded again moves its time and run", () => {
    add("a");
    addArtifact(graph, "a", "out.txt", undefined, now);
    addArtifact(graph, "a", "out.txt", "r-1", new Date("2026-11-24T00:00:00Z"));
    expect(artifacts(graph, "a")).toEqual([{ path: "out.txt", at: "2026-11-24T00:00:00.000Z", run: "r-1" }]);
  });
});

describe("in few words", () => {
  it("outlines leave out what does not exist", () => {
    add("a");
    expect(outlines(graph, ["nope", "a"])).toEqual([{ id: "a", status: "open", blockers: 0, title: "a" }]);
  });

  it("a long list of ids is cut", () => {
    expect(fewOf(["a", "b"])).toBe("a, b");
    expect(fewOf(["a", "b", "c", "d", "e", "f", "g"])).toBe("a, b, c, d, e and 2 more");
  });
});
