// A held task waits although its needs are done, and whoever may let go lets go.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { projectAt } from "../base/home.ts";
import { closeGraph, createGraph, type Graph } from "./database.ts";
import { holdOf, holdTask, listHolds, releaseDue, releaseTask } from "./hold.ts";
import { countReady, readyTasks } from "./ready.ts";
import { standing, stateOf } from "./standing.ts";
import { abandonTask, completeTask, retryTask } from "./status.ts";
import { addTask, listTasks, removeTask, requireTask } from "./task.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 10, 23, 12, minute));
const hold = { kind: "retry", reason: "quota: come back later", until: at(10).toISOString() } as const;

describe("a hold", () => {
  let folder: string;
  let graph: Graph;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "wg-hold-"));
    graph = createGraph(projectAt(folder));
    addTask(graph, { title: "A", id: "a" }, at(0));
    addTask(graph, { title: "B", id: "b", needs: ["a"] }, at(0));
  });
  afterEach(() => {
    closeGraph(graph);
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const ready = () => readyTasks(graph, 10).map(({ id }) => id);

  it("keeps a task from being ready, and tells why and until when", () => {
    holdTask(graph, "a", hold, at(1));
    expect(ready()).toEqual([]);
    expect(countReady(graph)).toBe(0);
    const task = requireTask(graph, "a");
    expect(task.hold).toEqual({ ...hold, since: at(1).toISOString() });
    expect(stateOf(task)).toBe("blocked");
    expect(standing(graph, task)).toBe("held until 2026-11-23T12:10:00Z (quota: come back later)");
    expect(listTasks(graph).map(({ hold }) => hold?.kind)).toEqual(["retry", undefined]);
  });

  it("is over when the clock was set back to before it began, unless a person has to let go", () => {
    holdTask(graph, "a", hold, at(2));
    expect(releaseDue(graph, at(1))).toEqual([]);
    expect(releaseDue(graph, at(0))).toEqual(["a"]);
    holdTask(graph, "a", { kind: "merge", reason: "conflict" }, at(2));
    expect(releaseDue(graph, at(0))).toEqual([]);
  });

  it("is over at its time, not before", () => {
    holdTask(graph, "a", hold, at(1));
    expect(releaseDue(graph, at(9))).toEqual([]);
    expect(releaseDue(graph, at(10))).toEqual(["a"]);
    expect(ready()).toEqual(["a"]);
  });

  it("without a time is for a person to end", () => {
    holdTask(graph, "a", { kind: "budget", reason: "3 of 2 dollars" }, at(1));
    expect(releaseDue(graph, new Date("2099-01-01"))).toEqual([]);
    expect(standing(graph, requireTask(graph, "a"))).toBe("waits for wg approve (3 of 2 dollars)");
    expect(releaseTask(graph, "a")).toMatchObject({ kind: "budget" });
    expect(ready()).toEqual(["a"]);
  });

  it("replaces the hold there was, and counts once", () => {
    holdTask(graph, "b", hold, at(1));
    holdTask(graph, "b", { kind: "gate", reason: "0.4 of 0.7" }, at(2));
    expect(requireTask(graph, "b").blockers).toBe(2);
    expect(listHolds(graph)).toHaveLength(1);
    expect(standing(graph, requireTask(graph, "b"))).toBe("waits for a; needs you (0.4 of 0.7)");
  });

  it("ends when somebody takes the task in hand", () => {
    for (const move of [
      () => retryTask(graph, "a", { samePlan: false }, at(2)),
      () => completeTask(graph, "a", undefined, at(2)),
      () => abandonTask(graph, "b", undefined, at(2)),
    ]) {
      for (const id of ["a", "b"]) {
        if (requireTask(graph, id).status === "open") holdTask(graph, id, hold, at(1));
      }
      const { task } = move();
      expect(holdOf(graph, task.id)).toBeUndefined();
    }
    expect(requireTask(graph, "a").blockers).toBe(0);
  });

  it("goes with its task", () => {
    holdTask(graph, "b", hold, at(1));
    removeTask(graph, "b");
    expect(listHolds(graph)).toEqual([]);
  });
});
