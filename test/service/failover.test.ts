// While what the active profile runs on turns runs away, work goes on with its fallbacks, and comes back by itself.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../../src/simulate/server.ts";
import { makeServicePlace, type ServicePlace } from "../support/service.ts";
import { program, run as runProgram } from "../support/wg.ts";

let place: ServicePlace;
let simulator: Simulator;

/** 4.7 days. */
const days = 406_080;
const quota = { status: 429, retry_after: days } as const;
const cooling = () => path.join(place.home, ".wg", "cooling");

/** A profile on a server of its own at the simulator, `/one` for one. */
async function profile(name: string, fallback: string[] = [], more = ""): Promise<void> {
  const text = [
    ...(fallback.length > 0 ? [`fallback = ${JSON.stringify(fallback)}`] : []),
    "[agent]",
    `model = "local:${name}-model"`,
    more,
    "[[llm_endpoints.endpoints]]",
    'name = "own"',
    'provider = "oai-compat"',
    `url = "${simulator.url}/${name}"`,
  ];
  fs.writeFileSync(path.join(place.home, ".wg", "profiles", `${name}.toml`), `${text.join("\n")}\n`);
}

/** The simulator turns away, by path, what is given a fault. */
function faults(byName: Record<string, { status: number; retry_after?: number }>): void {
  const rules = Object.entries(byName).map(([name, fault]) => ({ match: { path: `/${name}/` }, fault }));
  simulator.setScript({ rules: [...rules, { steps: [{ final: "all done" }] }] });
}

const shown = async (task: string) => JSON.parse(await place.ok("show", task, "--json"));
const runs = async (task: string) => (await shown(task)).runs;
const done = (task: string) =>
  place.until(`${task} is done`, async () => {
    const { task: found, runs } = await shown(task);
    if (found.status === "failed") throw new Error(`${task} failed: ${found.reason}`);
    return found.status === "done" && runs;
  });

/** As though its time had come: what cools has rested. */
function rest(): void {
  for (const name of fs.readdirSync(cooling())) {
    const file = path.join(cooling(), name);
    const kept = JSON.parse(fs.readFileSync(file, "utf8"));
    fs.writeFileSync(file, JSON.stringify({ ...kept, until: new Date(Date.now() - 1).toISOString() }));
  }
}

beforeEach(async () => {
  place = await makeServicePlace();
  simulator = await startSimulator();
  await place.ok("profile", "init-starters");
  await profile("one", ["two", "three"]);
  await profile("two");
  await profile("three");
  await place.ok("profile", "use", "one", "--no-check");
});
afterEach(async () => {
  await place.end();
  await simulator.close();
});

describe("a profile that is over quota for days", () => {
  it("hands its tasks to the first fallback at once, as a whole, and the pointer stays", async () => {
    faults({ one: quota });
    await place.start();
    await place.ok("add", "talk", "--id", "talk");
    const [first, second] = await done("talk");
    expect(first).toMatchObject({ profile: "one", result: { failure: { class: "quota" } } });
    expect(second).toMatchObject({ profile: "two", failover: { from: "one", why: "quota" } });
    const { run } = JSON.parse(await place.ok("runs", "show", second.id, "--json"));
    expect(run.plan).toMatchObject({
      profile: "two",
      route: { handler: "nex", model: "two-model" },
      endpoint: { name: "own", url: `${simulator.url}/two` },
      failover: { from: "one", why: "quota" },
      fallback: ["two", "three"],
    });
    expect(run.plan.revision).toBe(second.revision);
    expect(await place.ok("profile", "show", "--revision", second.revision)).toContain("two-model");
    expect(Date.parse(second.claimedAt) - Date.parse(first.endedAt)).toBeLessThan(20_000);
    // The pointer is untouched, and everybody says how it is.
    const current = await place.wg("profile", "current");
    expect(current.stdout).toBe("one\n");
    const sentence = /one is active, cooling until \d\d:\d\d \(quota\), running on two/;
    expect(current.stderr).toMatch(sentence);
    expect(await place.ok("service", "status")).toMatch(sentence);
    expect(await place.ok("show", "talk")).toMatch(sentence);
    expect(await place.ok("show", "talk")).toContain("two (for one)");
    expect(await place.ok("runs")).toContain("two (for one)");
    expect(await place.ok("why", second.id)).toMatch(/fallback of one \(quota\), .*one\.toml:1/);
    expect(await place.ok("runs", "show", second.id)).toMatch(/failover +one was active, cooling until /);
    expect(await place.ok("service", "logs")).toMatch(sentence);
    const status = JSON.parse(await place.ok("service", "status", "--json"));
    expect(status.failover).toMatchObject({ profile: "one", why: "quota", runningOn: "two", skipped: [] });
    const said = JSON.parse(await place.ok("profile", "current", "--json"));
    expect(said).toMatchObject({ profile: "one", failover: { runningOn: "two" } });
    // Never longer than an hour, whatever was said.
    expect(Date.parse(said.failover.until) - Date.now()).toBeLessThanOrEqual(3_600_000);
    expect(Date.parse(said.failover.resetsAt) - Date.now()).toBeGreaterThan(4 * 86_400_000);
  });

  it("is tried by one run when it has rested, and takes the work back when that is answered", async () => {
    faults({ one: quota });
    await place.start("--max-agents", "1");
    await place.ok("add", "talk", "--id", "talk");
    await done("talk");
    faults({});
    rest();
    await place.ok("add", "back", "--id", "back");
    const [back] = await done("back");
    expect(back.profile).toBe("one");
    expect(back).not.toHaveProperty("failover");
    expect(fs.existsSync(cooling())).toBe(false);
    expect((await place.wg("profile", "current")).stderr).toBe("");
  });

  it("is tried by no more than one run at a time, and rests longer each time that fails", async () => {
    faults({ one: quota });
    await place.start();
    await place.ok("add", "talk", "--id", "talk");
    await done("talk");
    const [before] = JSON.parse(await place.ok("failover", "list", "--json")).cooling;
    const asked = () => simulator.requests.filter(({ path }) => path.startsWith("/one/")).length;
    const askedBefore = asked();
    rest();
    for (const id of ["a", "b", "c", "d"]) await place.ok("add", id, "--id", id);
    const ran = (await Promise.all(["a", "b", "c", "d"].map(done))).flat();
    const onOne = ran.filter((run) => run.profile === "one");
    expect(onOne).toHaveLength(1);
    expect(asked() - askedBefore).toBe(1);
    const [after] = JSON.parse(await place.ok("failover", "list", "--json")).cooling;
    expect(after.failures).toBe(before.failures + 1);
    expect(after).not.toHaveProperty("probe");
  });
});

it("a key that is turned away fails over as well, and without a fallback is final", async () => {
  faults({ one: { status: 401 }, three: { status: 401 } });
  await place.start();
  await place.ok("add", "talk", "--id", "talk");
  const [, second] = await done("talk");
  expect(second).toMatchObject({ profile: "two", failover: { from: "one", why: "auth" } });
  await place.ok("profile", "use", "three", "--no-check");
  await place.ok("add", "alone", "--id", "alone");
  await place.until("it failed", async () => (await shown("alone")).task.status === "failed");
});

it("a server that is down fails over to one that is up", async () => {
  await place.ok("profile", "set", "one", "endpoint", "http://127.0.0.1:9");
  await place.start();
  await place.ok("add", "talk", "--id", "talk");
  const all = await done("talk");
  expect(all.map((run: { profile: string }) => run.profile)).toEqual(["one", "two"]);
  expect(all[1].failover).toMatchObject({ from: "one", why: "unreachable" });
});

it("where all of them cool, tasks wait and say so, until one has rested", async () => {
  faults({ one: quota, two: quota, three: quota });
  await place.start();
  await place.ok("add", "talk", "--id", "talk");
  await place.until("all three were tried", async () => {
    const all = await runs("talk");
    return all.length === 3 && all.every((run: { result?: unknown }) => run.result !== undefined);
  });
  await place.ok("add", "next", "--id", "next");
  const status = await place.until("it waits", async () => {
    const found = await place.status();
    return found.waiting.length > 0 && found;
  });
  expect(status.waiting[0]?.problem).toMatch(/one with its fallbacks cools until \d\d:\d\d \(quota\)/);
  expect(await runs("next")).toEqual([]);
  expect(await place.ok("show", "talk")).toContain("held until");
  expect((await place.wg("profile", "current")).stderr).toContain("no fallback is free, so tasks wait");
  faults({});
  rest();
  // Two tasks wait, so two places are tried, each by one run.
  const tried = [...(await done("talk")).slice(3), ...(await done("next"))];
  expect(tried.map((run: { profile: string }) => run.profile).sort()).toEqual(["one", "two"]);
});

it("a switch takes effect at once, for tasks that wait as well", async () => {
  await profile("one");
  faults({ one: quota });
  await place.start();
  await place.ok("add", "talk", "--id", "talk");
  await place.until("it is held", async () => (await shown("talk")).task.hold);
  await place.ok("profile", "use", "three", "--no-check");
  const [, second] = await done("talk");
  expect(second.profile).toBe("three");
  expect(second).not.toHaveProperty("failover");
  // And back to what cools: it is active at once, and says how it fares.
  const back = await place.wg("profile", "use", "one", "--no-check");
  expect(back.stdout).toBe("one\n");
  expect(back.stderr).toContain("one is active, cooling until");
});

it("a task with a model of its own keeps it, and waits", async () => {
  faults({ one: quota });
  await place.start();
  await place.ok("add", "own", "--id", "own", "--model", "local:special");
  const { task } = await place.until("it is held", async () => {
    const found = await shown("own");
    return found.task.hold && found;
  });
  expect(task.status).toBe("open");
  await place.ok("add", "another", "--id", "another", "--model", "local:special");
  await place.until("it waits", async () =>
    (await place.status()).waiting.some(({ task }) => task === "another"),
  );
  expect(await runs("own")).toHaveLength(1);
});

it("another project of the machine does not try what cools here", async () => {
  faults({ one: quota });
  await place.start();
  await place.ok("add", "talk", "--id", "talk");
  await done("talk");
  const other = path.join(place.home, "other");
  fs.mkdirSync(other);
  const wg = async (...args: string[]) => {
    const ended = await runProgram(process.execPath, [program, ...args], { cwd: other, env: place.env });
    expect(ended, ended.stderr).toMatchObject({ status: 0 });
    return ended.stdout;
  };
  try {
    await wg("init");
    await wg("service", "start");
    await wg("add", "there", "--id", "there");
    const all = await place.until("it is done", async () => {
      const found = JSON.parse(await wg("show", "there", "--json"));
      return found.task.status === "done" && found.runs;
    });
    expect(all.map((run: { profile: string }) => run.profile)).toEqual(["two"]);
  } finally {
    await wg("service", "stop", "--kill-agents");
  }
});

it("fallbacks that cannot be used are passed over, and said so", async () => {
  await profile("one", ["one", "gone", "broken", "team", "three"]);
  await profile("broken", [], "oops");
  const theirs = path.join(place.project, ".wg", "profiles");
  fs.mkdirSync(theirs, { recursive: true });
  fs.writeFileSync(path.join(theirs, "team.toml"), '[agent]\nmodel = "claude:opus"\n');
  faults({ one: quota });
  await place.start();
  await place.ok("add", "talk", "--id", "talk");
  const [, second] = await done("talk");
  expect(second.profile).toBe("three");
  const { failover } = JSON.parse(await place.ok("service", "status", "--json"));
  expect(failover.skipped).toEqual([
    "fallback one is passed over: it is the active profile itself",
    expect.stringMatching(/^fallback gone is passed over: profile "gone" not found/),
    expect.stringMatching(/^fallback broken is passed over: /),
    expect.stringMatching(/^fallback team is passed over: profile "team" not found/),
  ]);
  expect(await place.ok("service", "logs")).toContain("fallback gone is passed over");
});

it("what a fallback names as its own fallbacks counts for nothing", async () => {
  await profile("one", ["two"]);
  await profile("two", ["three"]);
  faults({ one: quota, two: quota });
  await place.start();
  await place.ok("add", "talk", "--id", "talk");
  await place.until("both were tried", async () => (await runs("talk")).length === 2);
  await place.until("it is held", async () => (await shown("talk")).task.hold);
  expect((await runs("talk")).map((run: { profile: string }) => run.profile)).toEqual(["one", "two"]);
});

it("is kept in the project where the home cannot be written", async () => {
  faults({ one: quota });
  // A file where the folder would be: as good as a home that cannot be written, for root as well.
  fs.writeFileSync(cooling(), "");
  await place.start();
  await place.ok("add", "talk", "--id", "talk");
  const [, second] = await done("talk");
  expect(second.profile).toBe("two");
  expect(fs.readdirSync(path.join(place.project, ".wg", "cooling"))).toHaveLength(1);
});

it("is a notice once, not for each run on the fallback, and in the one screen of wg status", async () => {
  await place.ok("config", "set", "notify.command", 'echo "$WG_EVENT $WG_TEXT" >> notices');
  await place.ok("config", "set", "notify.events", "failover");
  faults({ one: quota });
  await place.start("--max-agents", "1");
  for (const id of ["a", "b", "c"]) await place.ok("add", id, "--id", id);
  for (const id of ["a", "b", "c"]) await done(id);
  await place.until("it is told", () => place.lines("notices").length > 0);
  expect(place.lines("notices")).toEqual(["failover one cools (quota), work goes on with two"]);
  expect(await place.ok("status")).toMatch(
    /failover +one is active, cooling until \d\d:\d\d \(quota\), running on two/,
  );
});

it("is let go of when somebody says so, and tasks that are held for it are ready again", async () => {
  await profile("one");
  faults({ one: quota });
  await place.start();
  await place.ok("add", "talk", "--id", "talk");
  await place.until("it is held", async () => (await shown("talk")).task.hold);
  faults({});
  expect(await place.ok("failover", "list")).toMatch(/nex at \S+\/one without a key +\d{4}-\S+Z .* quota: /);
  expect((await place.wg("failover", "clear", "elsewhere")).status).toBe(4);
  const cleared = await place.wg("failover", "clear", "one");
  expect(cleared.stdout).toBe(`nex at ${simulator.url}/one without a key\n`);
  expect(cleared.stderr).toContain("ready again: talk");
  await done("talk");
  expect((await place.wg("failover", "list")).stderr).toBe("nothing cools\n");
});

describe("a drill", () => {
  it.each(["quota", "auth", "unreachable"])(
    "shows the way there and back for %s, and touches nothing",
    async (name) => {
      const before = fs.readdirSync(path.join(place.home, ".wg"), { recursive: true }).sort();
      const drilled = await place.wg("failover", "drill", "one", "--class", name, "--json");
      const { passed, steps } = JSON.parse(drilled.stdout);
      expect(steps.map(({ step }: { step: string }) => step)).toEqual([
        ...["parts", "parts", "parts", "turned-away", "cools", "goes-on", "pointer", "back"],
      ]);
      expect({ passed, status: drilled.status }).toEqual({ passed: true, status: 0 });
      expect(fs.readdirSync(path.join(place.home, ".wg"), { recursive: true }).sort()).toEqual(before);
      expect(simulator.requests).toEqual([]);
    },
  );

  it("says no where there is nothing to go on with, or only the same place again", async () => {
    const alone = await place.wg("failover", "drill", "two");
    expect(alone.status).toBe(1);
    expect(alone.stdout).toContain("two has no fallback to go on with");
    await place.ok("profile", "set", "two", "endpoint", `${simulator.url}/one`);
    await profile("one", ["gone", "two"]);
    const same = await place.wg("failover", "drill", "one");
    expect(same.status).toBe(1);
    expect(same.stdout).toMatch(/fallback gone is passed over/);
    expect(same.stdout).toContain("every fallback goes to the same place");
  });
});
