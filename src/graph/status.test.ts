// The moves of a task: which are allowed, and what they set free or hold up.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { projectAt } from "../base/home.ts";
import { closeGraph, createGraph, type Graph } from "./database.ts";
import { taskLog } from "./log.ts";
import { abandonTask, completeTask, failTask, retryTask, statusAfter, type Verb } from "./status.ts";
import { taskStatuses } from "./tables.ts";
import { addTask, findTask } from "./task.ts";

const now = new Date("2026-11-23T12:00:00Z");

describe("statusAfter", () => {
  const table: Record<Verb, Record<(typeof taskStatuses)[number], string>> = {
    done: { open: "done", failed: "done", "in-progress": "-", done: "-", abandoned: "-" },
    fail: { open: "failed", failed: "-", "in-progress": "-", done: "-", abandoned: "-" },
    retry: { open: "-", failed: "open", "in-progress": "-", done: "open", abandoned: "open" },
    abandon: { open: "abandoned", failed: "abandoned", "in-progress": "-", done: "-", abandoned: "-" },
  };
  for (const verb of Object.keys(table) as Verb[]) {
    for (const status of taskStatuses) {
      const after = table[verb][status];
      it(`${verb} of a task that is ${status} ${after === "-" ? "is refused with a hint" : `makes it ${after}`}`, () => {
        const move = () => statusAfter(verb, { id: "a", status, blockers: 0 });
        if (after === "-")
          expect(move).toThrow(expect.objectContaining({ code: "bad-move", hint: expect.any(String) }));
        else expect(move()).toBe(after);
      });
    }
  }

  it("done of a task that still waits is refused", () => {
    expect(() => statusAfter("done", { id: "a", status: "open", blockers: 2 })).toThrow(/waits for 2/);
  });
});

describe("moves", () => {
  let folder: string;
  let graph: Graph;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "wg-status-"));
    graph = createGraph(projectAt(folder));
    addTask(graph, { title: "a" }, now);
    addTask(graph, { title: "b", needs: ["a"] }, now);
    addTask(graph, { title: "c", needs: ["a", "b"] }, now);
  });
  afterEach(() => {
    closeGraph(graph);
    fs.rmSync(folder, { recursive: true });
  });

  it("a task that is done frees what waited for it alone", () => {
    const moved = completeTask(graph, "a", "the letter a", now);
    expect(moved).toMatchObject({ freed: ["b"], held: [] });
    expect(moved.task).toMatchObject({
      status: "done",
      summary: "the letter a",
      completedAt: now.toISOString(),
    });
  });

  it("an abandoned task counts as satisfied", () => {
    expect(abandonTask(graph, "a", "not wanted", now)).toMatchObject({
      freed: ["b"],
      task: { reason: "not wanted" },
    });
    expect(findTask(graph, "c")?.blockers).toBe(1);
  });

  it("a failed task frees nothing, and abandoning it does", () => {
    expect(failTask(graph, "a", "no way", now)).toMatchObject({
      freed: [],
      task: { status: "failed", reason: "no way" },
    });
    expect(abandonTask(graph, "a", undefined, now).freed).toEqual(["b"]);
  });

  it("a done task that is opened again holds up what needs it", () => {
    completeTask(graph, "a", undefined, now);
    const moved = retryTask(graph, "a", { samePlan: false }, now);
    expect(moved).toMatchObject({ freed: [], held: ["b"], task: { status: "open" } });
    expect(moved.task.completedAt).toBeUndefined();
    expect(moved.task.summary).toBeUndefined();
  });

  it("a task that never ran has no plan to repeat", () => {
    failTask(graph, "a", "no way", now);
    expect(() => retryTask(graph, "a", { samePlan: true }, now)).toThrow(
      expect.objectContaining({ code: "no-run" }),
    );
    expect(findTask(graph, "a")?.status).toBe("failed");
  });

  it("every move is in the log", () => {
    failTask(graph, "a", "no way", now);
    retryTask(graph, "a", { samePlan: false }, now);
    completeTask(graph, "a", undefined, now);
    expect(taskLog(graph, "a").map((entry) => entry.message)).toEqual([
      "failed: no way",
      "opened again; it was failed",
      "done",
    ]);
  });

  it("a refused move changes nothing", () => {
    expect(() => completeTask(graph, "b", undefined, now)).toThrow();
    expect(findTask(graph, "b")).toMatchObject({ status: "open" });
    expect(taskLog(graph, "b")).toEqual([]);
  });
});
