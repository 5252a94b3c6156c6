// Those who assign and judge, in a running service: each on its own model, and none of them stops work by failing.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { homeOf, projectAt } from "../../src/base/home.ts";
import { assignmentOf } from "../../src/graph/assignment.ts";
import { closeGraph, type Graph, openGraph } from "../../src/graph/database.ts";
import { evaluationsOf } from "../../src/graph/evaluation.ts";
import { holdOf } from "../../src/graph/hold.ts";
import { taskLog } from "../../src/graph/log.ts";
import { listRuns, requireRun } from "../../src/graph/run.ts";
import { addTask, requireTask } from "../../src/graph/task.ts";
import { writeStarterAgency } from "../../src/identity/starters.ts";
import { type Simulator, startSimulator } from "../../src/simulate/server.ts";
import { answering, scores, writeRoles } from "../support/agency.ts";
import { killNow, makeServicePlace, type ServicePlace } from "../support/service.ts";

let place: ServicePlace;
let simulator: Simulator;
let graph: Graph;

const good = { ...scores(0.9), notes: "well done" };
const isDone = (id: string) =>
  place.until(`${id} is done`, () => requireTask(graph, id).status === "done" || failedBy(id));
const held = (id: string) => place.until(`${id} needs somebody`, () => holdOf(graph, id)?.kind === "gate");
const logOf = (id: string) => taskLog(graph, id).map(({ message }) => message);
const rolesOf = (id: string) =>
  listRuns(graph, { task: id })
    .reverse()
    .map(({ role }) => role);
const reviewsIn = (id: string) => listRuns(graph, { task: id }).filter(({ role }) => role === "evaluator");

function failedBy(id: string): false {
  const { status, reason } = requireTask(graph, id);
  if (status === "failed") throw new Error(`${id} failed: ${reason}`);
  return false;
}

beforeAll(async () => {
  place = await makeServicePlace();
  simulator = await startSimulator();
  const now = new Date();
  writeStarterAgency({ home: homeOf(place.env) }, "home");
  writeRoles(place.home, "one", simulator.url);
  fs.writeFileSync(
    path.join(place.home, ".wg", "config.toml"),
    'agency.assign = "model"\nagency.gate_attempts = 1\nnotify.command = "cat >> told; echo >> told"\n',
  );
  simulator.setScript({
    rules: [
      answering("evaluator", '{"correctness": 1, "notes": "no seal"}', "Rubbish"),
      answering("evaluator", good, "Slow", { delay_ms: 60_000 }),
      answering("evaluator", { ...scores(0.5), notes: "say hello twice" }, "Improve.*It was attempt 1 at"),
      answering("evaluator", { ...scores(0.1), notes: "not at all" }, "Hopeless"),
      answering("evaluator", good),
      answering("infer", { asked: "say hello" }),
      answering("compare", { intent_fidelity: 0.6, notes: "half of it" }),
      answering("assigner", "I would rather not.", "Improve"),
      answering("assigner", good, "Talk500", { fault: { status: 500 } }),
      answering("assigner", { identity: "writer", reason: "it is\nabout words" }),
      { name: "worker", steps: [{ final: "said hello" }] },
    ],
  });
  await place.ok("profile", "use", "one", "--no-check");
  graph = openGraph(projectAt(place.project));
  const add = (id: string, title: string, more: object = {}) =>
    addTask(graph, { id, title, description: `${title}, in a few words.`, ...more }, now);
  const shell = { exec: "true", gate: 0.7 };
  add("talk", "Talk", { tags: ["evaluate", "flip"] });
  add("improve", "Improve", { gate: 0.7 });
  add("server", "Talk500");
  add("hopeless", "Hopeless", shell);
  add("rubbish", "Rubbish", shell);
  add("killed", "Slow one", shell);
  add("stopped", "Slow two", shell);
  add("after-improve", "After it", { exec: "true", needs: ["improve"] });
  add("free", "Slow three", { exec: "true", tags: ["evaluate"] });
  add("after-free", "After that", { exec: "true", needs: ["free"] });
  await place.start("--max-agents", "8");
});
afterAll(async () => {
  if (graph !== undefined) closeGraph(graph);
  await place?.end();
  await simulator?.close();
});

it("each role runs on its own model, beside one attempt, and what they found is one score", async () => {
  await isDone("talk");
  await place.until("both have looked", () =>
    ["evaluator", "flip"].every((role) =>
      listRuns(graph, { task: "talk" }).some((run) => run.role === role && run.result?.outcome === "done"),
    ),
  );
  const runs = listRuns(graph, { task: "talk" }).reverse();
  expect(runs.map(({ role, route, attempt }) => [role, route, attempt])).toEqual(
    expect.arrayContaining([
      ["assigner", "local:choose-one", 1],
      ["worker", "local:work-one", 1],
      ["evaluator", "local:judge-one", 1],
      ["flip", "local:guess-one", 1],
    ]),
  );
  expect(runs).toHaveLength(4);
  for (const run of runs) expect(run.servedModels).toEqual([run.route.replace("local:", "")]);
  const asked = simulator.requests.filter(({ rule }) => rule !== undefined);
  const byRule = new Set(asked.map(({ rule, model }) => `${rule} ${model}`));
  expect(byRule).toEqual(
    new Set([
      ...["evaluator judge-one", "infer guess-one", "compare guess-one"],
      ...["assigner choose-one", "worker work-one"],
    ]),
  );
  const [worker] = runs.filter(({ role }) => role === "worker");
  const judged = evaluationsOf(graph, "talk");
  expect(judged.map(({ run }) => run)).toEqual([worker?.id, worker?.id]);
  expect(judged.find(({ role }) => role === "evaluator")?.total).toBeCloseTo(0.9, 12);
  expect(judged.find(({ role }) => role === "flip")).toMatchObject({ total: 0.6 });
  expect(requireTask(graph, "talk").attempts).toBe(1);
});

it("whom a model assigned is told to the worker, and stands in its run with the reason in the log", () => {
  const assignment = assignmentOf(graph, "talk");
  expect(assignment).toMatchObject({ by: "model", name: "writer", reason: "it is about words" });
  const [worker] = listRuns(graph, { task: "talk", attempts: true });
  expect(worker?.identity).toBe(assignment?.identity);
  const { plan } = requireRun(graph, worker?.id ?? "");
  expect(plan.prompt).toContain("telling people what they need to know");
  expect(logOf("talk")).toContain("assigned to writer: it is about words");
});

it("an assigner that fails keeps nothing from being done: it is nobody in particular, and the log says why", async () => {
  await isDone("server");
  expect(assignmentOf(graph, "server")).toMatchObject({ by: "default" });
  expect(assignmentOf(graph, "server")).not.toHaveProperty("name");
  expect(logOf("server").join("\n")).toMatch(/assigned to nobody in particular: the assigner chose nobody: /);
  expect(assignmentOf(graph, "improve")).toMatchObject({
    by: "default",
    reason: expect.stringContaining("holds no JSON object"),
  });
  expect(rolesOf("server").slice(0, 2)).toEqual(["assigner", "worker"]);
});

it("work below its gate comes back to the next attempt with the notes, and what waits for it waits on", async () => {
  await isDone("improve");
  const [second, first] = listRuns(graph, { task: "improve", attempts: true });
  expect(requireRun(graph, second?.id ?? "").plan.prompt).toContain("say hello twice");
  expect(requireRun(graph, first?.id ?? "").plan.prompt).not.toContain("say hello twice");
  expect(reviewsIn("improve").map(({ subject }) => subject)).toEqual([second?.id, first?.id]);
  expect(logOf("improve").join("\n")).toMatch(
    /scored 0\.5, the gate is 0\.7: sent back\nevaluator: say hello/,
  );
  await isDone("after-improve");
  const [after] = listRuns(graph, { task: "after-improve" });
  const [passing] = reviewsIn("improve");
  expect(Date.parse(after?.claimedAt ?? "")).toBeGreaterThanOrEqual(Date.parse(passing?.endedAt ?? ""));
});

it("without a gate nothing waits for who looks at it", async () => {
  await isDone("after-free");
  expect(reviewsIn("free").filter(({ endedAt }) => endedAt !== undefined)).toEqual([]);
});

it("work that stays below its gate is for a person to look at, after so many tries, and there is a notice", async () => {
  await held("hopeless");
  expect(listRuns(graph, { task: "hopeless", attempts: true })).toHaveLength(2);
  expect(holdOf(graph, "hopeless")?.reason).toMatch(/^scored 0\.1, the gate is 0\.7 after a second try/);
  expect(await place.ok("list")).toMatch(/^hopeless +needs-you /m);
  const told = await place.until("somebody is told", () =>
    place.lines("told").find((line) => line.includes('"hopeless"')),
  );
  expect(told).toContain("the gate is 0.7");
});

it("an evaluator that answers rubbish twice gives no score, and never a pass", async () => {
  await held("rubbish");
  const [evaluation, ...others] = evaluationsOf(graph, "rubbish");
  expect(others).toEqual([]);
  expect(evaluation).not.toHaveProperty("total");
  expect(evaluation?.problem).toMatch(/no usable answer in 2 attempts: it does not repeat the seal/);
  expect(reviewsIn("rubbish")).toHaveLength(1);
  expect(requireTask(graph, "rubbish")).toMatchObject({ status: "open", attempts: 1 });
});

it("an evaluator whose process is killed is made good for, and the gate decides once", async () => {
  const judge = await place.until("it is being judged", () =>
    reviewsIn("killed").find(({ status, process }) => status === "running" && process),
  );
  simulator.setScript({ rules: [answering("evaluator", good), { steps: [{ final: "hello" }] }] });
  killNow(judge.process?.pid ?? 0);
  await isDone("killed");
  expect(reviewsIn("killed").map(({ result }) => result?.outcome)).toEqual(["done", "lost"]);
  expect(logOf("killed").filter((line) => line.includes("passed"))).toHaveLength(1);
  expect(evaluationsOf(graph, "killed")).toHaveLength(1);
});

it("an evaluator that a person kills gives no score, and the task is for that person to decide on", async () => {
  await place.until("it is being judged", () =>
    reviewsIn("stopped").some(({ status }) => status === "running"),
  );
  const [judge] = reviewsIn("stopped");
  await place.ok("kill", judge?.id ?? "");
  await held("stopped");
  expect(evaluationsOf(graph, "stopped")).toMatchObject([
    { role: "evaluator", problem: expect.stringContaining("cancelled") },
  ]);
  expect(reviewsIn("stopped")).toHaveLength(1);
});

it("work that ends while no service runs is judged by the next one", async () => {
  addTask(
    graph,
    { id: "alone", title: "Alone", exec: "while ! test -e go; do sleep 0.05; done", gate: 0.7 },
    new Date(),
  );
  await place.ok("list");
  const worker = await place.until("it is at work", () =>
    listRuns(graph, { task: "alone" }).find(({ status }) => status === "running"),
  );
  await place.ok("service", "stop");
  fs.writeFileSync(path.join(place.project, "go"), "");
  await place.until("its end is recorded", () => requireRun(graph, worker.id).status === "ended");
  expect(holdOf(graph, "alone")).toMatchObject({ kind: "review" });
  await place.start();
  await isDone("alone");
  expect(rolesOf("alone")).toEqual(["worker", "evaluator"]);
});
