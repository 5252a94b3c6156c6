// One judge for all of a comparison, in the running program: what is asked, kept, asked no second time, and counted nowhere else.
import { afterAll, beforeAll, expect, it } from "vitest";
import { projectAt } from "../../src/base/home.ts";
import { closeGraph, openGraph } from "../../src/graph/database.ts";
import { evaluationsOf } from "../../src/graph/evaluation.ts";
import { addReviews, reviewsOf } from "../../src/graph/review.ts";
import { listRuns } from "../../src/graph/run.ts";
import type { Rule } from "../../src/simulate/script.ts";
import { type Simulator, startSimulator } from "../../src/simulate/server.ts";
import { makeServicePlace, type ServicePlace } from "../support/service.ts";

let place: ServicePlace;
let simulator: Simulator;

const dimensions =
  "correctness completeness efficiency style_adherence downstream_usability coordination_overhead blocking_impact";

/** Scores work on a task whose title holds the word. */
function scoring(word: string, score: number): Rule {
  const scores = Object.fromEntries(dimensions.split(" ").map((name) => [name, score]));
  return {
    match: { prompt_pattern: `Score what it really did.*${word}.*\`seal\`: the text "(?<seal>\\w+)"` },
    steps: [{ final: JSON.stringify({ seal: "{{match.seal}}", ...scores, notes: "as it is" }) }],
  };
}

beforeAll(async () => {
  place = await makeServicePlace();
  simulator = await startSimulator();
  simulator.setScript({ rules: [scoring("fine", 0.9), scoring("poor", 0.4)] });
  for (const name of ["one", "two", "judge"]) {
    await place.ok("profile", "create", name, "-m", `local:${name}`, "-e", simulator.url);
  }
  for (const [profile, word] of [
    ["one", "fine"],
    ["two", "poor"],
  ] as const) {
    await place.ok("profile", "use", profile, "--no-check");
    if (profile === "one") await place.start();
    for (const number of [1, 2]) {
      await place.ok("add", `${word} ${number}`, "--id", `${word}-${number}`, "--exec", "true");
    }
    await place.until(`${profile} is done`, async () =>
      JSON.parse(await place.ok("list", "--json")).tasks.every(
        ({ status }: { status: string }) => status === "done",
      ),
    );
  }
  await place.ok("service", "stop");
});
afterAll(async () => {
  await place.end();
  await simulator.close();
});

const compare = (...more: string[]) =>
  place.wg("profile", "compare", "one", "two", "--judge", "judge", ...more);
const scored = (stdout: string) =>
  JSON.parse(stdout).profiles.map(
    ({ evaluation }: { evaluation?: { value: number; tasks: number } }) =>
      evaluation && [evaluation.value, evaluation.tasks],
  );

it("one judge scores a sample of each, once, and only after a yes", async () => {
  const unasked = await compare();
  expect(unasked).toMatchObject({ status: 4 });
  expect(unasked.stderr).toMatch(
    /local:judge of judge is to judge 4 runs \(2 of one, 2 of two\): what that costs is not known/,
  );
  expect(unasked.stderr).toMatch(/nothing was judged: nobody could be asked/);

  const first = await compare("--sample", "1", "--yes", "--json");
  expect(first, first.stderr).toMatchObject({ status: 0 });
  expect(scored(first.stdout)).toEqual([
    [expect.closeTo(0.9), 1],
    [expect.closeTo(0.4), 1],
  ]);
  expect(JSON.parse(first.stdout)).toMatchObject({ judge: "judge", judged: 2, verdict: "too thin to tell" });

  // The rest, and then nothing more.
  const second = await compare("--yes");
  expect(second).toMatchObject({ status: 0, stdout: expect.stringContaining("local:judge") });
  expect(second.stderr).toMatch(/1 of 2 {2}r-\S+ of one: 0.90\n2 of 2 {2}r-\S+ of two: 0.40/);
  expect(JSON.parse((await compare("--json")).stdout)).toMatchObject({ judged: 0 });

  // It was said for comparisons alone.
  const without = await place.wg("profile", "compare", "one", "two", "--json");
  expect(scored(without.stdout)).toEqual([undefined, undefined]);
  expect(JSON.parse(without.stdout).caveats).toMatchObject([
    { kind: "not scored" },
    { kind: "different tasks" },
  ]);
});

it("what was asked for of others stays asked for, and a judge that cannot work is said at once", async () => {
  const graph = openGraph(projectAt(place.project));
  try {
    const [run] = listRuns(graph, { task: "fine-1" });
    if (run === undefined) throw new Error("fine-1 has not run");
    addReviews(graph, "fine-1", run.id, ["evaluator"]);
    const other = await place.wg("profile", "compare", "one", "--judge", "two", "--yes");
    expect(other).toMatchObject({ status: 0, stdout: expect.stringContaining("local:two") });
    expect(reviewsOf(graph, "fine-1")).toHaveLength(1);
    expect(evaluationsOf(graph, "fine-1").at(-1)).toMatchObject({
      isJudge: true,
      total: expect.closeTo(0.9),
    });
  } finally {
    closeGraph(graph);
  }
  await place.ok("profile", "create", "gone", "-m", "local:gone", "-e", "http://127.0.0.1:1");
  const failed = await place.wg("profile", "compare", "--judge", "gone", "--yes");
  expect(failed).toMatchObject({ status: 1 });
  expect(failed.stderr).toMatch(/the judge could not look: /);
});
