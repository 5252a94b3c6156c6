// A run that a command has begun and watches, with workers that do not do what workers should.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { homeOf, type Project, projectAt } from "../base/home.ts";
import { claimRun } from "../graph/claim.ts";
import { closeGraph, createGraph, type Graph } from "../graph/database.ts";
import { addEvaluation, evaluationsOf } from "../graph/evaluation.ts";
import { holdOf, holdTask } from "../graph/hold.ts";
import { taskLog } from "../graph/log.ts";
import { addReviews, reviewsOf } from "../graph/review.ts";
import { endRun, type PlannedRun, requireRun } from "../graph/run.ts";
import { addTask } from "../graph/task.ts";
import { loadSettings } from "../profile/load.ts";
import { type Foreground, reviewNow } from "./foreground.ts";

let root: string;
let project: Project;
let graph: Graph;
let subject: PlannedRun;
const told: string[] = [];

beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "wg-foreground-")));
  project = projectAt(root);
  graph = createGraph(project);
  told.length = 0;
  subject = finishedRun();
});

afterEach(() => {
  closeGraph(graph);
  fs.rmSync(root, { recursive: true, force: true });
});

/** A task with a run that is done. */
function finishedRun(): PlannedRun {
  const now = new Date();
  addTask(graph, { id: "build", title: "Build it" }, now);
  const plan = {
    schemaVersion: 1 as const,
    run: "r-20261123-120000-abcdef",
    task: "build",
    role: "worker" as const,
    attempt: 1,
    project: root,
    cwd: root,
    profile: "base",
    revision: "0123456789ab",
    route: { handler: "claude" as const, model: "opus" },
    env: {},
    permissions: "workspace" as const,
    limits: { timeoutMs: 60_000, hangAfterMs: 60_000, maxTurns: 10 },
    onModelMismatch: "warn" as const,
    prompt: "Build it",
    origins: {},
  };
  claimRun(graph, plan, { service: "test", until: now }, now);
  const nothing = { usage: { input: 0, output: 0, cached: 0 }, cost: { source: "unknown" as const } };
  const rest = { servedModels: [], servedBy: "requested-only" as const, denials: 0, turns: 1, summary: "" };
  endRun(graph, plan.run, { outcome: "done", ...nothing, ...rest }, now, { maxAttempts: 1 });
  return requireRun(graph, plan.run);
}

/** With a worker that runs this instead. */
function foregroundWith(program: string): Foreground {
  const main = path.join(root, "worker.cjs");
  fs.writeFileSync(main, program);
  const home = homeOf({ HOME: root });
  const where = { home, project, env: { WG_DISPATCHER_MODEL: "claude:haiku" } };
  return {
    home,
    project,
    where,
    env: { PATH: process.env["PATH"] },
    program: { node: process.execPath, main },
    graph,
    now: () => new Date(),
    random: Math.random,
    tell: (sentence) => told.push(sentence),
    settings: () => loadSettings(where).settings,
  };
}

it("a worker that dies loses its run, and what was said before still counts", async () => {
  const earlier = { task: "build", run: subject.id, byRun: "e-1", role: "evaluator" as const, notes: "fine" };
  addEvaluation(graph, { ...earlier, total: 0.8, scores: { correctness: 0.8 } }, new Date());
  const foreground = foregroundWith('console.error("no room"); process.exit(3);');
  const never = new AbortController().signal;
  const { run, evaluation } = await reviewNow(foreground, { subject, role: "evaluator" }, () => {}, never);
  expect(run).toMatchObject({ subject: subject.id, route: "claude:haiku", result: { outcome: "lost" } });
  expect(evaluation).toBeUndefined();
  expect(evaluationsOf(graph, "build").map(({ total }) => total)).toEqual([0.8]);
  expect(taskLog(graph, "build").at(-1)?.message).toContain("evaluator has not looked: ");
  expect(told.join()).toContain("its last words: no room");
});

it("an interrupted review is cancelled, and stays asked for", async () => {
  holdTask(graph, "build", { kind: "review", reason: "the evaluator has to score it" }, new Date());
  addReviews(graph, "build", subject.id, ["evaluator"]);
  const foreground = foregroundWith("setInterval(() => {}, 1000);");
  const interrupted = new AbortController();
  const begun = () => setTimeout(() => interrupted.abort(new Error("stop")), 20);
  const { run } = await reviewNow(foreground, { subject, role: "evaluator" }, begun, interrupted.signal);
  expect(run.result?.outcome).toBe("cancelled");
  expect(evaluationsOf(graph, "build")).toEqual([]);
  expect(reviewsOf(graph, "build")).toMatchObject([{ run: subject.id, role: "evaluator", tries: 0 }]);
  expect(holdOf(graph, "build")?.kind).toBe("review");
});

it("nobody looks twice at once in the same role", async () => {
  const foreground = foregroundWith("setTimeout(() => {}, 300);");
  const never = new AbortController().signal;
  const look = (role: "evaluator" | "flip") => reviewNow(foreground, { subject, role }, () => {}, never);
  const first = look("evaluator");
  await expect(look("evaluator")).rejects.toMatchObject({ code: "review-runs" });
  const [one, other] = await Promise.all([first, look("flip")]);
  expect([one.run.role, other.run.role]).toEqual(["evaluator", "flip"]);
});
