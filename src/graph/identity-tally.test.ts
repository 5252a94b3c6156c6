// The scores of identities: the evaluator's latest word on each of their runs, and nobody else's.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect, it } from "vitest";
import { projectAt } from "../base/home.ts";
import { claimRun } from "./claim.ts";
import { closeGraph, createGraph } from "./database.ts";
import { addEvaluation } from "./evaluation.ts";
import { identityTallies } from "./identity-tally.ts";
import type { Plan } from "./plan.ts";
import { addTask } from "./task.ts";

const now = new Date("2026-11-23T12:00:00Z");
const lease = { service: "s-1", until: new Date("2026-11-23T12:00:30Z") };

function planOf(task: string, hash?: string): Plan {
  return {
    schemaVersion: 1,
    run: `r-${task}`,
    task,
    role: "worker",
    attempt: 1,
    project: "/p",
    cwd: "/p",
    profile: "codex",
    revision: "0123456789ab",
    ...(hash !== undefined && { identity: { hash, name: "a", text: "t" } }),
    route: { handler: "nex", model: "qwen3" },
    env: {},
    permissions: "workspace",
    limits: { timeoutMs: 1, hangAfterMs: 1, maxTurns: 1 },
    onModelMismatch: "warn",
    prompt: "p",
    origins: {},
  };
}

it("each identity has the mean of its scored runs, and how many runs it had in all", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "wg-tally-"));
  const graph = createGraph(projectAt(folder));
  try {
    expect(identityTallies(graph)).toEqual(new Map());
    const identities = { one: "a", two: "a", three: "a", four: "b", five: undefined };
    for (const [task, hash] of Object.entries(identities)) {
      addTask(graph, { title: task }, now);
      claimRun(graph, planOf(task, hash?.repeat(64)), lease, now);
    }
    const say = (task: string, byRun: string, total: number | undefined, more = {}) => {
      const about = { task, run: `r-${task}`, byRun, role: "evaluator" as const, scores: {}, notes: "" };
      addEvaluation(graph, { ...about, ...(total !== undefined && { total }), ...more }, now);
    };
    say("one", "e1", 0.2);
    say("one", "e2", 0.5);
    say("one", "e3", undefined);
    say("one", "e4", 1, { role: "flip" });
    say("one", "e5", 1, { isJudge: true });
    say("two", "e6", 1);
    say("five", "e7", 1);
    const tallies = identityTallies(graph);
    expect(tallies.get("a".repeat(64))).toEqual({ runs: 3, n: 2, mean: 0.75 });
    expect(tallies.get("b".repeat(64))).toEqual({ runs: 1, n: 0, mean: 0 });
    expect(tallies.size).toBe(2);
  } finally {
    closeGraph(graph);
    fs.rmSync(folder, { recursive: true });
  }
});
