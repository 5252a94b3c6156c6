// Several real processes on one graph: nobody's change is lost, and no task runs twice.
import * as fs from "node:fs";
import * as path from "node:path";
import { build } from "rolldown";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { projectAt } from "../../src/base/home.ts";
import { closeGraph, createGraph, openGraph } from "../../src/graph/database.ts";
import { listRuns } from "../../src/graph/run.ts";
import { addTask, listTasks } from "../../src/graph/task.ts";
import { makePlace, type Place, run } from "../support/wg.ts";

const root = path.resolve(import.meta.dirname, "..", "..");
// Inside the checkout, so that it finds the packages that are not bundled.
const rival = path.join(root, "node_modules", ".cache", "test-graph", "rival.mjs");
const rivals = 8;
let place: Place;

beforeAll(async () => {
  await build({
    input: path.join(root, "test", "graph", "rival.ts"),
    platform: "node",
    external: ["@photostructure/sqlite"],
    logLevel: "warn",
    output: { file: rival, format: "esm" },
  });
});
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.remove());

function fight(): Promise<{ task: string; run: string }[][]> {
  const one = async (name: string) => {
    const ended = await run(process.execPath, [rival, place.project, name], {
      cwd: place.project,
      env: place.env,
    });
    expect(ended).toMatchObject({ status: 0, stderr: "" });
    return JSON.parse(ended.stdout);
  };
  return Promise.all(Array.from({ length: rivals }, (_, index) => one(`rival-${index}`)));
}

describe("eight processes", () => {
  it("fighting for 200 tasks that need each other run each of them once", async () => {
    const graph = createGraph(projectAt(place.project));
    const now = new Date();
    for (let index = 0; index < 200; index++) {
      const needs = index < 50 ? [] : [`t-${index - 50}`, `t-${Math.floor(index / 2)}`];
      addTask(graph, { title: "t", id: `t-${index}`, needs }, now);
    }
    const wins = (await fight()).flat();
    const tasks = listTasks(graph);
    expect(
      tasks.filter((task) => task.status !== "done" || task.attempts !== 1 || task.blockers !== 0),
    ).toEqual([]);
    expect(wins).toHaveLength(200);
    expect(new Set(wins.map((win) => win.task)).size).toBe(200);
    expect(
      listRuns(graph)
        .map((one) => one.id)
        .sort(),
    ).toEqual(wins.map((win) => win.run).sort());
    closeGraph(graph);
  });

  it("making the same graph at once make one", async () => {
    await fight();
    const graph = openGraph(projectAt(place.project));
    addTask(graph, { title: "a" }, new Date());
    expect((await fight()).flat()).toMatchObject([{ task: "a" }]);
    closeGraph(graph);
    expect(fs.statSync(path.join(place.project, ".wg", "graph.db")).mode & 0o777).toBe(0o600);
  });
});
