// The promise of a switch: what is claimed after `use` has returned runs on what it set, and what runs keeps what it has.
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { projectAt } from "../../src/base/home.ts";
import { closeGraph, type Graph, openGraph } from "../../src/graph/database.ts";
import { listRuns, liveRuns, type Run } from "../../src/graph/run.ts";
import { addTask } from "../../src/graph/task.ts";
import { makeServicePlace, type ServicePlace } from "../support/service.ts";

let place: ServicePlace;
let graph: Graph;

beforeEach(async () => {
  place = await makeServicePlace();
  graph = openGraph(projectAt(place.project));
  for (const name of ["red", "blue"]) {
    const file = path.join(place.home, ".wg/profiles", `${name}.toml`);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, `[agent]\nmodel = "codex:${name}"\n[env]\nCOLOUR = "${name}"\n`);
  }
});
afterEach(async () => {
  closeGraph(graph);
  await place.end();
});

function addTasks(count: number, exec: string): void {
  const taken = listRuns(graph).length;
  for (let n = 0; n < count; n++) addTask(graph, { title: `task ${taken}-${n}`, exec }, new Date());
}

interface Switched {
  profile: string;
  revision: string;
  startedAt: string;
  returnedAt: string;
}

async function use(name: string): Promise<Switched> {
  const startedAt = new Date().toISOString();
  const { profile, revision } = JSON.parse(await place.ok("profile", "use", name, "--json"));
  return { profile, revision, startedAt, returnedAt: new Date().toISOString() };
}

it("under a stream of tasks every run claimed after a `use` returned is on what it set, and none in flight changes", async () => {
  await use("blue");
  await place.start("--max-agents", "6");
  const switches: Switched[] = [];
  const inFlight = new Map<string, Run>();
  for (let round = 0; round < 40; round++) {
    if (round % 10 === 0) addTasks(50, 'echo "$COLOUR $WG_RUN" >> colours; sleep 0.05');
    switches.push(await use(round % 2 === 0 ? "red" : "blue"));
    for (const run of liveRuns(graph)) inFlight.set(run.id, run);
    await sleep(100);
  }
  await place.until("all have run", () => listRuns(graph, { live: false }).length >= 200);
  const runs = listRuns(graph);
  expect(runs).toHaveLength(200);

  // Those claimed while the next `use` was under way may be on either.
  const settled = runs.flatMap((run) => {
    const last = switches.findLast(({ returnedAt }) => returnedAt < run.claimedAt);
    const next = last && switches[switches.indexOf(last) + 1];
    const isBetween = last !== undefined && (next === undefined || run.claimedAt < next.startedAt);
    return isBetween ? [{ run, last }] : [];
  });
  expect(settled.length).toBeGreaterThan(20);
  expect(settled.filter(({ run, last }) => run.revision !== last.revision)).toEqual([]);

  expect(inFlight.size).toBeGreaterThan(50);
  const byId = new Map(listRuns(graph).map((run) => [run.id, run]));
  for (const seen of inFlight.values()) {
    const { profile, revision, route } = seen;
    expect(byId.get(seen.id)).toMatchObject({ profile, revision, route });
  }
  // What the command itself saw in its environment is what the record says.
  const told = new Map(place.lines("colours").map((line) => [line.split(" ")[1], line.split(" ")[0]]));
  for (const run of runs) expect(told.get(run.id)).toBe(run.profile);
});

it("a lost nudge changes nothing of that", async () => {
  await place.start("--max-agents", "6");
  // Nobody finds the service any more, so no switch can tell it anything.
  fs.rmSync(path.join(place.home, ".wg/services"), { recursive: true });
  addTasks(150, "sleep 0.02");
  const order: Switched[] = [];
  for (let n = 0; n < 25; n++) {
    fs.writeFileSync(path.join(place.home, ".wg/profiles", `p${n}.toml`), `[agent]\nmodel = "codex:m${n}"\n`);
    order.push(await use(`p${n}`));
  }
  await place.until("all have run", () => listRuns(graph, { live: false }).length >= 150);
  const position = new Map(order.map(({ revision }, index) => [revision, index]));
  const stale = listRuns(graph).filter((run) => {
    const returned = order.findLastIndex(({ returnedAt }) => returnedAt < run.claimedAt);
    return (position.get(run.revision) ?? -1) < returned;
  });
  expect(stale).toEqual([]);
  expect(new Set(listRuns(graph).map((run) => run.revision)).size).toBeGreaterThan(5);
});
