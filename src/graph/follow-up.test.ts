// Follow-ups of a run: noted whose they are, and not without end.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { projectAt } from "../base/home.ts";
import { closeGraph, createGraph, type Graph } from "./database.ts";
import { addFollowUp, maxFollowUps } from "./follow-up.ts";
import { addLog, taskLog } from "./log.ts";
import { addTask, listTasks } from "./task.ts";

const now = new Date("2026-11-23T12:00:00Z");
const own = { id: "r-1", task: "own" };
let root: string;
let graph: Graph;

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "wg-follow-"));
  graph = createGraph(projectAt(root));
  addTask(graph, { id: "own", title: "own" }, now);
});
afterEach(() => {
  closeGraph(graph);
  fs.rmSync(root, { recursive: true });
});

it("a run that adds task after task is stopped, and another run is not", () => {
  addLog(graph, "own", { by: "agent", run: "r-1", message: "added from task own" }, now);
  for (let count = 0; count < maxFollowUps; count++) addFollowUp(graph, own, { title: `more ${count}` }, now);
  expect(() => addFollowUp(graph, own, { title: "one too many" }, now)).toThrow(
    expect.objectContaining({ code: "too-many-follow-ups", hint: expect.stringContaining("closing words") }),
  );
  expect(listTasks(graph, {})).toHaveLength(1 + maxFollowUps);
  const { id } = addFollowUp(graph, { id: "r-2", task: "own" }, { title: "of the next run" }, now);
  expect(taskLog(graph, id)).toMatchObject([{ by: "agent", run: "r-2", message: "added from task own" }]);
});

it("a run that only repeats another leaves no work to others", () => {
  const rerun = { ...own, id: "r-2", subject: "r-1" };
  expect(() => addFollowUp(graph, rerun, { title: "the same again" }, now)).toThrow(
    expect.objectContaining({ code: "inside-a-run", hint: expect.stringContaining("closing words") }),
  );
  expect(listTasks(graph, {})).toHaveLength(1);
});
