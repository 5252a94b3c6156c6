// A switch that the service never hears of: what is claimed after `use` has returned is on what it set all the same.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { projectAt } from "../../src/base/home.ts";
import { closeGraph, type Graph, openGraph } from "../../src/graph/database.ts";
import { listRuns } from "../../src/graph/run.ts";
import { addTask } from "../../src/graph/task.ts";
import { amount } from "../support/heavy.ts";
import { makeServicePlace, type ServicePlace } from "../support/service.ts";

let place: ServicePlace;
let graph: Graph;

beforeEach(async () => {
  place = await makeServicePlace();
  graph = openGraph(projectAt(place.project));
});
afterEach(async () => {
  closeGraph(graph);
  await place.end();
});

it("without any nudge no run is on a revision older than the last `use` that had returned when it was claimed", async () => {
  const useCount = amount(10, 20);
  const taskCount = useCount * 6;
  const profiles = path.join(place.home, ".wg/profiles");
  await place.start("--max-agents", "6");
  // Nobody finds the service any more, so no switch can tell it anything.
  fs.rmSync(path.join(place.home, ".wg/services"), { recursive: true });
  for (let n = 0; n < taskCount; n++) {
    addTask(graph, { title: `task ${n}`, exec: "sleep 0.02" }, new Date());
  }
  const order: { revision: string; returnedAt: string }[] = [];
  for (let n = 0; n < useCount; n++) {
    fs.mkdirSync(profiles, { recursive: true });
    fs.writeFileSync(path.join(profiles, `p${n}.toml`), `[agent]\nmodel = "codex:m${n}"\n`);
    const { revision } = JSON.parse(await place.ok("profile", "use", `p${n}`, "--no-check", "--json"));
    order.push({ revision, returnedAt: new Date().toISOString() });
    await place.until("work goes on", () => listRuns(graph).length >= 4 * n);
  }
  await place.until("all have run", () => listRuns(graph, { live: false }).length >= taskCount);
  const runs = listRuns(graph);
  const position = new Map(order.map(({ revision }, index) => [revision, index]));
  const stale = runs.filter((run) => {
    const returned = order.findLastIndex(({ returnedAt }) => returnedAt < run.claimedAt);
    return (position.get(run.revision) ?? -1) < returned;
  });
  expect(stale).toEqual([]);
  expect(new Set(runs.map((run) => run.revision)).size).toBeGreaterThan(5);
});
