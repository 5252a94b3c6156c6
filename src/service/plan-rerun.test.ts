// What a rerun is planned as, and what cannot be repeated.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { homeOf, type Project, projectAt } from "../base/home.ts";
import { claimRun } from "../graph/claim.ts";
import { closeGraph, createGraph, type Graph } from "../graph/database.ts";
import type { Plan } from "../graph/plan.ts";
import { recordCommits, requireRun } from "../graph/run.ts";
import { addTask, type NewTask } from "../graph/task.ts";
import { loadSettings } from "../profile/load.ts";
import { planRerun } from "./plan-rerun.ts";

const [base, later] = ["1".repeat(40), "2".repeat(40)];
const repository = { top: "/top", prefix: "app", head: later, branch: "main" };
const now = new Date("2026-11-23T12:00:00Z");
let project: Project;
let graph: Graph;

beforeEach(() => {
  project = projectAt(fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "wg-plan-rerun-"))));
  graph = createGraph(project);
});
afterEach(() => {
  closeGraph(graph);
  fs.rmSync(project.root, { recursive: true });
});

/** The plan of a rerun of the only run of a task. */
function planned(task: Omit<NewTask, "title">, more: Partial<Plan>, commits = true): Plan {
  addTask(graph, { title: "Build it", ...task }, now);
  const plan: Plan = {
    ...{ schemaVersion: 1, run: "r-20261123-120000-abcdef", task: "build.", role: "worker", attempt: 1 },
    ...{ project: project.root, cwd: project.root, profile: "base", revision: "0123456789ab" },
    ...{ route: { handler: "claude", model: "opus" }, env: {}, permissions: "workspace" },
    ...{ limits: { timeoutMs: 1, hangAfterMs: 1, maxTurns: 1 }, onModelMismatch: "warn" },
    ...{ prompt: "p", origins: {} },
    ...more,
  };
  claimRun(graph, plan, { service: "s-1", until: now }, now);
  if (commits) recordCommits(graph, plan.run, { baseCommit: base, headCommit: later });
  const where = { home: homeOf({ HOME: project.root }), project, env: { WG_AGENT_MODEL: "codex:gpt-5.5" } };
  const context = { graph, where, project, now: () => now, random: () => 0.5, tell: () => {} };
  const subject = requireRun(graph, plan.run);
  return planRerun(context, { subject, repository }, loadSettings(where).settings).plan;
}

const worktree = {
  ...{ folder: "/top/.wg/worktrees/build.", branch: "wg/build-", repository: "/top", from: later },
  ...{ target: "main", merge: "auto" as const, title: "Build it", setup: "npm ci" },
};
const identity = { hash: "a".repeat(64), name: "careful", text: "You are careful." };

it("a rerun is the first attempt anew, where the run began, as whom it was, on what the settings say", () => {
  const wanted = { id: "build.", model: "claude:opus", gate: 0.9, description: "All of SPEC.md" };
  const plan = planned(wanted, { worktree, identity });
  const { run } = plan;
  expect(plan).toMatchObject({
    ...{ role: "worker", subject: "r-20261123-120000-abcdef", task: "build.", attempt: 1, identity },
    route: { handler: "codex", model: "gpt-5.5" },
    cwd: path.join(project.root, ".wg", "worktrees", run, "app"),
    worktree: { from: base, branch: `wg-rerun/build--${run.slice(-6)}`, setup: "npm ci" },
  });
  // It is neither merged nor held by a gate.
  expect(plan.worktree).not.toHaveProperty("target");
  expect(plan).not.toHaveProperty("review");
  expect(plan.prompt).toContain("All of SPEC.md");
  expect(plan.prompt).toContain(plan.cwd);
  expect(plan.prompt).not.toContain("/top/.wg/worktrees/build.");
});

it("what nobody knows the beginning of is not repeated", () => {
  expect(() => planned({ id: "build." }, {})).toThrow(expect.objectContaining({ code: "no-beginning" }));
});

it("a first attempt began where its plan says, where no commit was recorded", () => {
  expect(planned({ id: "build." }, { worktree }, false).worktree?.from).toBe(later);
});

it("a command is not repeated", () => {
  const command = () => planned({ id: "build.", exec: "true" }, { worktree, exec: "true" });
  expect(command).toThrow(expect.objectContaining({ code: "no-model" }));
});
