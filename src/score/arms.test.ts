// The figures of a canary count each side's own runs since it began, and nothing else.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { projectAt } from "../base/home.ts";
import { closeGraph, createGraph, type Graph } from "../graph/database.ts";
import { addEvaluation } from "../graph/evaluation.ts";
import { addTask } from "../graph/task.ts";
import { armFigures } from "./arms.ts";

const since = "2026-11-23T12:00:00.000Z";
const later = new Date("2026-11-23T13:00:00.000Z");
const sides = { since, main: { revision: "aaa" }, canary: { revision: "bbb" } };

let folder: string;
let graph: Graph;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "wg-arms-"));
  graph = createGraph(projectAt(folder));
  addTask(graph, { title: "A", id: "a" }, new Date());
});
afterEach(() => {
  closeGraph(graph);
  fs.rmSync(folder, { recursive: true, force: true });
});

let count = 0;
function run(more: Record<string, string | null>): string {
  count += 1;
  const row: Record<string, string | number | null> = {
    ...{ id: `r-${count}`, task: "a", role: "worker", subject: null, status: "ended", outcome: "done" },
    ...{ attempt: 1, profile: "p", revision: "aaa", arm: "main", route: "codex:x", service: "s" },
    ...{ lease_until: "", claimed_at: later.toISOString(), failover: null, plan: "{}", ...more },
  };
  const names = Object.keys(row);
  const marks = names.map(() => "?").join(", ");
  graph.database
    .prepare(`INSERT INTO run (${names.join(", ")}) VALUES (${marks})`)
    .run(...Object.values(row));
  return String(row["id"]);
}

function score(of: string, total: number | undefined, more: { isJudge?: true; role?: "flip" } = {}): void {
  count += 1;
  const said = { task: "a", run: of, byRun: `e-${count}`, role: "evaluator" as const, scores: {}, notes: "" };
  addEvaluation(graph, { ...said, ...more, ...(total !== undefined && { total }) }, later);
}

it("each side has its own runs, by how they ended", () => {
  for (const outcome of ["done", "done", "failed", "timed-out", "cancelled", "lost"]) run({ outcome });
  run({ status: "running", outcome: null });
  run({ arm: "canary", revision: "bbb" });
  const { main, canary } = armFigures(graph, sides);
  expect(main).toMatchObject({ runs: 7, live: 1, done: 2, failed: 2, ended: 4, failureRate: 0.5 });
  expect(canary).toMatchObject({ runs: 1, done: 1, failed: 0, failureRate: 0, scored: 0 });
  expect(canary).not.toHaveProperty("score");
});

it("what came before, what is on no side, other roles, reruns and other revisions are left out", () => {
  run({ claimed_at: "2026-11-23T11:59:59.999Z" });
  run({ arm: null });
  run({ role: "evaluator", arm: "main" });
  run({ subject: "r-0" });
  run({ revision: "ccc" });
  const { main } = armFigures(graph, sides);
  expect(main).toMatchObject({ runs: 0, ended: 0, elsewhere: 0 });
  expect(main).not.toHaveProperty("failureRate");
});

it("a run on a fallback is told apart: it says nothing of its side", () => {
  run({ revision: "ccc", failover: '{"from":"p"}', outcome: "failed" });
  run({ failover: '{"from":"p"}' });
  expect(armFigures(graph, sides).main).toMatchObject({ runs: 0, failed: 0, elsewhere: 2 });
});

it("the latest score of each run counts, neither that of a judge nor of the other role nor none at all", () => {
  const [first, second, third] = [run({}), run({}), run({})];
  score(first, 0.2);
  score(first, 0.6);
  score(first, 1, { isJudge: true });
  score(first, 1, { role: "flip" });
  score(second, 0.8);
  score(third, 1);
  score(third, undefined);
  const { main } = armFigures(graph, sides);
  expect(main.scored).toBe(2);
  expect(main.score).toBeCloseTo(0.7, 10);
  expect(main.interval?.low).toBeLessThan(0.7);
  expect(main.interval?.high).toBeGreaterThan(0.7);
});
