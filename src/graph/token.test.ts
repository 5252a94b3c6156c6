// Tokens of runs: whose they are, and when they are good for nothing.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { projectAt } from "../base/home.ts";
import { claimRun } from "./claim.ts";
import { closeGraph, createGraph, type Graph } from "./database.ts";
import type { Plan } from "./plan.ts";
import { endRun } from "./run.ts";
import { addTask } from "./task.ts";
import { giveToken, runOfToken } from "./token.ts";

const now = new Date("2026-11-23T12:00:00Z");
let root: string;
let graph: Graph;

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "wg-token-"));
  graph = createGraph(projectAt(root));
  for (const task of ["a", "b"]) {
    addTask(graph, { id: task, title: task }, now);
    claimRun(graph, planOf(task), { service: "s", until: now }, now);
  }
});
afterEach(() => {
  closeGraph(graph);
  fs.rmSync(root, { recursive: true });
});

function planOf(task: string): Plan {
  return {
    schemaVersion: 1,
    run: `r-${task}`,
    task,
    role: "worker",
    attempt: 1,
    project: root,
    cwd: root,
    profile: "base",
    revision: "0123456789ab",
    route: { handler: "claude", model: "opus" },
    env: {},
    permissions: "workspace",
    limits: { timeoutMs: 1, hangAfterMs: 1, maxTurns: 1 },
    onModelMismatch: "warn",
    prompt: "do it",
    origins: {},
  };
}

it("a token names its own run, and no other", () => {
  const token = giveToken(graph, "r-a");
  giveToken(graph, "r-b");
  expect(runOfToken(graph, "r-a", token)).toMatchObject({ id: "r-a", task: "a" });
  for (const wrong of ["", `${token}x`, token.slice(1)])
    expect(runOfToken(graph, "r-a", wrong)).toBeUndefined();
  expect(runOfToken(graph, "r-b", token)).toBeUndefined();
});

it("a run that was given none has none", () => {
  expect(runOfToken(graph, "r-a", "")).toBeUndefined();
});

it("a new token ends the one before", () => {
  const first = giveToken(graph, "r-a");
  const second = giveToken(graph, "r-a");
  expect(runOfToken(graph, "r-a", first)).toBeUndefined();
  expect(runOfToken(graph, "r-a", second)).toBeDefined();
});

it("a token ends with its run", () => {
  const token = giveToken(graph, "r-a");
  endRun(
    graph,
    "r-a",
    {
      outcome: "done",
      summary: "",
      usage: { input: 0, output: 0, cached: 0 },
      cost: { source: "unknown" },
      turns: 1,
      servedModels: [],
      servedBy: "requested-only",
      denials: 0,
    },
    now,
    { maxAttempts: 1 },
  );
  expect(runOfToken(graph, "r-a", token)).toBeUndefined();
});

it("the database holds no token, only its hash", () => {
  const token = giveToken(graph, "r-a");
  const files = fs.readdirSync(projectAt(root).folder, { encoding: "utf8" });
  const bytes = files
    .map((file) => fs.readFileSync(path.join(projectAt(root).folder, file), "latin1"))
    .join("");
  expect(bytes).toContain("r-a");
  expect(bytes).not.toContain(token);
});
