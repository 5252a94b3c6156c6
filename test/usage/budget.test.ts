// Budgets in a running service: a run is stopped before the turn that would go beyond, its task waits, and a person lets it on.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../../src/simulate/server.ts";
import { makeServicePlace, type ServicePlace } from "../support/service.ts";

let place: ServicePlace;
let simulator: Simulator;
beforeEach(async () => {
  place = await makeServicePlace({ TZ: "UTC" });
  simulator = await startSimulator();
  // An answer is 100,000 tokens: a dollar.
  simulator.setScript({
    rules: [
      {
        usage: { input: 90_000, output: 10_000 },
        steps: [{ shell: "echo one >> done" }, { shell: "echo two >> done" }, { final: "all done" }],
      },
    ],
  });
  await place.ok("profile", "create", "here", "-m", "local:qwen", "-e", simulator.url);
  await place.ok("profile", "use", "here", "--no-check");
  await place.ok("config", "set", "prices.qwen", "{ input = 10, output = 10 }");
});
afterEach(async () => {
  await place.end();
  await simulator.close();
});

const shown = async (id = "talk") => JSON.parse(await place.ok("show", id, "--json"));
const held = (id = "talk") =>
  place.until(`${id} is held by a budget`, async () => {
    const { task, runs } = await shown(id);
    return task.hold?.kind === "budget" && { task, runs };
  });
const done = (id = "talk") =>
  place.until(`${id} is done`, async () => (await shown(id)).task.status === "done");

async function begin(...settings: [string, string][]): Promise<void> {
  for (const [key, value] of settings) await place.ok("config", "set", key, value);
  await place.start();
  await place.ok("add", "talk", "--id", "talk");
}

describe("a budget", () => {
  it("stops a run before the turn that would go beyond, and is never retried into", async () => {
    await begin(["budget.task", "1.5"]);
    const { task, runs } = await held();
    expect(task).toMatchObject({ status: "open", blocked: true });
    expect(task.hold).toEqual({
      kind: "budget",
      since: expect.any(String),
      reason: "$2.00 spent, and a task may cost $1.50; wg approve talk lets it go on",
    });
    expect(runs).toMatchObject([{ result: { outcome: "failed", failure: { class: "budget" } } }]);
    expect(runs[0].usage).toEqual({ input: 180_000, output: 20_000, cached: 0 });
    expect(place.lines("done")).toEqual(["one", "two"]);
    expect(await place.ok("show", "talk")).toMatch(/held {6}waits for wg approve \(\$2\.00 spent/);

    // Letting go by hand does not get it through the wall.
    await place.ok("retry", "talk");
    await place.until("it is held again", async () => {
      const { log } = await shown();
      return log.at(-1)?.message.startsWith("not started: $2.00 spent");
    });
    expect((await shown()).runs).toHaveLength(1);

    expect((await place.wg("approve", "talk", "--budget", "5")).stderr).toMatch(
      /may cost \$5\.00 from now on; ready/,
    );
    await done();
    const plan = JSON.parse(await place.ok("runs", (await shown()).runs[1].id, "--json")).run.plan;
    expect(plan.budget).toMatchObject({ limits: [{ of: "approval", usd: 5 }] });
    const { total, budgets } = JSON.parse(await place.ok("usage", "--json"));
    expect(total.cost).toEqual({ reported: 0, computed: expect.closeTo(5, 6), unknownRuns: 0 });
    expect(budgets).toEqual([]);
  });

  it("of a day keeps other tasks from starting until midnight, and lets commands through", async () => {
    await begin(["budget.day", "2.5"]);
    await done();
    await place.ok("add", "next", "--id", "next");
    const { task, runs } = await held("next");
    expect(runs).toEqual([]);
    expect(new Date(task.hold.until).getUTCHours()).toBe(0);
    expect(Date.parse(task.hold.until)).toBeGreaterThan(Date.now());
    await place.ok("add", "free", "--id", "free", "--exec", "true");
    await done("free");
    expect((await shown("next")).task.hold).toMatchObject({ kind: "budget" });
    expect((await place.wg("usage")).stdout).toMatch(/\ntoday: \$3\.00 of \$2\.50 that a day may cost\n$/);
  });

  it("lets go by itself when settings leave room again", async () => {
    await begin(["budget.task", "0"]);
    expect((await held()).runs).toEqual([]);
    await place.ok("config", "set", "budget.task", "100");
    await done();
    expect((await shown()).runs).toHaveLength(1);
  });

  it("of a profile is for its own runs, and goes when another profile is in use", async () => {
    await place.ok("profile", "create", "other", "-m", "local:qwen", "-e", simulator.url);
    await place.ok("profile", "set", "here", "budget.task", "0.5");
    await begin();
    expect((await held()).task.hold.reason).toMatch(
      /^\$1\.00 spent on profile here, and a task may cost \$0\.5/,
    );
    await place.ok("profile", "use", "other", "--no-check");
    await done();
    expect((await shown()).runs).toMatchObject([{ profile: "here" }, { profile: "other" }]);
  });

  it("of a fallback holds its runs, and no longer than the fallback is needed", async () => {
    const cool = await startSimulator();
    cool.setScript({ rules: [{ fault: { status: 429, retry_after: 600 } }] });
    await place.ok("profile", "create", "first", "-m", "local:qwen", "-e", cool.url);
    await place.ok("profile", "set", "first", "fallback", "here");
    await place.ok("profile", "set", "here", "budget.day", "0");
    await place.ok("profile", "use", "first", "--no-check");
    await begin();
    const { task, runs } = await held();
    await cool.close();
    expect(runs).toMatchObject([{ profile: "first", result: { failure: { class: "quota" } } }]);
    expect(task.hold.reason).toMatch(/^\$0\.00 spent today on profile here/);
    expect(Date.parse(task.hold.until) - Date.parse(task.hold.since)).toBeLessThanOrEqual(600_000);
  });

  it("does not undo what is finished: the last answer is taken, whatever it cost", async () => {
    simulator.setScript({
      rules: [{ usage: { input: 900_000, output: 0 }, steps: [{ final: "all done" }] }],
    });
    await begin(["budget.task", "1"]);
    await done();
  });

  it("lets an agent that has reported say its closing words", async () => {
    simulator.setScript({
      rules: [
        {
          usage: { input: 100_000, output: 0 },
          steps: [{ shell: "true" }, { shell: "wg done talk --summary finished" }, { final: "all done" }],
        },
      ],
    });
    await begin(["budget.task", "1.5"]);
    await done();
    expect((await shown()).task.summary).toBe("finished");
  });

  it("counts nothing where a price is not known, and says how many runs that are", async () => {
    await place.ok("config", "unset", "prices.qwen");
    await begin(["budget.task", "1"]);
    await done();
    const { total } = JSON.parse(await place.ok("usage", "--json"));
    expect(total.cost).toEqual({ reported: 0, computed: 0, unknownRuns: 1 });
  });
});

it("an approval without a sum is as much as a task may usually cost, and refused where nothing says that", async () => {
  await place.ok("add", "talk", "--id", "talk");
  expect(await place.wg("approve", "talk")).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("--budget 5"),
  });
  await place.ok("config", "set", "budget.task", "3");
  expect(JSON.parse(await place.ok("approve", "talk", "--json"))).toMatchObject({ usd: 3 });
  expect(await place.wg("approve", "talk", "--budget", "-1")).toMatchObject({ status: 2 });
  expect(await place.wg("approve", "nope", "--budget", "1")).toMatchObject({ status: 1 });
});
