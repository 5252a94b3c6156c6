// Budgets over real agents: Claude is stopped between its turns, Codex, which tells its tokens at the end, is not started again.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Simulator, startSimulator } from "../../src/simulate/server.ts";
import { type Agent, agentPrograms, plannedKey } from "../support/agents.ts";
import { makeServicePlace, type ServicePlace } from "../support/service.ts";

let place: ServicePlace;
let simulator: Simulator;

beforeEach(async () => {
  // Outside /tmp, which Codex lets every workspace run write to.
  vi.stubEnv("TMPDIR", "/var/tmp");
  place = await makeServicePlace({ SIM_KEY: plannedKey });
  simulator = await startSimulator();
  simulator.setScript({
    rules: [
      {
        usage: { input: 100_000, output: 0 },
        steps: [{ shell: "echo one" }, { shell: "echo two" }, { shell: "echo three" }, { final: "done" }],
      },
    ],
  });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await place.end();
  await simulator.close();
});

const shown = async (id: string) => JSON.parse(await place.ok("show", id, "--json"));

/** Ready to work on this agent, at ten dollars a million tokens: an answer is a dollar. */
async function workOn(agent: Agent): Promise<void> {
  await place.ok("config", "set", `handlers.${agent}.command`, agentPrograms()[agent]);
  const route = agent === "claude" ? "claude:claude-opus-5-5" : "codex:gpt-5.5";
  const server = ["-e", simulator.url, "--key-ref", "env:SIM_KEY"];
  await place.ok("profile", "create", "here", "-m", route, ...server);
  await place.ok("profile", "use", "here", "--no-check");
  const model = agent === "claude" ? "claude-opus-5-5" : "gpt-5.5";
  await place.ok("config", "set", `prices."${model}"`, "{ input = 10, output = 10 }");
  await place.ok("config", "set", "budget.task", "1.5");
  await place.start();
  await place.ok("add", "talk", "--id", "talk");
}

it("claude is stopped after the tool of the turn that reached it", async () => {
  await workOn("claude");
  const task = await place.until("it is held", async () => {
    const { task } = await shown("talk");
    return task.hold?.kind === "budget" && task;
  });
  expect(task.hold.reason).toMatch(/^\$2\.00 spent, and a task may cost \$1\.50; /);
  const { runs } = await shown("talk");
  expect(runs).toMatchObject([{ result: { outcome: "failed", failure: { class: "budget" } } }]);
  const asked = simulator.requests.filter(({ model }) => model?.includes("opus"));
  expect(asked.length).toBeLessThanOrEqual(3);
});

it("codex ends its run, and its next is not started", async () => {
  await workOn("codex");
  await place.until("it is done", async () => (await shown("talk")).task.status === "done");
  await place.ok("retry", "talk");
  const task = await place.until("it is held", async () => {
    const { task } = await shown("talk");
    return task.hold?.kind === "budget" && task;
  });
  expect(task.hold.reason).toMatch(/^\$4\.00 spent, and a task may cost \$1\.50; /);
  expect((await shown("talk")).runs).toHaveLength(1);
});
