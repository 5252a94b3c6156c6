// The ready queue: its order, its index, and the counter it stands on.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WgError } from "../base/error.ts";
import { projectAt } from "../base/home.ts";
import { closeGraph, createGraph, type Graph } from "./database.ts";
import { countReady, readyQuery, readyTasks } from "./ready.ts";
import { abandonTask, completeTask, failTask, retryTask } from "./status.ts";
import { addTask, editTask, listTasks, removeNeededTask, type Task } from "./task.ts";

const at = (second: number) => new Date(Date.UTC(2026, 10, 23, 12, 0, second));
let folder: string;
let graph: Graph;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "wg-ready-"));
  graph = createGraph(projectAt(folder));
});
afterEach(() => {
  closeGraph(graph);
  fs.rmSync(folder, { recursive: true });
});

describe("readyTasks", () => {
  it("gives higher priority first, then the older, then by id", () => {
    addTask(graph, { title: "z", priority: 1 }, at(1));
    addTask(graph, { title: "late" }, at(3));
    addTask(graph, { title: "early-b" }, at(2));
    addTask(graph, { title: "early-a" }, at(2));
    addTask(graph, { title: "low", priority: -1 }, at(0));
    addTask(graph, { title: "waits", priority: 9, needs: ["low"] }, at(0));
    expect(readyTasks(graph, 10).map((task) => task.id)).toEqual(["z", "early-a", "early-b", "late", "low"]);
    expect(readyTasks(graph, 2)).toHaveLength(2);
    expect(countReady(graph)).toBe(5);
  });

  it("is read off its index without a sort, whatever the planner knows of the data", () => {
    for (const analyze of ["", "ANALYZE"]) {
      graph.database.exec(analyze);
      const { sql, parameters } = readyQuery(10).compile();
      const plan = graph.database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters);
      expect(plan.map((step) => step.detail)).toEqual([
        "SEARCH task USING INDEX task_ready (status=? AND blockers=?)",
      ]);
    }
  });
});

type Step =
  | { kind: "add"; needs: number[] }
  | { kind: "done" | "fail" | "abandon" | "retry" | "remove"; task: number }
  | { kind: "need" | "unneed"; task: number; need: number };

const pick = fc.nat({ max: 11 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("add" as const), needs: fc.array(pick, { maxLength: 3 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom("done", "fail", "abandon", "retry", "remove"), task: pick }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("need", "unneed"), task: pick, need: pick }) },
);

describe("blockers", () => {
  it("is the number of needs neither done nor abandoned, after any series of changes", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        graph.database.exec("DELETE FROM need; DELETE FROM task");
        for (const one of steps) attempt(one);
        const tasks = listTasks(graph);
        expect(tasks.map(({ id, blockers }) => [id, blockers])).toEqual(
          tasks.map((task) => [task.id, recounted(task, tasks)]),
        );
      }),
      { numRuns: 60 },
    );
  });
});

function recounted(task: Task, tasks: readonly Task[]): number {
  const satisfied = new Set(
    tasks.filter(({ status }) => status === "done" || status === "abandoned").map(({ id }) => id),
  );
  return task.needs.filter((need) => !satisfied.has(need)).length;
}

/** Tries a step on the tasks there are; a refusal is no matter, it must only leave the count right. */
function attempt(one: Step): void {
  const ids = listTasks(graph).map((task) => task.id);
  const nth = (index: number) => ids[index % Math.max(1, ids.length)] ?? "none";
  try {
    switch (one.kind) {
      case "add":
        addTask(graph, { title: "t", needs: ids.length === 0 ? [] : one.needs.map(nth) }, at(0));
        break;
      case "done":
        completeTask(graph, nth(one.task), undefined, at(0));
        break;
      case "fail":
        failTask(graph, nth(one.task), "no", at(0));
        break;
      case "abandon":
        abandonTask(graph, nth(one.task), undefined, at(0));
        break;
      case "retry":
        retryTask(graph, nth(one.task), { samePlan: false }, at(0));
        break;
      case "remove":
        removeNeededTask(graph, nth(one.task));
        break;
      case "need":
        editTask(graph, nth(one.task), { addNeeds: [nth(one.need)] });
        break;
      case "unneed":
        editTask(graph, nth(one.task), { dropNeeds: [nth(one.need)] });
        break;
    }
  } catch (error) {
    if (!(error instanceof WgError)) throw error;
  }
}
