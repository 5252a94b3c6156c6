// Runs: claimed once, started once, ended once, and what that does to their task.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { projectAt } from "../base/home.ts";
import { claimRun } from "./claim.ts";
import { closeGraph, createGraph, type Graph } from "./database.ts";
import { taskLog } from "./log.ts";
import type { Plan } from "./plan.ts";
import { reportRun } from "./report.ts";
import type { Outcome, RunResult } from "./result.ts";
import {
  endRun,
  findRun,
  listRuns,
  liveRuns,
  newRunId,
  recordProgress,
  renewLease,
  requestCancel,
  requireRun,
  startRun,
} from "./run.ts";
import { completeTask, failTask, retryTask } from "./status.ts";
import { addTask, editTask, findTask, removeNeededTask } from "./task.ts";

const now = new Date("2026-11-23T12:00:00Z");
const later = new Date("2026-11-23T12:05:00Z");
const lease = { service: "s-1", until: new Date("2026-11-23T12:00:30Z") };
const mark = { pid: 42, started: "1234" };
const refusal = (code: string) => expect.objectContaining({ code });
let folder: string;
let graph: Graph;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "wg-run-"));
  graph = createGraph(projectAt(folder));
  addTask(graph, { title: "a" }, now);
});
afterEach(() => {
  closeGraph(graph);
  fs.rmSync(folder, { recursive: true });
});

function planOf(run: string, task = "a", attempt = 1): Plan {
  return {
    schemaVersion: 1,
    run,
    task,
    role: "worker",
    attempt,
    project: folder,
    cwd: folder,
    profile: "codex",
    revision: "0123456789ab",
    route: { handler: "nex", model: "qwen3" },
    env: { KEY: { ref: "env:KEY" } },
    permissions: "workspace",
    limits: { timeoutMs: 1, hangAfterMs: 1, maxTurns: 1 },
    onModelMismatch: "warn",
    prompt: "do it",
    origins: { "agent.model": "default" },
  };
}

const claim = (run: string, task = "a", attempt = 1) =>
  claimRun(graph, planOf(run, task, attempt), lease, now);

function result(outcome: Outcome, more: Partial<RunResult> = {}): RunResult {
  return {
    outcome,
    ...(outcome !== "done" && { failure: { class: "agent" as const, message: "it broke" } }),
    summary: "closing words",
    usage: { input: 0, output: 0, cached: 0 },
    cost: { source: "unknown" },
    turns: 2,
    servedModels: [],
    servedBy: "requested-only",
    denials: 0,
    ...more,
  };
}

const end = (run: string, outcome: Outcome) => endRun(graph, run, result(outcome), later, { maxAttempts: 2 });

describe("newRunId", () => {
  it("sorts by time and can be read out", () => {
    expect(newRunId(new Date("2026-11-23T13:05:01.999Z"), () => 0)).toBe("r-20261123-130501-aaaaaa");
    expect(newRunId(new Date("2026-11-23T13:05:01.999Z"), () => 0.999999)).toBe("r-20261123-130501-999999");
  });
});

describe("claimRun", () => {
  it("takes the task and keeps the plan word for word", () => {
    expect(claim("r-1")).toBe(true);
    expect(findTask(graph, "a")).toMatchObject({
      status: "in-progress",
      attempts: 1,
      startedAt: now.toISOString(),
    });
    expect(findRun(graph, "r-1")).toEqual({
      id: "r-1",
      task: "a",
      role: "worker",
      status: "claimed",
      attempt: 1,
      profile: "codex",
      revision: "0123456789ab",
      route: "local:qwen3",
      service: "s-1",
      leaseUntil: lease.until.toISOString(),
      claimedAt: now.toISOString(),
      servedModels: [],
      plan: planOf("r-1"),
    });
  });

  it("has one winner", () => {
    expect([claim("r-1"), claim("r-2")]).toEqual([true, false]);
    expect(listRuns(graph)).toHaveLength(1);
  });

  it("is lost on a task that waits, is not open, is gone, or has been tried since the plan was made", () => {
    addTask(graph, { title: "b", needs: ["a"] }, now);
    expect(claim("r-1", "b")).toBe(false);
    expect(claim("r-1", "nope")).toBe(false);
    expect(claim("r-1", "a", 2)).toBe(false);
    failTask(graph, "a", "no", now);
    expect(claim("r-1")).toBe(false);
    expect(listRuns(graph)).toEqual([]);
  });

  it("on a task that already has a live run is impossible, even past the check", () => {
    claim("r-1");
    graph.database.exec("UPDATE task SET status = 'open', attempts = 0");
    expect(() => claim("r-2")).toThrow(/UNIQUE/);
    expect(findTask(graph, "a")?.attempts).toBe(0);
  });
});

describe("a task in progress", () => {
  beforeEach(() => {
    claim("r-1");
  });

  it("can be reworded, but not be made to wait, moved by hand or removed", () => {
    addTask(graph, { title: "b" }, now);
    expect(editTask(graph, "a", { title: "A" }).title).toBe("A");
    expect(findRun(graph, "r-1")?.plan).toEqual(planOf("r-1"));
    expect(() => editTask(graph, "a", { addNeeds: ["b"] })).toThrow(refusal("in-progress"));
    expect(() => completeTask(graph, "a", undefined, now)).toThrow(refusal("bad-move"));
    expect(() => removeNeededTask(graph, "a")).toThrow(refusal("in-progress"));
  });
});

describe("startRun", () => {
  it("has one winner, who gets the plan", () => {
    claim("r-1");
    expect(startRun(graph, "r-1", mark, now)).toMatchObject({
      status: "running",
      process: mark,
      plan: planOf("r-1"),
    });
    expect(startRun(graph, "r-1", { pid: 43, started: "1" }, now)).toBeUndefined();
    expect(findRun(graph, "r-1")?.process).toEqual(mark);
  });

  it("is refused after the end, and for a run that never was", () => {
    claim("r-1");
    end("r-1", "lost");
    expect(startRun(graph, "r-1", mark, now)).toBeUndefined();
    expect(startRun(graph, "r-2", mark, now)).toBeUndefined();
  });
});

describe("a live run", () => {
  it("renews its lease, and learns when it is no longer alive", () => {
    claim("r-1");
    expect(renewLease(graph, "r-1", later)).toBe(true);
    expect(findRun(graph, "r-1")?.leaseUntil).toBe(later.toISOString());
    end("r-1", "lost");
    expect(renewLease(graph, "r-1", later)).toBe(false);
  });

  it("collects what the handler tells, bit by bit", () => {
    claim("r-1");
    recordProgress(graph, "r-1", { sessionId: "s", resolvedModel: "opus-5" });
    recordProgress(graph, "r-1", { servedModels: ["m"], usage: { input: 3, output: 2, cached: 1 } });
    recordProgress(graph, "r-1", {});
    expect(findRun(graph, "r-1")).toMatchObject({
      sessionId: "s",
      resolvedModel: "opus-5",
      servedModels: ["m"],
      usage: { input: 3, output: 2, cached: 1 },
    });
    end("r-1", "done");
    recordProgress(graph, "r-1", { sessionId: "late" });
    expect(findRun(graph, "r-1")?.sessionId).toBe("s");
  });

  it("is listed until it ends, and then as ended", () => {
    addTask(graph, { title: "b" }, now);
    claim("r-1");
    claim("r-2", "b");
    expect(liveRuns(graph).map((run) => run.id)).toEqual(["r-1", "r-2"]);
    end("r-1", "done");
    expect(liveRuns(graph).map((run) => run.id)).toEqual(["r-2"]);
    expect(listRuns(graph).map((run) => run.id)).toEqual(["r-2", "r-1"]);
    expect(listRuns(graph, { live: false }).map((run) => run.id)).toEqual(["r-1"]);
    expect(listRuns(graph, { task: "b", live: true, limit: 1 }).map((run) => run.id)).toEqual(["r-2"]);
  });
});

describe("endRun", () => {
  it("keeps the whole result", () => {
    claim("r-1");
    const whole: RunResult = {
      outcome: "failed",
      failure: {
        class: "quota",
        message: "no more today",
        status: 429,
        resetsAt: "2026-11-24T00:00:00.000Z",
      },
      summary: "half of it",
      usage: { input: 100, output: 20, cached: 50 },
      cost: { usd: 0.25, source: "reported" },
      turns: 7,
      sessionId: "s-9",
      resolvedModel: "opus-5",
      servedModels: ["opus-5", "haiku-5"],
      servedBy: "answered",
      exitCode: 1,
      signal: "SIGTERM",
      denials: 3,
    };
    endRun(graph, "r-1", whole, later, { maxAttempts: 1 });
    expect(findRun(graph, "r-1")).toMatchObject({
      status: "ended",
      endedAt: later.toISOString(),
      result: whole,
    });
  });

  it("keeps what progress recorded where the result does not know it", () => {
    claim("r-1");
    const usage = { input: 3, output: 2, cached: 1 };
    recordProgress(graph, "r-1", { sessionId: "s", resolvedModel: "opus-5", servedModels: ["m"], usage });
    end("r-1", "lost");
    expect(findRun(graph, "r-1")?.result).toMatchObject({
      sessionId: "s",
      resolvedModel: "opus-5",
      servedModels: ["m"],
      usage,
    });
  });

  it("moves the task on in the same change, frees what waited, and says so in the log", () => {
    addTask(graph, { title: "b", needs: ["a"] }, now);
    claim("r-1");
    expect(end("r-1", "done")).toMatchObject({ id: "r-1", result: { outcome: "done" } });
    expect(findTask(graph, "a")).toMatchObject({
      status: "done",
      summary: "closing words",
      completedAt: later.toISOString(),
    });
    expect(findTask(graph, "b")?.blockers).toBe(0);
    expect(taskLog(graph, "a")).toEqual([{ at: later.toISOString(), by: "wg", run: "r-1", message: "done" }]);
  });

  it("happens once: an ended run stays as it ended", () => {
    claim("r-1");
    end("r-1", "done");
    expect(end("r-1", "lost")).toBeUndefined();
    expect(end("r-2", "lost")).toBeUndefined();
    expect(findRun(graph, "r-1")?.result?.outcome).toBe("done");
    expect(findTask(graph, "a")?.status).toBe("done");
  });

  it("of a lost run opens the task again until the attempts are used up; a retry gives them back", () => {
    claim("r-1");
    end("r-1", "lost");
    expect(findTask(graph, "a")?.status).toBe("open");
    claim("r-2", "a", 2);
    end("r-2", "lost");
    expect(findTask(graph, "a")).toMatchObject({ status: "failed", attempts: 2 });
    retryTask(graph, "a", { samePlan: false }, later);
    claim("r-3", "a", 3);
    end("r-3", "lost");
    expect(findTask(graph, "a")?.status).toBe("open");
  });

  it("of a requeued run costs no attempt", () => {
    claim("r-1");
    expect(requestCancel(graph, "r-1", "requeue")).toBe(true);
    end("r-1", "cancelled");
    expect(findTask(graph, "a")?.status).toBe("open");
    claim("r-2", "a", 2);
    end("r-2", "lost");
    expect(findTask(graph, "a")?.status).toBe("open");
  });

  it("of a cancelled run fails the task", () => {
    claim("r-1");
    requestCancel(graph, "r-1", "requeue");
    requestCancel(graph, "r-1", "fail");
    expect(findRun(graph, "r-1")?.cancel).toBe("fail");
    end("r-1", "cancelled");
    expect(findTask(graph, "a")).toMatchObject({ status: "failed", reason: "run cancelled" });
    expect(requestCancel(graph, "r-1", "fail")).toBe(false);
  });

  it("of another role than worker leaves the task alone", () => {
    const plan: Plan = { ...planOf("r-1"), role: "evaluator" };
    claimRun(graph, plan, lease, now);
    end("r-1", "failed");
    expect(findTask(graph, "a")?.status).toBe("in-progress");
  });
});

describe("reportRun", () => {
  it("is what the agent says; the task moves when the run ends", () => {
    claim("r-1");
    expect(reportRun(graph, "r-1", "done", "half", now)).toBe(true);
    expect(reportRun(graph, "r-1", "failed", "no way", now)).toBe(true);
    expect(findTask(graph, "a")?.status).toBe("in-progress");
    expect(findRun(graph, "r-1")?.reported).toEqual({ status: "failed", message: "no way" });
    end("r-1", "done");
    expect(findTask(graph, "a")).toMatchObject({ status: "failed", reason: "no way" });
  });

  it("comes too late after the end", () => {
    claim("r-1");
    end("r-1", "done");
    expect(reportRun(graph, "r-1", "failed", "no way", now)).toBe(false);
    expect(findTask(graph, "a")?.status).toBe("done");
  });
});

describe("retry --same-profile", () => {
  it("names the run whose plan is repeated, until a plain retry forgets it", () => {
    claim("r-1");
    end("r-1", "failed");
    expect(retryTask(graph, "a", { samePlan: true }, now).task.samePlanAs).toBe("r-1");
    claim("r-2", "a", 2);
    end("r-2", "failed");
    expect(retryTask(graph, "a", { samePlan: false }, now).task.samePlanAs).toBeUndefined();
  });
});

describe("requireRun", () => {
  it("takes an id or the only one that begins so", () => {
    claim("r-10");
    end("r-10", "failed");
    retryTask(graph, "a", { samePlan: false }, now);
    claim("r-11", "a", 2);
    expect(requireRun(graph, "r-10").id).toBe("r-10");
    expect(requireRun(graph, "r-11").plan.run).toBe("r-11");
    expect(() => requireRun(graph, "r-1")).toThrow(refusal("ambiguous-run"));
    for (const prefix of ["", "r-2", "%", "r_1"])
      expect(() => requireRun(graph, prefix)).toThrow(refusal("no-run"));
  });
});
