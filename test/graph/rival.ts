// A process that claims, starts and ends every ready task it can get, as a service would; several fight in the tests.
// argv: the project's root, and the name of this rival. Prints the runs it won as a JSON array.
import { projectAt } from "../../src/base/home.ts";
import { claimRun } from "../../src/graph/claim.ts";
import { closeGraph, createGraph } from "../../src/graph/database.ts";
import type { Plan } from "../../src/graph/plan.ts";
import { readyTasks } from "../../src/graph/ready.ts";
import type { RunResult } from "../../src/graph/result.ts";
import { endRun, newRunId, startRun } from "../../src/graph/run.ts";
import type { Task } from "../../src/graph/task.ts";

const [root = "", name = ""] = process.argv.slice(2);
const done: RunResult = {
  outcome: "done",
  summary: "",
  usage: { input: 0, output: 0, cached: 0 },
  cost: { source: "unknown" },
  turns: 0,
  servedModels: [],
  servedBy: "requested-only",
  denials: 0,
};

// All rivals also try to make the graph, which is there or not.
const graph = createGraph(projectAt(root));
const won: { task: string; run: string }[] = [];

for (let ready = readyTasks(graph, 20); ready.length > 0; ready = readyTasks(graph, 20)) {
  for (const task of ready) {
    const now = new Date();
    const plan = planOf(task, newRunId(now, Math.random));
    if (!claimRun(graph, plan, { service: name, until: new Date(now.getTime() + 30_000) }, now)) continue;
    won.push({ task: task.id, run: plan.run });
    const mark = { pid: process.pid, started: "0" };
    if (startRun(graph, plan.run, mark, now) === undefined)
      throw new Error(`${plan.run} was started by another`);
    endRun(graph, plan.run, done, new Date(), { maxAttempts: 3 });
  }
}
closeGraph(graph);
process.stdout.write(JSON.stringify(won));

function planOf(task: Task, run: string): Plan {
  return {
    schemaVersion: 1,
    run,
    task: task.id,
    role: "worker",
    attempt: task.attempts + 1,
    project: root,
    cwd: root,
    profile: "base",
    revision: "000000000000",
    route: { handler: "shell", model: "" },
    env: {},
    permissions: "workspace",
    limits: { timeoutMs: 1000, hangAfterMs: 1000, maxTurns: 1 },
    onModelMismatch: "warn",
    exec: "true",
    prompt: "",
    origins: {},
  };
}
