// Runs are added up by their ends from a moment on, and each server has the latest word of its own.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { projectAt } from "../base/home.ts";
import { closeGraph, createGraph, type Graph } from "./database.ts";
import { lastAnswers, tallySince } from "./tally.ts";
import { addTask } from "./task.ts";

let folder: string;
let graph: Graph;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "wg-tally-"));
  graph = createGraph(projectAt(folder));
  addTask(graph, { title: "A", id: "a" }, new Date());
});
afterEach(() => {
  closeGraph(graph);
  fs.rmSync(folder, { recursive: true, force: true });
});

interface Ended {
  id: string;
  handler?: string;
  url?: string;
  outcome?: string | null;
  failure?: string;
}

function run({ id, handler = "nex", url, outcome = "done", failure }: Ended): void {
  const plan = { route: { handler }, ...(url !== undefined && { endpoint: { url } }) };
  const status = outcome === null ? "running" : "ended";
  const values = [id, status, outcome, failure ?? null, handler === "shell" ? "shell" : `${handler}:m`];
  const insert =
    "INSERT INTO run (id, task, role, status, outcome, failure_class, attempt, profile, revision, route, service, lease_until, claimed_at, ended_at, plan)" +
    " VALUES (?, 'a', 'evaluator' || ?1, ?, ?, ?, 1, 'p', 'r', ?, 's', '', '', '2026-11-23T12:00:00Z', ?)";
  graph.database.prepare(insert).run(...values, JSON.stringify(plan));
}

it("what was claimed before the moment does not count, and what runs has no end", () => {
  run({ id: "r-20261122-235959-aaaaaa" });
  run({ id: "r-20261123-000000-aaaaaa" });
  run({ id: "r-20261123-120000-aaaaaa" });
  run({ id: "r-20261123-120001-aaaaaa", outcome: "failed", failure: "quota" });
  run({ id: "r-20261123-120002-aaaaaa", outcome: null });
  const tally = tallySince(graph, new Date("2026-11-23T00:00:00Z"));
  expect(tally).toHaveLength(3);
  expect(tally[0]).toEqual({ outcome: "done", runs: 2 });
  expect(tally).toContainEqual({ outcome: "failed", failure: "quota", runs: 1 });
  expect(tally).toContainEqual({ runs: 1 });
});

it("the latest end at each server counts; a command went to none, and what runs has not ended", () => {
  run({ id: "r-1", url: "http://one", outcome: "failed", failure: "auth" });
  run({ id: "r-2", url: "http://one" });
  run({ id: "r-3", url: "http://two", outcome: "failed", failure: "server" });
  run({ id: "r-4", handler: "claude" });
  run({ id: "r-5", handler: "shell" });
  run({ id: "r-6", handler: "claude", outcome: null });
  const at = "2026-11-23T12:00:00Z";
  expect(lastAnswers(graph)).toEqual([
    { handler: "claude", run: "r-4", at, outcome: "done" },
    { handler: "nex", url: "http://two", run: "r-3", at, outcome: "failed", failure: "server" },
    { handler: "nex", url: "http://one", run: "r-2", at, outcome: "done" },
  ]);
});
