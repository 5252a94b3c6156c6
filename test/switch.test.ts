// The switch contract under load: what is claimed after a `use` has returned is on the new revision, always, and
// nothing reaches a run in flight. What the runs really did is read from the model server's own log.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { homeOf, projectAt } from "../src/base/home.ts";
import { takeLock } from "../src/base/lock.ts";
import { type ProcessMark, processMark, signalProcess } from "../src/base/process.ts";
import { change, closeGraph, openGraph } from "../src/graph/database.ts";
import { listRuns, type Run } from "../src/graph/run.ts";
import { addTask } from "../src/graph/task.ts";
import { type Simulator, startSimulator } from "../src/simulate/server.ts";
import { amount } from "./support/heavy.ts";
import { makePlace, type Place } from "./support/wg.ts";

/** One `use`, seen from outside: it was active at some moment between its start and its return. */
interface Use {
  profile: string;
  revision: string;
  startedAt: number;
  returnedAt: number;
}

let place: Place;
let simulator: Simulator;
let stopped: ProcessMark | undefined;

afterEach(async () => {
  // A test that failed while it held the service still would leave it behind.
  if (stopped !== undefined) signalProcess(stopped, "SIGCONT");
  stopped = undefined;
  await place.wg("service", "stop", "--kill-agents");
  await simulator.close();
  place.remove();
});

describe("the switch under load", () => {
  it("a run claimed after use has returned is on the new revision, and no run in flight changes", async () => {
    await setUp();
    addWork({ shell: amount(50, 200), agents: amount(20, 60) });
    await must("service", "start", "--max-agents", "4");

    const uses: Use[] = [await use("left")];
    // It asks its model again when it is let go, which is after a switch, however slow or quick all else is.
    addHeld();
    await eventually(() => fs.existsSync(path.join(place.project, "held")));
    for (let n = 1; n < amount(40, 200); n++) uses.push(await use(n % 2 === 0 ? "left" : "right"));
    fs.rmSync(path.join(place.project, "held"));
    await eventually(() => runOf("held")?.endedAt !== undefined);

    const runs = recordedRuns();
    const claimed = runs.filter((run) => Date.parse(run.claimedAt) >= (uses[0]?.returnedAt ?? 0));
    expect(claimed.length).toBeGreaterThan(amount(10, 50));
    expect(claimed.filter((run) => !allowedRevisions(uses, run).includes(run.revision))).toEqual([]);
    expect(new Set(claimed.map((run) => run.profile))).toEqual(new Set(["left", "right"]));
    expect(requestsThatLeftTheirPlan(runs)).toEqual([]);
    expect(runsThatCrossedASwitch(runs, uses).map((run) => run.task)).toContain("held");
  }, 240_000);

  it("a service that cannot hear the nudge still claims nothing on the old revision", async () => {
    await setUp();
    await must("profile", "use", "left");
    await must("service", "start", "--max-agents", "4");
    const { pid } = JSON.parse((await place.wg("service", "status", "--json")).stdout);
    const uses: Use[] = [];
    for (let n = 0; n < amount(4, 6); n++) {
      await stopBetweenSteps(pid);
      addWork({ shell: 4, agents: 2 });
      uses.push(await use(n % 2 === 0 ? "right" : "left"));
      process.kill(pid, "SIGCONT");
      await eventually(
        () => recordedRuns().filter((run) => Date.parse(run.claimedAt) > last(uses).returnedAt).length > 3,
      );
    }
    const claimed = recordedRuns().filter((run) => Date.parse(run.claimedAt) >= (uses[0]?.returnedAt ?? 0));
    expect(claimed.filter((run) => !allowedRevisions(uses, run).includes(run.revision))).toEqual([]);
    expect(requestsThatLeftTheirPlan(recordedRuns())).toEqual([]);
  }, 120_000);
});

async function setUp(): Promise<void> {
  place = makePlace();
  const agent = "echo run=$WG_RUN";
  const held = "touch held; while [ -e held ]; do sleep 0.1; done; echo run=$WG_RUN";
  simulator = await startSimulator({
    script: {
      rules: [
        { match: { prompt: "be held" }, steps: [{ shell: held }, { shell: agent }, { final: "done" }] },
        { delay_ms: 300, steps: [{ shell: agent }, { shell: agent }, { final: "done" }] },
      ],
    },
  });
  await must("init");
  for (const name of ["left", "right"]) {
    await must("profile", "create", name, "-m", `local:${name}`, "-e", `${simulator.url}/${name}`);
  }
}

let added = 0;
function addWork(count: { shell: number; agents: number }): void {
  const graph = openGraph(projectAt(place.project));
  try {
    for (let n = 0; n < count.shell; n++) {
      addTask(graph, { id: `shell-${++added}`, title: "a command", exec: "sleep 0.2" }, new Date());
    }
    // A few at once, spread among the commands, so that agents are in flight at all times.
    for (let n = 0; n < count.agents; n++) {
      addTask(
        graph,
        { id: `agent-${++added}`, title: "an agent", priority: n % 3 === 0 ? 1 : 0 },
        new Date(),
      );
    }
  } finally {
    closeGraph(graph);
  }
}

function addHeld(): void {
  const graph = openGraph(projectAt(place.project));
  try {
    addTask(graph, { id: "held", title: "be held", priority: 9 }, new Date());
  } finally {
    closeGraph(graph);
  }
}

async function use(profile: string): Promise<Use> {
  const startedAt = Date.now();
  const ended = await place.wg("profile", "use", profile, "--no-check", "--json");
  const returnedAt = Date.now();
  expect(ended.status, ended.stderr + ended.stdout).toBe(0);
  return { profile, revision: JSON.parse(ended.stdout).revision, startedAt, returnedAt };
}

/** The last `use` that had returned before the claim, and those that were under way at the claim. */
function allowedRevisions(uses: readonly Use[], run: Run): string[] {
  const at = Date.parse(run.claimedAt);
  const returned = uses.filter((use) => use.returnedAt <= at).at(-1);
  const underWay = uses.filter((use) => use.startedAt <= at && at <= use.returnedAt);
  return [...(returned ? [returned] : []), ...underWay].map((use) => use.revision);
}

/** Requests whose model or endpoint is not the one their run was planned with; the run names itself in its tool result. */
function requestsThatLeftTheirPlan(runs: readonly Run[]): string[] {
  const planned = new Map(runs.map((run) => [run.id, run.profile]));
  const named = simulator.requests.flatMap((request) => {
    const run = /run=(r-\S+)/.exec(request.toolResult ?? "")?.[1];
    return run === undefined ? [] : [{ run, model: request.model, path: request.path }];
  });
  expect(named.length).toBeGreaterThan(5);
  return named
    .filter(({ run, model, path }) => model !== planned.get(run) || !path.startsWith(`/${planned.get(run)}/`))
    .map(({ run, model, path }) => `${run} planned for ${planned.get(run)} asked for ${model} at ${path}`);
}

function runsThatCrossedASwitch(runs: readonly Run[], uses: readonly Use[]): Run[] {
  return runs.filter((run) =>
    uses.some(
      (use) =>
        use.profile !== run.profile &&
        use.startedAt > Date.parse(run.startedAt ?? "") &&
        use.returnedAt < Date.parse(run.endedAt ?? ""),
    ),
  );
}

function recordedRuns(): Run[] {
  const graph = openGraph(projectAt(place.project));
  try {
    return listRuns(graph, { limit: 100_000 });
  } finally {
    closeGraph(graph);
  }
}

function runOf(task: string): Run | undefined {
  return recordedRuns().find((run) => run.task === task);
}

/** Stops a service where it holds no lock: with one, everybody would wait for it, and that is no matter of nudges. */
async function stopBetweenSteps(pid: number): Promise<void> {
  const { pointerLock } = homeOf(place.env);
  stopped = processMark(pid);
  for (let n = 0; n < 100; n++) {
    process.kill(pid, "SIGSTOP");
    const pointer = takeLock(pointerLock, "exclusive", 100);
    pointer?.release();
    if (pointer !== undefined && isFree()) return;
    process.kill(pid, "SIGCONT");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("the service was never met without a lock");
}

function isFree(): boolean {
  const graph = openGraph(projectAt(place.project), 100);
  try {
    change(graph, () => {});
    return true;
  } catch {
    return false;
  } finally {
    closeGraph(graph);
  }
}

async function must(...args: string[]): Promise<void> {
  const ended = await place.wg(...args);
  expect(ended.status, `wg ${args.join(" ")}: ${ended.stderr}`).toBe(0);
}

async function eventually(holds: () => boolean): Promise<void> {
  for (let n = 0; n < 300 && !holds(); n++) await new Promise((resolve) => setTimeout(resolve, 100));
  expect(holds()).toBe(true);
}

function last<T>(items: readonly T[]): T {
  const item = items.at(-1);
  if (item === undefined) throw new Error("there is none");
  return item;
}
