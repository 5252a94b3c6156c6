// The whole way with the real CLIs: a switch while one works, each reporting by `wg` from inside its own run.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Simulator, startSimulator } from "../../src/simulate/server.ts";
import { agentPrograms, plannedKey, plannedKeyMark } from "../support/agents.ts";
import { makeServicePlace, type ServicePlace } from "../support/service.ts";

interface RunJson {
  task: string;
  profile: string;
  revision: string;
  route: string;
  servedModels: string[];
  resolvedModel?: string;
  result?: { outcome: string; failure?: { message: string } };
}

let place: ServicePlace;
let simulator: Simulator;

beforeEach(async () => {
  // Outside /tmp, which Codex lets every workspace run write to.
  vi.stubEnv("TMPDIR", "/var/tmp");
  place = await makeServicePlace({ SIM_KEY: plannedKey });
  simulator = await startSimulator();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await place.end();
  await simulator.close();
});

it("a switch moves what starts next and leaves what runs, and agents report from inside their sandboxes", async () => {
  const programs = agentPrograms();
  const report = [
    'wg log "$WG_TASK" "at work as $WG_MODEL in run $WG_RUN"',
    'echo made > "$WG_TASK.txt"',
    'wg artifact "$WG_TASK" "$WG_TASK.txt"',
    'wg done "$WG_TASK" --summary "said by the agent"',
  ].join(" && ");
  simulator.setScript({
    rules: [{ steps: [{ shell: report }, { shell: "true", delay_ms: 4000 }, { final: "closing words" }] }],
  });
  for (const agent of ["claude", "codex"] as const) {
    await place.ok("config", "set", `handlers.${agent}.command`, programs[agent]);
    const route = agent === "claude" ? "claude:opus" : "codex:gpt-5.5";
    await place.ok(
      ...["profile", "create", `by-${agent}`, "-m", route],
      ...["-e", simulator.url, "--key-ref", "env:SIM_KEY"],
    );
  }
  await place.ok("profile", "use", "by-claude");
  await place.start();
  await place.ok("add", "first");
  await place.until("the first task has reported", async () =>
    (await place.ok("log", "first")).includes("at work as claude:opus"),
  );

  await place.ok("profile", "use", "by-codex");
  await place.ok("add", "second");
  await place.until("both are done", async () => {
    const { tasks } = JSON.parse(await place.ok("list", "--json"));
    return tasks.every((task: { status: string }) => task.status === "done");
  });

  const { runs }: { runs: RunJson[] } = JSON.parse(await place.ok("runs", "--json"));
  const [first, second] = ["first", "second"].map((task) => runs.find((run) => run.task === task));
  expect(runs).toHaveLength(2);
  expect(first).toMatchObject({
    profile: "by-claude",
    route: "claude:opus",
    resolvedModel: "claude-opus-5-5",
    servedModels: ["claude-opus-5-5"],
    result: { outcome: "done" },
  });
  expect(second).toMatchObject({
    profile: "by-codex",
    route: "codex:gpt-5.5",
    resolvedModel: "gpt-5.5",
    servedModels: [],
    result: { outcome: "done" },
  });
  expect(first?.revision).not.toBe(second?.revision);
  expect(await place.ok("log", "second")).toContain("at work as codex:gpt-5.5");
  for (const task of ["first", "second"]) expect(await place.ok("artifact", task)).toContain(`${task}.txt`);
  const asked = simulator.requests.filter((seen) => seen.model !== undefined);
  expect(new Set(asked.map((seen) => `${seen.provider} ${seen.model} ${seen.key}`))).toEqual(
    new Set([`anthropic claude-opus-5-5 ${plannedKeyMark}`, `openai gpt-5.5 ${plannedKeyMark}`]),
  );
});
