// The real CLIs in a worktree: they write there and nowhere else, report from within their sandbox, and it is merged.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Simulator, startSimulator } from "../../src/simulate/server.ts";
import { agentPrograms, modelOf, plannedKey } from "../support/agents.ts";
import { makeRepositoryPlace, type RepositoryPlace } from "../support/repository.ts";

let place: RepositoryPlace;
let simulator: Simulator;

beforeEach(async () => {
  // Outside /tmp, which Codex lets every workspace run write to.
  vi.stubEnv("TMPDIR", "/var/tmp");
  place = await makeRepositoryPlace({ SIM_KEY: plannedKey });
  simulator = await startSimulator();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await place.end();
  await simulator.close();
});

/** What tools answered, as the model got it. */
const answers = () =>
  simulator.requests.flatMap(({ toolResult }) => (toolResult === undefined ? [] : [toolResult]));

it.each([
  ["claude", "by the agent"],
  ["codex", "Do work"],
] as const)("%s writes in its worktree, says that it is done, and is merged", async (agent, subject) => {
  const outside = path.join(place.project, "outside");
  const steps = [
    { write: { path: "made.txt", text: "made" } },
    { shell: "pwd" },
    { shell: "git status --short" },
    { shell: "git add made.txt && git commit -qm 'by the agent' || echo cannot commit" },
    ...(agent === "codex" ? [{ shell: `echo x > '${outside}' || echo cannot write` }] : []),
    { shell: "echo x > later.txt; wg done work --summary 'said from within'" },
    { final: "closing words" },
  ];
  simulator.setScript({ rules: [{ match: { prompt: "Task work" }, steps }] });
  await place.ok("config", "set", `handlers.${agent}.command`, agentPrograms()[agent]);
  const route = `${agent}:${modelOf[agent]}`;
  await place.ok("profile", "create", "it", "-m", route, "-e", simulator.url, "--key-ref", "env:SIM_KEY");
  await place.ok("profile", "use", "it");
  await place.ok("add", "Do work", "--id", "work", "-d", "words");
  await place.start();
  const { task } = await place.untilState("work", "done");

  expect(task.summary).toBe("said from within");
  expect([place.read("made.txt"), place.read("later.txt")]).toEqual(["made", "x\n"]);
  expect(place.git("log", "--format=%s").split("\n")).toContain(subject);
  expect(place.git("status", "--porcelain")).toBe("");
  const said = answers().join("\n");
  expect(said).toContain(path.join(place.project, ".wg", "worktrees", "work"));
  expect(said).toContain("?? made.txt");
  expect(said.includes("cannot commit")).toBe(agent === "codex");
  expect(said.includes("cannot write")).toBe(agent === "codex");
  expect(fs.existsSync(outside)).toBe(false);
});
