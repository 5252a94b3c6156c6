// Where a task's run is meant, its latest attempt is meant: neither who judged it, nor who assigned it, nor a rerun.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { assignTask } from "../../src/graph/assignment.ts";
import { addTask } from "../../src/graph/task.ts";
import { makeSeededPlace, type SeededPlace, seedRun } from "../support/seeded.ts";

const [assigner, worker, evaluator, rerun] = [
  "r-20261123-130000-aaaaaa",
  "r-20261123-130500-bbbbbb",
  "r-20261123-131000-cccccc",
  "r-20261123-131500-dddddd",
];
let place: SeededPlace;

beforeEach(() => {
  place = makeSeededPlace();
  addTask(place.graph, { title: "Build", id: "build" }, place.now);
  seedRun(place, "build", assigner, { role: "assigner" });
  seedRun(place, "build", worker);
  seedRun(place, "build", evaluator, { role: "evaluator", subject: worker });
  seedRun(place, "build", rerun, { subject: worker });
  for (const run of [assigner, worker, evaluator, rerun]) {
    const folder = path.join(place.root, ".wg", "runs", run);
    fs.mkdirSync(folder, { recursive: true });
    const event = { at: "2026-11-23T13:05:02Z", kind: "text", text: `said in ${run}` };
    fs.writeFileSync(path.join(folder, "events.jsonl"), `${JSON.stringify(event)}\n`);
  }
});
afterEach(() => place.remove());

it("wg logs tells the latest attempt, and another role's run when it is asked for", async () => {
  expect((await place.json("logs build"))["run"]).toBe(worker);
  expect((await place.json("logs build --role evaluator"))["run"]).toBe(evaluator);
  expect((await place.json("logs build --role assigner"))["run"]).toBe(assigner);
  expect((await place.json("logs build --role worker"))["run"]).toBe(rerun);
  expect(await place.wg("logs build --role flip")).toMatchObject({ status: 0, stdout: "" });
  expect(await place.wg(`logs ${worker} --role flip`)).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("wg logs build --role flip"),
  });
});

it("wg kill and wg msg mean an attempt in flight, and name what else is", async () => {
  const judging = "r-20261123-132000-eeeeee";
  seedRun(place, "build", judging, { role: "evaluator", subject: rerun, status: "running" });
  expect(await place.wg("kill --task build")).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/no attempt at "build" is in flight\n.*wg kill r-.*-eeeeee/),
  });
  expect(await place.wg(`kill ${judging} --requeue`)).toMatchObject({ status: 2 });
  expect((await place.wg("msg build hello")).stderr).toContain("its next attempt is told");
});

it("wg runs says what each is and what it is about, and lists one role", async () => {
  const listed = (await place.wg("runs --task build")).stdout;
  expect(listed).toMatch(/^RUN +TASK +ROLE +ABOUT +PROFILE/);
  expect(listed).toMatch(new RegExp(`^${evaluator} +build +evaluator +${worker} +claude`, "m"));
  expect(listed).toMatch(new RegExp(`^${rerun} +build +rerun +${worker} +claude`, "m"));
  expect(listed).toMatch(new RegExp(`^${worker} +build +worker +- +claude`, "m"));
  const { runs } = await place.json("runs --role evaluator");
  expect(runs).toMatchObject([{ id: evaluator, subject: worker }]);
  expect((await place.wg("runs --role assigner")).stdout).not.toContain("ABOUT");
  expect((await place.wg(`runs show ${evaluator}`)).stdout).toMatch(new RegExp(`^judges +${worker}$`, "m"));
  expect((await place.wg(`runs show ${rerun}`)).stdout).toMatch(new RegExp(`^repeats +${worker}$`, "m"));
});

it("wg usage counts each role's runs as its own", async () => {
  const { groups } = await place.json("usage --by role");
  expect(groups).toMatchObject([
    { key: "worker", runs: 2, usage: { input: 24_690 } },
    { key: "assigner", runs: 1 },
    { key: "evaluator", runs: 1, cost: { reported: 0.0123 } },
  ]);
});

it("who judges a task may look at it, and says nothing for who works on it", async () => {
  const judging = "r-20261123-132000-eeeeee";
  seedRun(place, "build", judging, { role: "evaluator", subject: worker, status: "running" });
  const inside = { env: { WG_RUN: judging } };
  expect(await place.wg("show build", inside)).toMatchObject({ status: 0 });
  for (const line of ["done build", "fail build --reason x", "log build x", "artifact build x", "add more"]) {
    expect(await place.wg(line, inside), line).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("not for its evaluator"),
    });
  }
});

it("wg why holds a judge's run against what a judge would be asked on now, and an attempt against what it was assigned", async () => {
  addTask(place.graph, { title: "Count", id: "count", exec: "wc" }, place.now);
  fs.writeFileSync(
    path.join(place.root, ".wg", "config.toml"),
    '[models.evaluator]\nmodel = "claude:haiku"\n',
  );
  const question = { route: { handler: "claude", model: "opus" }, permissions: "read-only" } as const;
  const judging = "r-20261123-132000-eeeeee";
  seedRun(place, "count", judging, { role: "evaluator", subject: worker, plan: question });
  const explained = async (id: string) => {
    const { runs } = (await place.json(`why ${id}`)) as {
      runs: { reasons: { name: string; changed: boolean }[] }[];
    };
    return new Map(runs[0]?.reasons.map((reason) => [reason.name, reason]));
  };
  const reasons = await explained(judging);
  expect(reasons.get("route")).toMatchObject({ was: "claude:opus", now: "claude:haiku" });
  expect(reasons.get("permissions")).toMatchObject({ was: "read-only", changed: false });
  expect((await place.wg(`why ${judging}`)).stdout).toContain(`evaluator of count, about ${worker}, done`);
  const assigned = { task: "build", by: "model", reason: "", permissions: "read-only" } as const;
  assignTask(place.graph, assigned, place.now);
  expect((await explained(worker)).get("permissions")).toMatchObject({ was: "workspace", now: "read-only" });
});
