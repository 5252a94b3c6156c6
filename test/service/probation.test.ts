// A switch whose first runs could not be started is taken back by the service, and nothing else is.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../../src/simulate/server.ts";
import { makeServicePlace, type ServicePlace } from "../support/service.ts";

let place: ServicePlace;
let simulator: Simulator;

beforeEach(async () => {
  place = await makeServicePlace();
  simulator = await startSimulator({ script: { rules: [{ steps: [{ final: "all done" }] }] } });
  await place.ok("profile", "create", "good", "-m", "local:m", "-e", simulator.url);
  await place.ok("profile", "create", "bad", "-m", "claude:opus");
  // A program that is not there: no run can even begin.
  await place.ok("config", "set", "handlers.claude.command", "/nowhere/claude", "--global");
  await place.ok("profile", "use", "good", "--no-check");
  await place.start();
});
afterEach(async () => {
  await place.end();
  await simulator.close();
});

const pointer = () => fs.readFileSync(path.join(place.home, ".wg", "active-profile"), "utf8").trim();
const history = async () => JSON.parse(await place.ok("profile", "history", "--json")).switches;
const ended = (task: string) =>
  place.until(`${task} is over`, async () => {
    const { task: found } = JSON.parse(await place.ok("show", task, "--json"));
    return found.status !== "open" && found.status !== "in-progress" && found;
  });

async function add(...ids: string[]): Promise<void> {
  for (const id of ids) await place.ok("add", id, "--id", id);
  for (const id of ids) await ended(id);
}

it("three runs that cannot be started take the switch back, and everybody says so", async () => {
  const told = path.join(place.home, "told");
  await place.ok("config", "set", "notify.command", `cat >> "${told}"`);
  await place.ok("config", "set", "notify.events", "needs-you");
  await place.ok("profile", "use", "bad", "--no-check");
  await add("a", "b");
  expect(pointer()).toBe("bad");
  await add("c");
  await place.until("it is reverted", () => pointer() === "good");
  const [last] = await history();
  expect(last).toMatchObject({
    kind: "reverted",
    from: "bad",
    to: "good",
    why: expect.stringContaining("spawn"),
  });
  expect(await place.ok("profile", "history")).toContain("reverted");
  const { reverted } = await place.until("the service follows", async () => {
    const status = JSON.parse(await place.ok("service", "status", "--json"));
    return status.applied.profile === "good" && status;
  });
  expect(reverted).toMatchObject({ from: "bad", to: "good", why: "its first 3 runs failed by spawn" });
  expect(await place.ok("service", "status")).toContain("reverted from bad back to good");
  expect(await place.ok("service", "logs")).toContain(
    "reverted from bad to good: its first 3 runs failed by spawn",
  );
  await place.until("the task's log has it", async () => (await place.ok("log", "c")).includes("wg retry c"));
  const notice = await place.until("it is told", () => fs.existsSync(told) && fs.readFileSync(told, "utf8"));
  expect(JSON.parse(notice)).toMatchObject({
    event: "needs-you",
    task: "a",
    text: "reverted from bad to good: its first 3 runs failed by spawn",
  });
  // The way on is as after an undo: nothing is promoted, and the person may insist.
  await add("d");
  expect(pointer()).toBe("good");
  await place.ok("profile", "use", "bad", "--no-check");
  await place.ok("config", "set", "failover.probation", "0", "--global");
  await add("e", "f", "g", "h");
  expect(pointer()).toBe("bad");
});

it("one run that gets to its work is enough to keep the switch", async () => {
  const endpoint = `[[llm_endpoints.endpoints]]\nname = "here"\nprovider = "oai-compat"\nurl = "${simulator.url}"\n`;
  const text = `[agent]\nmodel = "claude:opus"\n[tiers]\nsmall = "local:m"\n${endpoint}`;
  fs.writeFileSync(path.join(place.home, ".wg", "profiles", "mixed.toml"), text);
  await place.ok("profile", "use", "mixed", "--no-check");
  await add("a");
  await place.ok("add", "b", "--id", "b", "--tier", "small");
  expect(await ended("b")).toMatchObject({ status: "done" });
  await add("c", "d", "e");
  expect(pointer()).toBe("mixed");
  expect((await history())[0]).toMatchObject({ kind: "use", to: "mixed" });
});

it("tasks with a program or a model of their own say nothing of the switch", async () => {
  await place.ok("profile", "use", "bad", "--no-check");
  for (const id of ["a", "b", "c", "d"]) await place.ok("add", id, "--id", id, "--model", "claude:haiku");
  for (const id of ["a", "b", "c", "d"]) await ended(id);
  expect(pointer()).toBe("bad");
});

it("a switch that somebody has left meanwhile is not taken back", async () => {
  await place.ok("profile", "use", "bad", "--no-check");
  await add("a", "b");
  await place.ok("profile", "create", "other", "-m", "claude:sonnet");
  await place.ok("profile", "use", "other", "--no-check");
  await add("c");
  expect(pointer()).toBe("other");
});
