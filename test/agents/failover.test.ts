// The whole way with the real CLIs: one is turned away, the other carries the task, and the first comes back by itself.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Simulator, startSimulator } from "../../src/simulate/server.ts";
import { type Agent, agentPrograms, plannedKey } from "../support/agents.ts";
import { makeServicePlace, type ServicePlace } from "../support/service.ts";

interface RunJson {
  profile: string;
  route: string;
  failover?: { from: string; why: string };
  result?: { outcome: string; failure?: { class: string; resetsAt?: string } };
}

const providers = { claude: "anthropic", codex: "openai" } as const;
const routes = { claude: "claude:opus", codex: "codex:gpt-5.5" } as const;

/** 4.7 days. Codex, which sits out a retry-after for a minute before it is told to stop, has a word of its own for it. */
const quotaOf = { claude: { retry_after: 406_080 }, codex: { type: "usage_limit_reached" } } as const;

let place: ServicePlace;
let simulator: Simulator;

beforeEach(async () => {
  // Outside /tmp, which Codex lets every workspace run write to.
  vi.stubEnv("TMPDIR", "/var/tmp");
  place = await makeServicePlace({ SIM_KEY: plannedKey });
  simulator = await startSimulator();
  const programs = agentPrograms();
  for (const agent of ["claude", "codex"] as const) {
    await place.ok("config", "set", `handlers.${agent}.command`, programs[agent]);
    const server = ["-e", simulator.url, "--key-ref", "env:SIM_KEY"];
    await place.ok("profile", "create", `by-${agent}`, "-m", routes[agent], ...server);
  }
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await place.end();
  await simulator.close();
});

const runsOf = async (task: string): Promise<RunJson[]> =>
  JSON.parse(await place.ok("show", task, "--json")).runs;
const done = (task: string) =>
  place.until(`${task} is done`, async () => {
    const { task: found, runs } = JSON.parse(await place.ok("show", task, "--json"));
    return found.status === "done" && (runs as RunJson[]);
  });

it.each<[Agent, Agent, number, string]>([
  ["claude", "codex", 429, "quota"],
  ["codex", "claude", 429, "quota"],
  ["claude", "codex", 401, "auth"],
  ["codex", "claude", 401, "auth"],
])("when %s is turned away, %s carries the task (%i, %s)", async (one, other, status, failure) => {
  await place.ok("profile", "set", `by-${one}`, "fallback", `by-${other}`);
  await place.ok("profile", "use", `by-${one}`);
  const ends = { steps: [{ final: "carried" }] };
  const fault = { status, ...(status === 429 && quotaOf[one]) };
  simulator.setScript({ rules: [{ match: { provider: providers[one] }, fault }, ends] });
  await place.start("--max-agents", "1");
  await place.ok("add", "work", "--id", "work");
  const [first, second] = await done("work");
  expect(first).toMatchObject({ profile: `by-${one}`, result: { failure: { class: failure } } });
  expect(second).toMatchObject({
    profile: `by-${other}`,
    route: routes[other],
    failover: { from: `by-${one}`, why: failure },
    result: { outcome: "done" },
  });
  expect((await place.wg("profile", "current")).stderr).toContain(`running on by-${other}`);

  // It has rested, and answers again.
  simulator.setScript({ rules: [ends] });
  const folder = path.join(place.home, ".wg", "cooling");
  for (const name of fs.readdirSync(folder)) {
    const file = path.join(folder, name);
    const kept = JSON.parse(fs.readFileSync(file, "utf8"));
    fs.writeFileSync(file, JSON.stringify({ ...kept, until: new Date(Date.now() - 1).toISOString() }));
  }
  await place.ok("add", "back", "--id", "back");
  await done("back");
  expect((await runsOf("back")).map(({ profile }) => profile)).toEqual([`by-${one}`]);
  expect(fs.existsSync(folder)).toBe(false);
});
