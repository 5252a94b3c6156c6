// Limits of a run, what counts towards each, and who goes on: over real runs in a graph, at times that the test says.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { projectAt } from "../base/home.ts";
import { approveTask } from "../graph/approval.ts";
import { claimRun } from "../graph/claim.ts";
import { closeGraph, createGraph, type Graph } from "../graph/database.ts";
import { holdTask, releaseDue } from "../graph/hold.ts";
import type { Plan } from "../graph/plan.ts";
import type { RunResult } from "../graph/result.ts";
import { endRun, recordProgress } from "../graph/run.ts";
import { retryTask } from "../graph/status.ts";
import { addTask, requireTask } from "../graph/task.ts";
import { type Held, limitsFor, type Reached, reachedAmong, spentOf } from "./budget.ts";

const noon = (day: number, minutes = 0) => new Date(2026, 10, day, 12, minutes);
const prices = { qwen3: { input: 1, output: 1 } };
let folder: string;
let graph: Graph;
let runs: number;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "wg-budget-"));
  graph = createGraph(projectAt(folder));
  runs = 0;
  for (const id of ["a", "b"]) addTask(graph, { title: id, id }, noon(1));
});
afterEach(() => {
  closeGraph(graph);
  fs.rmSync(folder, { recursive: true });
});

const done: RunResult = {
  outcome: "done",
  summary: "",
  usage: { input: 0, output: 0, cached: 0 },
  cost: { source: "unknown" },
  turns: 1,
  servedModels: ["qwen3"],
  servedBy: "answered",
  denials: 0,
};

/** Claims a run of a task; answers its id. */
function claim(task: string, at: Date, profile = "codex"): string {
  const { status, attempts } = requireTask(graph, task);
  if (status !== "open") retryTask(graph, task, { samePlan: false }, at);
  runs += 1;
  const plan = { run: `r-${runs}`, task, role: "worker", attempt: attempts + 1, profile, revision: "0" };
  const route = { handler: "nex", model: "qwen3" } as const;
  expect(claimRun(graph, { ...plan, route } as Plan, { service: "s", until: at }, at)).toBe(true);
  return plan.run;
}

/** A whole run that was paid so many dollars for; undefined: nobody knows. */
function ran(task: string, usd: number | undefined, at: Date, profile?: string): void {
  const cost = usd === undefined ? done.cost : { usd, source: "reported" as const };
  endRun(graph, claim(task, at, profile), { ...done, cost }, at, { maxAttempts: 1 });
}

function reached(now: Date, held: Partial<Held>): Reached | undefined {
  const whole: Held = { task: "a", profile: "codex", all: {}, ofProfile: {}, ...held };
  const limits = limitsFor(graph, whole, prices, now);
  return reachedAmong(limits, (limit) => spentOf(graph, limit, whole.task, prices, now), whole.task);
}

describe("the budget of a task", () => {
  it("counts all attempts on it, whenever and on whichever profile, and no other task", () => {
    ran("a", 0.6, noon(1));
    ran("b", 9, noon(2));
    expect(reached(noon(2), { all: { task: 1 } })).toBeUndefined();
    ran("a", 0.5, noon(2), "claude");
    expect(reached(noon(2), { all: { task: 1 } })).toEqual({
      reason: "$1.10 spent, and a task may cost $1.00; wg approve a lets it go on",
    });
    expect(reached(noon(2), { ofProfile: { task: 1 } })).toBeUndefined();
    expect(reached(noon(2), { ofProfile: { task: 0.6 } })?.reason).toContain("on profile codex");
  });

  it("of nothing lets nothing start, and without one everything does", () => {
    expect(reached(noon(1), { all: { task: 0 } })).toBeDefined();
    expect(limitsFor(graph, { task: "a", profile: "p", all: {}, ofProfile: {} }, {}, noon(1))).toEqual([]);
  });

  it("counts what a run in flight has used so far, and what nobody knows as nothing", () => {
    ran("a", undefined, noon(1));
    const run = claim("a", noon(1));
    const usage = { input: 400_000, output: 100_000, cached: 0 };
    recordProgress(graph, run, { usage, servedModels: ["qwen3"] });
    expect(reached(noon(1), { all: { task: 0.6 } })).toBeUndefined();
    expect(reached(noon(1), { all: { task: 0.5 } })?.reason).toBe(
      "$0.5000 spent, and a task may cost $0.5000, besides 1 run of unknown cost; wg approve a lets it go on",
    );
    const [limit] = limitsFor(
      graph,
      { task: "a", profile: "codex", all: { task: 1 }, ofProfile: {} },
      {},
      noon(1),
    );
    expect(limit && spentOf(graph, limit, "a", prices, noon(1), run).usd).toBe(0);
  });
});

describe("the budget of a day", () => {
  it("counts every task from midnight on, and lets go at the next midnight", () => {
    ran("b", 5, noon(1));
    expect(reached(noon(2), { all: { day: 5 } })).toBeUndefined();
    const found = reached(noon(1, 1), { all: { day: 5 } });
    expect(found).toEqual({ reason: expect.stringContaining("$5.00 spent today"), until: midnight(2) });
    holdTask(graph, "a", { kind: "budget", ...found, reason: found?.reason ?? "" }, noon(1));
    expect(releaseDue(graph, new Date(2026, 10, 1, 23, 59))).toEqual([]);
    expect(releaseDue(graph, new Date(2026, 10, 2))).toEqual(["a"]);
  });

  it("of a profile counts its own runs alone", () => {
    ran("b", 5, noon(1), "claude");
    expect(reached(noon(1), { ofProfile: { day: 1 } })).toBeUndefined();
    expect(reached(noon(1), { ofProfile: { day: 1 }, profile: "claude" })?.reason).toContain(
      "on profile claude",
    );
  });

  it("steps back where the task's own is spent too: then no midnight helps", () => {
    ran("a", 5, noon(1));
    expect(reached(noon(1), { all: { day: 1, task: 1 } })).not.toHaveProperty("until");
  });
});

describe("an approval", () => {
  it("is what counts until it is spent, and then the budgets do", () => {
    ran("a", 5, noon(1));
    retryTask(graph, "a", { samePlan: false }, noon(1));
    approveTask(graph, "a", 2, noon(1, 1));
    expect(reached(noon(1, 2), { all: { task: 1, day: 1 } })).toBeUndefined();
    ran("a", 2, noon(1, 2));
    expect(reached(noon(1, 3), { all: { day: 1 } })?.until).toBe(midnight(2));
    expect(reached(noon(2), { all: { day: 1 } })).toBeUndefined();
  });

  it("is for an open task that a budget holds, or nothing", () => {
    holdTask(graph, "a", { kind: "budget", reason: "spent" }, noon(1));
    expect(approveTask(graph, "a", 1, noon(1))).toMatchObject({ blockers: 0 });
    holdTask(graph, "a", { kind: "retry", reason: "server: down" }, noon(1));
    expect(() => approveTask(graph, "a", 1, noon(1))).toThrow(/not held by a budget/);
    claim("b", noon(1));
    expect(() => approveTask(graph, "b", 1, noon(1))).toThrow(/being worked on/);
  });
});

function midnight(day: number): string {
  return new Date(2026, 10, day).toISOString();
}
