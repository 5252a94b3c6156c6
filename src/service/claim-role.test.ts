// Claiming who assigns and who judges: their plans, and that nothing in their way stops the work.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaultWeights } from "../base/dimension.ts";
import { homeOf, projectAt } from "../base/home.ts";
import { cooled } from "../cooling/cooling.ts";
import { changeCooling } from "../cooling/files.ts";
import { assignmentOf, assignTask } from "../graph/assignment.ts";
import { closeGraph, createGraph, type Graph } from "../graph/database.ts";
import { holdOf } from "../graph/hold.ts";
import { taskLog } from "../graph/log.ts";
import type { Plan } from "../graph/plan.ts";
import type { RunResult } from "../graph/result.ts";
import { dueReviews, reviewsOf } from "../graph/review.ts";
import { endRun, listRuns } from "../graph/run.ts";
import { addTask, type NewTask } from "../graph/task.ts";
import { writeStarterAgency } from "../identity/starters.ts";
import { loadSettings } from "../profile/load.ts";
import { claimReview } from "./claim-review.ts";
import { claimTask } from "./claim-task.ts";
import type { Context } from "./context.ts";
import { waitingTasks } from "./waiting.ts";

const now = new Date("2026-11-23T12:00:00Z");

let root: string;
let graph: Graph;
let context: Context;
let told: string[];

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "wg-claim-"));
  const env = { HOME: root, WG_HOME: path.join(root, "home") };
  const home = homeOf(env);
  const project = projectAt(path.join(root, "project"));
  fs.mkdirSync(project.root, { recursive: true });
  graph = createGraph(project);
  const where = { home, project, env };
  told = [];
  const parts: Partial<Context> = {
    ...{ home, project, env, where, graph },
    waiting: waitingTasks(),
    name: "s-1",
    now: () => now,
    random: Math.random,
    tell: (sentence) => told.push(sentence),
  };
  const settings = () => loadSettings(where).settings;
  const applied = { refresh: () => ({ kind: "unchanged" }), settings, canary: () => undefined };
  // A claim looks at nothing else of a service.
  context = { ...parts, applied } as unknown as Context;
});
afterEach(() => {
  closeGraph(graph);
  fs.rmSync(root, { recursive: true });
});

function write(text: string): void {
  const lines = [
    'agent.model = "local:work"',
    'tiers.fast = "local:fast"',
    ...["evaluator", "flip", "assigner"].map((role) => `models.${role}.model = "local:${role}"`),
    text,
    '[[llm_endpoints.endpoints]]\nname = "here"\nprovider = "oai-compat"\nurl = "http://127.0.0.1:1"',
    "is_default = true",
    '[[llm_endpoints.endpoints]]\nname = "there"\nprovider = "oai-compat"\nurl = "http://127.0.0.1:2"',
  ];
  fs.mkdirSync(context.home.root, { recursive: true });
  fs.writeFileSync(context.home.config, `${lines.join("\n")}\n`);
}

function result(more: Partial<RunResult> = {}): RunResult {
  return {
    outcome: "done",
    summary: "",
    usage: { input: 0, output: 0, cached: 0 },
    cost: { source: "unknown" },
    turns: 0,
    servedModels: [],
    servedBy: "requested-only",
    denials: 0,
    ...more,
  };
}

const add = (id: string, more: Partial<NewTask> = {}) => addTask(graph, { id, title: id, ...more }, now);
const claim = (id: string) => claimTask(context, id, undefined);

/** A task whose worker is done, and the review that is due. */
function worked(more: Partial<NewTask> = {}, spent: Partial<RunResult> = {}) {
  add("a", { tags: ["evaluate"], ...more });
  const plan = claim("a") as Plan;
  endRun(graph, plan.run, result(spent), now, { maxAttempts: 3 });
  const [review] = dueReviews(graph, now, 9);
  if (review === undefined) throw new Error("nothing is due");
  return { plan, review };
}

describe("the plan of a judge", () => {
  it("is on the role's route, reads only, works outside of the project, and for no longer than a question takes", () => {
    write('agent.timeout = "8h"');
    const { plan: work, review } = worked();
    const plan = claimReview(context, review);
    expect(plan).toMatchObject({
      role: "evaluator",
      subject: work.run,
      attempt: 1,
      route: { handler: "nex", model: "evaluator" },
      permissions: "read-only",
      judging: { weights: defaultWeights },
    });
    expect(path.relative(context.project.root, plan?.cwd ?? "")).toMatch(/^\.\./);
    expect(fs.existsSync(plan?.cwd ?? "")).toBe(false);
    expect(plan?.limits.timeoutMs).toBeLessThanOrEqual(15 * 60_000);
    expect(plan?.limits.maxTurns).toBeLessThanOrEqual(10);
    for (const key of ["worktree", "review", "verify", "exec", "mcp", "resume"]) {
      expect(plan).not.toHaveProperty(key);
    }
  });

  it("is claimed by one service, and not again while it runs", () => {
    write("");
    const { review } = worked();
    expect(claimReview(context, review)).toBeDefined();
    expect(claimReview(context, review)).toBeUndefined();
    expect(listRuns(graph, { task: "a" }).filter(({ role }) => role === "evaluator")).toHaveLength(1);
  });

  it("is put off while a budget is reached, said once, and counts as no try", () => {
    write("budget.task = 0.5");
    const { review } = worked({}, { cost: { usd: 0.6, source: "reported" } });
    expect(claimReview(context, review)).toBeUndefined();
    expect(claimReview(context, review)).toBeUndefined();
    expect(dueReviews(graph, now, 9)).toEqual([]);
    expect(dueReviews(graph, new Date(now.getTime() + 30_000), 9)).toEqual([review]);
    const said = taskLog(graph, "a").filter(({ message }) => message.startsWith("evaluator waits: "));
    expect(said).toHaveLength(1);
    expect(reviewsOf(graph, "a")).toMatchObject([{ tries: 0 }]);
  });
});

describe("who does a task", () => {
  it("is asked of a model first, and the task waits for the answer", () => {
    write('agency.assign = "model"');
    writeStarterAgency({ home: context.home }, "home");
    add("a");
    const plan = claim("a");
    expect(plan).toMatchObject({ role: "assigner", route: { model: "assigner" }, permissions: "read-only" });
    expect(plan?.assigning?.candidates.map(({ name }) => name)).toContain("writer");
    expect(plan?.assigning).toMatchObject({ tiers: ["fast"], permissions: ["read-only", "workspace"] });
    expect(holdOf(graph, "a")?.kind).toBe("assign");
  });

  it("is nobody in particular where no model can be asked, and the task starts at once", () => {
    write('agency.assign = "model"\nmodels.assigner.endpoint = "there"');
    writeStarterAgency({ home: context.home }, "home");
    const destination = "nex at http://127.0.0.1:2 without a key";
    const failure = { class: "unreachable" as const, message: "refused" };
    const by = { run: "r-0", project: context.project.root, profile: "base" };
    changeCooling(context.where, destination, (before) =>
      cooled(before, { destination, startedAt: now, failure, by }, now),
    );
    add("a");
    expect(claim("a")).toMatchObject({ role: "worker", attempt: 1 });
    expect(assignmentOf(graph, "a")).toMatchObject({ by: "default" });
    expect(told.join("\n")).toMatch(/the assigner cannot be asked: /);
    expect(taskLog(graph, "a").map(({ message }) => message)).toContain(
      "assigned to nobody in particular: the assigner cannot be asked now",
    );
  });

  it("is chosen without a model by the task's tags, told to the worker and kept for its next attempt", () => {
    write("");
    writeStarterAgency({ home: context.home }, "home");
    add("a", { tags: ["changelog"] });
    const first = claim("a");
    expect(first).toMatchObject({ role: "worker", identity: { name: "writer" } });
    expect(first?.prompt).toContain(first?.identity?.text.trim());
    endRun(graph, first?.run ?? "", result({ outcome: "lost" }), now, { maxAttempts: 3 });
    expect(claim("a")?.identity).toEqual(first?.identity);
    expect(assignmentOf(graph, "a")).toMatchObject({ by: "auto", name: "writer" });
  });

  it("is nobody where there are no agents, where it is off, and for a command", () => {
    write("");
    add("none");
    expect(claim("none")).not.toHaveProperty("identity");
    writeStarterAgency({ home: context.home }, "home");
    add("command", { exec: "true" });
    expect(claim("command")).not.toHaveProperty("identity");
    write('agency.assign = "off"');
    add("off");
    expect(claim("off")).not.toHaveProperty("identity");
  });

  it("may be given less than settings give and a tier that there is, and no more", () => {
    write("");
    const given = { by: "model" as const, reason: "so", at: now.toISOString() };
    add("less");
    assignTask(graph, { ...given, task: "less", tier: "fast", permissions: "read-only" }, now);
    expect(claim("less")).toMatchObject({ route: { model: "fast" }, permissions: "read-only" });
    add("more");
    assignTask(graph, { ...given, task: "more", tier: "gone", permissions: "full" }, now);
    expect(claim("more")).toMatchObject({ route: { model: "work" }, permissions: "workspace" });
    add("own", { model: "local:own" });
    assignTask(graph, { ...given, task: "own", tier: "fast" }, now);
    expect(claim("own")).toMatchObject({ route: { model: "own" } });
  });
});
