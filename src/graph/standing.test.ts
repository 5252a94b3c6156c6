// Counting tasks by where they stand.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect, it } from "vitest";
import { projectAt } from "../base/home.ts";
import { closeGraph, createGraph } from "./database.ts";
import { holdTask } from "./hold.ts";
import { countStates, standing } from "./standing.ts";
import { abandonTask, completeTask, failTask } from "./status.ts";
import { addTask, requireTask } from "./task.ts";

const now = new Date("2026-11-23T12:00:00Z");

it("tasks are counted by state, an open one that waits as blocked, and none where there is none", () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "wg-standing-"));
  const graph = createGraph(projectAt(root));
  try {
    expect(countStates(graph)).toEqual([]);
    addTask(graph, { id: "a", title: "a" }, now);
    for (const id of ["b", "c"]) addTask(graph, { id, title: id, needs: ["a"] }, now);
    expect(countStates(graph)).toEqual([
      { state: "open", count: 1 },
      { state: "blocked", count: 2 },
    ]);
    failTask(graph, "a", "no", now);
    expect(standing(graph, requireTask(graph, "b"))).toBe("waits for a (failed)");
    completeTask(graph, "a", undefined, now);
    abandonTask(graph, "b", undefined, now);
    expect(countStates(graph)).toEqual([
      { state: "open", count: 1 },
      { state: "done", count: 1 },
      { state: "abandoned", count: 1 },
    ]);
    holdTask(graph, "c", { kind: "merge", reason: "a conflict" }, now);
    expect(countStates(graph)[0]).toEqual({ state: "needs-merge", count: 1 });
  } finally {
    closeGraph(graph);
    fs.rmSync(root, { recursive: true });
  }
});
