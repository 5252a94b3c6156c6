// A canary under a running service: two sides in one queue, frozen as they began, and ended by what they show.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { projectAt } from "../../src/base/home.ts";
import { closeGraph, type Graph, openGraph } from "../../src/graph/database.ts";
import { addEvaluation } from "../../src/graph/evaluation.ts";
import { listRuns, type Run } from "../../src/graph/run.ts";
import { addTask, type NewTask } from "../../src/graph/task.ts";
import { armOf } from "../../src/profile/arms.ts";
import { type Simulator, startSimulator } from "../../src/simulate/server.ts";
import { makeServicePlace, type ServicePlace } from "../support/service.ts";

let place: ServicePlace;
let simulator: Simulator;
let graph: Graph;

beforeEach(async () => {
  place = await makeServicePlace();
  simulator = await startSimulator({ script: { rules: [{ steps: [{ final: "all done" }] }] } });
  fs.mkdirSync(path.join(place.home, ".wg", "profiles"), { recursive: true });
  profile("one");
  profile("two");
  await place.ok("profile", "use", "one", "--no-check");
  await place.start("--max-agents", "4");
  graph = openGraph(projectAt(place.project));
});
afterEach(async () => {
  closeGraph(graph);
  await place.end();
  await simulator.close();
});

/** A profile on a server of its own at the simulator, `/one` for one. */
function profile(name: string, model = `${name}-model`): void {
  const text = [
    `[agent]\nmodel = "local:${model}"`,
    `[[llm_endpoints.endpoints]]\nname = "own"\nprovider = "oai-compat"\nurl = "${simulator.url}/${name}"`,
  ];
  fs.writeFileSync(path.join(place.home, ".wg", "profiles", `${name}.toml`), `${text.join("\n")}\n`);
}

/** Adds tasks and waits for their runs to be over. */
async function runsOf(tasks: readonly NewTask[]): Promise<Run[]> {
  const ids = tasks.map((task) => addTask(graph, task, new Date()).id);
  return place.until("all runs are over", () => {
    const runs = ids.map((task) => listRuns(graph, { task, live: false, attempts: true, limit: 1 })[0]);
    return runs.every((run) => run !== undefined) && runs.flatMap((run) => run ?? []);
  });
}

const named = (prefix: string, count: number): NewTask[] =>
  Array.from({ length: count }, (_, index) => ({ title: "a task", id: `${prefix}-${index}` }));
const sides = ({ task, arm, profile, revision, servedModels }: Run) => ({
  ...{ task, arm, profile, revision, servedModels },
});
const switches = async () => JSON.parse(await place.ok("profile", "history", "--json")).switches;

it("each task is on its side whatever becomes of the files, every run proves it, and promote makes it a switch", async () => {
  const { canary } = JSON.parse(
    await place.ok("profile", "use", "two", "--canary", "50%", "--no-check", "--json"),
  );
  const [main, other] = canary.arms;
  const { applied } = JSON.parse(await place.ok("service", "status", "--json"));
  expect(applied.canary).toMatchObject({ share: 0.5, main: { profile: "one" }, canary: { profile: "two" } });

  const ofOther = named("before", 5).findIndex(({ id = "" }) => armOf({ share: 0.5 }, id) === "canary");
  const before = await runsOf(
    named("before", 5).map((task, index) => ({ ...task, tags: index === ofOther ? ["evaluate"] : [] })),
  );
  profile("one", "edited");
  profile("two", "edited");
  const after = await runsOf([...named("after", 5), { title: "own", id: "own", model: "local:its-own" }]);
  const own = after.pop();
  expect(own).toMatchObject({ route: "local:its-own", profile: "one" });
  expect(own).not.toHaveProperty("arm");
  const runs = [...before, ...after];
  const expected = runs.map(({ task }) => {
    const arm = armOf({ share: 0.5 }, task);
    const { profile: name, revision } = arm === "canary" ? other : main;
    return { task, arm, profile: name, revision, servedModels: [`${name}-model`] };
  });
  expect(runs.map(sides)).toEqual(expected);
  expect(new Set(expected.map(({ arm }) => arm)).size).toBe(2);

  const judged = await place.until("somebody looks at the work", () =>
    listRuns(graph, { task: `before-${ofOther}` }).find(({ role }) => role === "evaluator"),
  );
  expect(judged).toMatchObject({ profile: "two", revision: other.revision });
  const why = JSON.parse(await place.ok("why", before[ofOther]?.id ?? "", "--json"));
  expect(why.runs[0].reasons.filter(({ changed }: { changed?: true }) => changed)).toEqual([]);

  const status = JSON.parse(await place.ok("status", "--json"));
  const count = (arm: string) => expected.filter((each) => each.arm === arm).length;
  expect(status.canary.arms.map(({ figures }: { figures: { done: number } }) => figures.done)).toEqual([
    count("main"),
    count("canary"),
  ]);
  expect(status.canary.notes).toHaveLength(2);
  expect((await place.wg("profile", "promote", "--no-check")).stderr).toContain("two has changed since");

  profile("two");
  const promoted = JSON.parse(await place.ok("profile", "promote", "--no-check", "--json"));
  expect(promoted).toMatchObject({ profile: "two", endedCanary: "two", services: [{ kind: "applied" }] });
  expect(promoted.canary.arms[1].figures.done).toBe(count("canary"));
  const [next] = await runsOf(named("next", 1));
  expect(next).toMatchObject({ profile: "two", revision: other.revision, servedModels: ["two-model"] });
  expect(next).not.toHaveProperty("arm");
  expect((await switches())[0]).toMatchObject({
    kind: "use",
    to: "two",
    ended: "two",
    by: { through: "promote" },
  });
});

it("a guardrail aborts it, once both sides have enough to tell, and says so everywhere", async () => {
  await place.ok(
    ...["profile", "use", "two", "--canary", "50%", "--no-check"],
    ...["--abort-if", "failures > 0.5", "--abort-if", "score < -0.1", "--min-runs", "2"],
  );
  const runs = await runsOf(named("task", 8));
  const scored = (some: readonly Run[], total: number) => {
    for (const { task, id: run } of some) {
      const said = {
        ...{ task, run, byRun: `e-${run}`, role: "evaluator" as const },
        ...{ scores: {}, notes: "" },
      };
      addEvaluation(graph, { ...said, total }, new Date());
    }
  };
  const [ours, theirs] = ["canary", "main"].map((arm) => runs.filter((run) => run.arm === arm));
  scored(theirs ?? [], 0.8);
  scored((ours ?? []).slice(0, 1), 0.1);
  const { canary } = JSON.parse(await place.ok("profile", "current", "--json"));
  expect(canary.arms[1].figures).toMatchObject({ scored: 1, score: 0.1 });

  scored((ours ?? []).slice(1), 0.1);
  const file = path.join(place.home, ".wg", "canary.json");
  await place.until("it is aborted", () => !fs.existsSync(file));
  const why = "its mean score is 0.700 below that of the rest (score < -0.1)";
  await place.until("the log has it", async () => (await place.ok("service", "logs")).includes(why));
  expect((await switches())[0]).toMatchObject({ kind: "canary-ended", why, by: { through: "guardrail" } });
  const later = await runsOf(named("later", 3));
  expect(later.map(({ profile, arm }) => [profile, arm])).toEqual(later.map(() => ["one", undefined]));
});

it("a candidate whose first runs cannot be started is aborted without a guardrail, and what is active stays", async () => {
  simulator.setScript({
    rules: [{ match: { path: "/two/" }, fault: { status: 400 } }, { steps: [{ final: "all done" }] }],
  });
  await place.ok("profile", "use", "two", "--canary", "90%", "--no-check");
  for (const task of named("task", 12)) addTask(graph, task, new Date());
  await place.until("it is aborted", () => !fs.existsSync(path.join(place.home, ".wg", "canary.json")));
  expect((await switches())[0]).toMatchObject({
    ...{ kind: "canary-ended", to: "one", why: "its first 3 runs failed by bad-request" },
    by: { through: "probation" },
  });
  expect(fs.readFileSync(path.join(place.home, ".wg", "active-profile"), "utf8")).toBe("one\n");
});
