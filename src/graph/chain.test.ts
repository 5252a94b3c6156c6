// The chain of what a task waits for ends in its roots, each once, however many ways lead there.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { projectAt } from "../base/home.ts";
import { type Chain, chainFrom, type Link, rootsOf } from "./chain.ts";
import { closeGraph, createGraph, type Graph } from "./database.ts";
import { holdTask } from "./hold.ts";
import { abandonTask, completeTask, failTask } from "./status.ts";
import { addTask } from "./task.ts";

const now = new Date("2026-11-23T12:00:00Z");
let folder: string;
let graph: Graph;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "wg-chain-"));
  graph = createGraph(projectAt(folder));
});
afterEach(() => {
  closeGraph(graph);
  fs.rmSync(folder, { recursive: true, force: true });
});

const add = (id: string, ...needs: string[]) => addTask(graph, { title: id, id, needs }, now);
const roots = (...ids: string[]) => rootsOf(chainFrom(graph, ids), ids);

it("a task waits in the end for what failed, what is held and what is ready, each named once", () => {
  for (const id of ["broken", "held", "ready", "done", "gone"]) add(id);
  add("left", "broken", "held");
  add("right", "broken", "ready", "done", "gone");
  add("top", "left", "right");
  failTask(graph, "broken", "exit 3", now);
  completeTask(graph, "done", undefined, now);
  abandonTask(graph, "gone", undefined, now);
  holdTask(graph, "held", { kind: "gate", reason: "look at it" }, now);
  expect(roots("top")).toEqual([
    { task: "broken", kind: "failed", holdsBack: 1 },
    { task: "held", kind: "held", holdsBack: 1 },
    { task: "ready", kind: "ready", holdsBack: 1 },
  ]);
  expect(roots("left", "right", "top")[0]).toEqual({ task: "broken", kind: "failed", holdsBack: 3 });
  expect([...chainFrom(graph, ["top"]).keys()]).toEqual(["top", "left", "right", "broken", "held", "ready"]);
});

it("a held task that also waits for others has both for its roots", () => {
  add("a");
  add("b", "a");
  holdTask(graph, "b", { kind: "retry", reason: "quota", until: now.toISOString() }, now);
  expect(roots("b")).toEqual([
    { task: "a", kind: "ready", holdsBack: 1 },
    { task: "b", kind: "held", holdsBack: 0 },
  ]);
});

it("a task that is over waits for nothing, and one that nobody knows is left out", () => {
  add("a");
  completeTask(graph, "a", undefined, now);
  expect(roots("a")).toEqual([]);
  expect(chainFrom(graph, ["nobody"]).size).toBe(0);
});

it("edges that form a loop do not keep it from an end", () => {
  const link = (id: string, ...waitsFor: string[]): [string, Link] => [
    id,
    { id, title: id, status: "open", waitsFor },
  ];
  const loop: Chain = new Map([link("a", "b"), link("b", "a", "c"), link("c")]);
  expect(rootsOf(loop, ["a"])).toEqual([{ task: "c", kind: "ready", holdsBack: 1 }]);
});
