// Work that is looked at by hand, and done again elsewhere, in a repository with a simulated server.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Simulator, startSimulator } from "../../src/simulate/server.ts";
import { playHere } from "../support/here.ts";
import { makeRepositoryPlace, type RepositoryPlace } from "../support/repository.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const seal = '`seal`: the text "(?<seal>\\w+)"';
const scored = (score: number, notes: string) =>
  JSON.stringify({
    ...{ seal: "{{match.seal}}", correctness: score, completeness: score, efficiency: score },
    ...{ style_adherence: score, downstream_usability: score, coordination_overhead: score },
    ...{ blocking_impact: score, notes },
  });
const evaluation = { prompt_pattern: `Score what it really did.*${seal}` };
const script = {
  rules: [
    { match: { model: "mute" }, steps: [{ final: "I would rather not say" }] },
    { match: { model: "kind", ...evaluation }, steps: [{ final: scored(0.9, "well done") }] },
    { match: evaluation, steps: [{ final: scored(0.4, "half of it is missing") }] },
    {
      match: { model: "other" },
      steps: [{ shell: "echo other > made.txt; wg add more; wg artifact work made.txt" }, { final: "done" }],
    },
    { steps: [{ shell: "echo first > made.txt" }, { final: "made made.txt" }] },
  ],
};

let simulator: Simulator;
let place: RepositoryPlace;

beforeEach(async () => {
  simulator = await startSimulator({ script });
  place = await makeRepositoryPlace({ KEY: "none" });
  for (const [name, worker, judge] of [
    ["main", "first", "strict"],
    ["judge", "first", "kind"],
    ["silent", "first", "mute"],
    ["elsewhere", "other", "strict"],
  ]) {
    const endpoint = `[[llm_endpoints.endpoints]]\nname = "e"\nprovider = "oai-compat"\nurl = "${simulator.url}"\n`;
    place.write(
      `../home/.wg/profiles/${name}.toml`,
      `[agent]\nmodel = "local:${worker}"\n[models.evaluator]\nmodel = "local:${judge}"\n${endpoint}api_key_ref = "env:KEY"\nis_default = true\n`,
    );
  }
  await place.ok("profile", "use", "main", "--no-check");
});
afterEach(async () => {
  await place.end();
  await simulator.close();
});

it("work that its gate has held is looked at again, taken as it is or repeated elsewhere, by hand", async () => {
  for (const id of ["work", "taken"]) await place.ok("add", "Make it", "--id", id, "--gate", "0.8");
  await place.ok("config", "set", "agency.gate_attempts", "0");
  await place.start();
  await place.untilState("work", "needs-you");
  await place.untilState("taken", "needs-you");

  const refused = await playHere(place, ["approve", "taken", "--budget", "3"]);
  expect(refused).toMatchObject({ status: 2, stderr: expect.stringContaining("waits for its gate") });
  const taken = await playHere(place, ["approve", "taken", "--json"]);
  expect(JSON.parse(taken.stdout)).toMatchObject({ task: { status: "done" }, target: "main" });
  expect(place.read("made.txt")).toBe("first\n");

  const mute = await place.wg("evaluate", "work", "--profile", "silent");
  expect(mute.status).toBe(1);
  expect(mute.stderr).toContain("evaluator gave no score: ");
  expect(mute.stderr).toContain("work stays needs-you: it could not be scored");
  await place.ok("service", "stop");

  const looked = JSON.parse(await place.ok("evaluate", "work", "--profile", "judge", "--json"));
  expect(looked).toMatchObject({ was: "needs-you", state: "done", score: { total: expect.closeTo(0.9) } });
  expect(place.git("branch", "--format=%(refname:short)")).toBe("main\n");

  const done = await place.task("work");
  const again = await place.wg("task", "rerun", "work", "--profile", "elsewhere", "--diff", "--json");
  expect(again.status, again.stderr).toBe(0);
  const { original, rerun, diff } = JSON.parse(again.stdout);
  expect(original.run).toMatchObject({ profile: "main", servedModels: ["first"] });
  expect(rerun.run).toMatchObject({
    ...{ profile: "elsewhere", servedModels: ["other"], subject: original.run.id },
    ...{ baseCommit: original.run.baseCommit, result: { outcome: "done" } },
  });
  expect([original.score.total, rerun.score.total]).toEqual([expect.closeTo(0.9), expect.closeTo(0.4)]);
  expect([original, rerun].map(({ files }) => files)).toEqual([
    [{ path: "made.txt", added: 1, removed: 0 }],
    [{ path: "made.txt", added: 1, removed: 0 }],
  ]);
  expect(diff).toContain("-first\n+other\n");

  const after = await place.task("work");
  expect(after.task).toEqual(done.task);
  expect(after).toMatchObject({ artifacts: [] });
  expect(JSON.parse(await place.ok("list", "--json")).tasks).toHaveLength(2);
  expect(place.read("made.txt")).toBe("first\n");
  expect(place.git("branch", "--format=%(refname:short)")).toBe("main\n");
  expect(place.git("worktree", "list").trim().split("\n")).toHaveLength(1);
});
