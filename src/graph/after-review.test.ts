// What the end of a review makes of a gated task: passed, sent back, for a person, or looked at once more.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { projectAt } from "../base/home.ts";
import { claimBeside, claimRun } from "./claim.ts";
import { closeGraph, createGraph, type Graph } from "./database.ts";
import { addEvaluation, evaluationsOf } from "./evaluation.ts";
import type { AfterRun, Found } from "./found.ts";
import { type Gate, verdictOf } from "./gate.ts";
import { holdOf, releaseDue } from "./hold.ts";
import { taskLog } from "./log.ts";
import type { Plan } from "./plan.ts";
import type { Failure, Outcome, RunResult } from "./result.ts";
import { dueReviews, reviewsOf } from "./review.ts";
import { endRun, requestCancel } from "./run.ts";
import type { ReviewRole } from "./tables.ts";
import { addTask, requireTask } from "./task.ts";

const now = new Date("2026-11-23T12:00:00Z");
const later = (ms: number) => new Date(now.getTime() + ms);
const lease = { service: "s-1", until: later(30_000) };
const gate: Gate = { least: 0.7, reopens: 1 };

let folder: string;
let graph: Graph;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "wg-review-"));
  graph = createGraph(projectAt(folder));
  addTask(graph, { id: "a", title: "A" }, now);
  addTask(graph, { id: "b", title: "B", needs: ["a"] }, now);
});
afterEach(() => {
  closeGraph(graph);
  fs.rmSync(folder, { recursive: true });
});

function planOf(run: string, more: Partial<Plan> = {}): Plan {
  return {
    schemaVersion: 1,
    run,
    task: "a",
    role: "worker",
    attempt: 1,
    project: "/p",
    cwd: "/p",
    profile: "codex",
    revision: "0123456789ab",
    route: { handler: "nex", model: "qwen3" },
    env: {},
    permissions: "workspace",
    limits: { timeoutMs: 1, hangAfterMs: 1, maxTurns: 1 },
    onModelMismatch: "warn",
    prompt: "p",
    origins: {},
    ...more,
  };
}

function result(outcome: Outcome, failure?: Failure): RunResult {
  return {
    outcome,
    ...(failure && { failure }),
    summary: "",
    usage: { input: 0, output: 0, cached: 0 },
    cost: { source: "unknown" },
    turns: 0,
    servedModels: [],
    servedBy: "requested-only",
    denials: 0,
  };
}

/** An attempt at the task that is done, and has its work looked at. */
function work(run: string, attempt: number, roles: ReviewRole[] = ["evaluator"]): void {
  const claimed = claimRun(graph, planOf(run, { attempt, review: { roles, gate } }), lease, now);
  expect(claimed).toBe(true);
  endRun(graph, run, result("done"), now, { maxAttempts: 3 });
}

function begin(run: string, subject: string, role: ReviewRole = "evaluator"): void {
  expect(claimBeside(graph, planOf(run, { role, subject }), lease, now)).toBe(true);
}

const end = (run: string, ended: RunResult, more: Partial<AfterRun> = {}) =>
  endRun(graph, run, ended, now, { maxAttempts: 3, ...more });

function score(run: string, subject: string, total: number, role: ReviewRole = "evaluator"): void {
  addEvaluation(graph, { task: "a", run: subject, byRun: run, role, total, scores: {}, notes: "so so" }, now);
}

/** A review from its claim to its end. */
function judge(run: string, subject: string, total: number, more: Partial<AfterRun> = {}): void {
  begin(run, subject);
  score(run, subject, total);
  const found: Found = { kind: "evaluation", verdict: verdictOf(gate, total, "so so") };
  end(run, result("done"), { found, ...more });
}

const failed = (failureClass: Failure["class"], more: Partial<Failure> = {}) =>
  result("failed", { class: failureClass, message: "no luck", ...more });
const messages = () => taskLog(graph, "a").map(({ message }) => message);

describe("a verdict", () => {
  it("is a pass from the gate on, and nothing below it", () => {
    expect(verdictOf(gate, 0.7, "")).toEqual({ kind: "passes", total: 0.7 });
    expect(verdictOf(gate, 0.7 - Number.EPSILON, "n")).toMatchObject({ kind: "below", notes: "n" });
    expect(verdictOf({ least: 0, reopens: 0 }, 0, "").kind).toBe("passes");
  });
});

describe("a gated task", () => {
  it("is open and holds what comes after it until it passes, then done", () => {
    work("r-1", 1);
    expect(requireTask(graph, "a")).toMatchObject({ status: "open", attempts: 1 });
    expect(holdOf(graph, "a")).toMatchObject({
      kind: "review",
      reason: "evaluator has to score it 0.7 or more",
    });
    expect(requireTask(graph, "b").blockers).toBe(1);
    judge("e-1", "r-1", 0.7);
    expect(requireTask(graph, "a").status).toBe("done");
    expect(requireTask(graph, "b").blockers).toBe(0);
    expect(messages().at(-1)).toBe("scored 0.7, the gate is 0.7: passed");
  });

  it("that passes and cannot be merged waits to be merged", () => {
    work("r-1", 1);
    judge("e-1", "r-1", 1, { unmerged: "it conflicts" });
    expect(holdOf(graph, "a")).toMatchObject({ kind: "merge", reason: "it conflicts" });
    expect(requireTask(graph, "a").status).toBe("open");
  });

  it("is sent back as often as the gate says, then held for a person; what was sent back counts as no failure", () => {
    work("r-1", 1);
    judge("e-1", "r-1", 0.5);
    expect(holdOf(graph, "a")).toBeUndefined();
    expect(requireTask(graph, "a").status).toBe("open");
    expect(messages().at(-1)).toBe("scored 0.5, the gate is 0.7: sent back\nso so");
    work("r-2", 2);
    judge("e-2", "r-2", 0.6);
    expect(holdOf(graph, "a")).toMatchObject({
      kind: "gate",
      reason: expect.stringContaining("scored 0.6, the gate is 0.7 after a second try"),
    });
    expect(requireTask(graph, "b").blockers).toBe(1);
  });

  it("is moved by a verdict on its latest attempt alone", () => {
    work("r-1", 1);
    judge("e-1", "r-1", 0.1);
    work("r-2", 2);
    begin("e-late", "r-1");
    score("e-late", "r-1", 1);
    end("e-late", result("done"), { found: { kind: "evaluation", verdict: { kind: "passes", total: 1 } } });
    expect(requireTask(graph, "a").status).toBe("open");
    expect(holdOf(graph, "a")?.kind).toBe("review");
  });

  it("waits for both who look, whoever is first", () => {
    work("r-1", 1, ["evaluator", "flip"]);
    begin("e-1", "r-1");
    score("e-1", "r-1", 1);
    end("e-1", result("done"), { found: { kind: "evaluation" } });
    expect(holdOf(graph, "a")?.kind).toBe("review");
    begin("f-1", "r-1", "flip");
    end("f-1", failed("agent"));
    expect(holdOf(graph, "a")).toMatchObject({
      kind: "gate",
      reason: expect.stringContaining("flip: no luck"),
    });
    expect(requireTask(graph, "a").status).toBe("open");
  });

  it("is decided on when one ends without a score while the other has scored and not yet ended", () => {
    work("r-1", 1, ["evaluator", "flip"]);
    begin("e-1", "r-1");
    begin("f-1", "r-1", "flip");
    score("e-1", "r-1", 1);
    end("f-1", failed("agent"));
    expect(holdOf(graph, "a")?.kind).toBe("review");
    end("e-1", result("done"), { found: { kind: "evaluation" } });
    expect(holdOf(graph, "a")).toMatchObject({
      kind: "gate",
      reason: expect.stringContaining("flip: no luck"),
    });
  });
});

describe("a review that fails", () => {
  const nextAt = () => {
    for (const ms of [0, 5000, 10_000, 15_000, 30_000, 60_000]) {
      if (dueReviews(graph, later(ms), 9).length > 0) return ms;
    }
    return undefined;
  };

  it.each([
    ["by a busy server, after a while", failed("server"), {}, 10_000, 1],
    ["out of reach, after a while", failed("unreachable"), {}, 15_000, 1],
    ["over quota, when something else may be free, which counts as no try", failed("quota"), {}, 30_000, 0],
    ["over quota, at once where there is a fallback", failed("quota"), { failsOver: true }, 0, 0],
    ["by a wrong key, at once where there is a fallback", failed("auth"), { failsOver: true }, 0, 1],
    ["lost with its process, soon", result("lost"), {}, 5000, 1],
  ] as const)("is tried again %s", (_, ended, more, ms, tries) => {
    work("r-1", 1);
    begin("e-1", "r-1");
    end("e-1", ended, more);
    expect(nextAt()).toBe(ms);
    expect(reviewsOf(graph, "a")).toMatchObject([{ tries }]);
    expect(evaluationsOf(graph, "a")).toEqual([]);
    expect(holdOf(graph, "a")?.kind).toBe("review");
  });

  it.each([
    ["answered rubbish", failed("agent")],
    ["had a wrong key", failed("auth")],
    ["asked wrongly", failed("bad-request")],
    ["took too long", result("timed-out")],
  ])("and %s gives no score, which is for a person", (_, ended) => {
    work("r-1", 1);
    begin("e-1", "r-1");
    end("e-1", ended);
    expect(reviewsOf(graph, "a")).toEqual([]);
    expect(evaluationsOf(graph, "a")).toMatchObject([{ run: "r-1", byRun: "e-1", scores: {} }]);
    expect(evaluationsOf(graph, "a")[0]).not.toHaveProperty("total");
    expect(holdOf(graph, "a")?.kind).toBe("gate");
    expect(releaseDue(graph, later(86_400_000))).toEqual([]);
  });

  it("is tried three times, and no more", () => {
    work("r-1", 1);
    for (const run of ["e-1", "e-2", "e-3"]) {
      begin(run, "r-1");
      end(run, failed("server"));
    }
    expect(reviewsOf(graph, "a")).toEqual([]);
    expect(evaluationsOf(graph, "a")).toHaveLength(1);
  });

  it("is begun anew at once when it was requeued, and never when it was cancelled", () => {
    work("r-1", 1);
    begin("e-1", "r-1");
    requestCancel(graph, "e-1", "requeue");
    end("e-1", result("cancelled"));
    expect(nextAt()).toBe(0);
    begin("e-2", "r-1");
    requestCancel(graph, "e-2", "fail");
    end("e-2", result("cancelled", { class: "killed", message: "cancelled on request" }));
    expect(reviewsOf(graph, "a")).toEqual([]);
    expect(holdOf(graph, "a")?.kind).toBe("gate");
  });
});
