// The page of a task, and the listings of how work was scored, from a graph filled by hand: nothing runs.
import * as fs from "node:fs";
import * as path from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Scores } from "../../src/base/dimension.ts";
import { assignTask } from "../../src/graph/assignment.ts";
import { addEvaluation, type Evaluation } from "../../src/graph/evaluation.ts";
import { addLog } from "../../src/graph/log.ts";
import { addReviews } from "../../src/graph/review.ts";
import { addTask } from "../../src/graph/task.ts";
import { makeSeededPlace, type SeededPlace, seedRun } from "../support/seeded.ts";

const [first, second, evaluator, flip, judge] = [
  "r-20261123-130500-aaaaaa",
  "r-20261123-132000-bbbbbb",
  "r-20261123-132500-cccccc",
  "r-20261123-132600-dddddd",
  "r-20261123-132700-eeeeee",
];
const hash = "3f9a1c2e1122".padEnd(64, "0");
const utf8 = { LANG: "en_US.UTF-8" };
let place: SeededPlace;

beforeEach(() => {
  place = makeSeededPlace();
  const { graph, now } = place;
  addTask(graph, { title: "Read", id: "read" }, now);
  addTask(graph, { title: "Parse", id: "parse", needs: ["read"], gate: 0.8, description: "all of it" }, now);
  addTask(graph, { title: "Release", id: "release", needs: ["parse"] }, now);
});
afterEach(() => place.remove());

/** Two attempts at `parse`, the second judged by both roles and, for a comparison, by a third. */
function seedJudged(): void {
  const { graph, now } = place;
  const identity = { hash, name: "careful", text: "" };
  assignTask(
    graph,
    { task: "parse", identity: hash, name: "careful", by: "auto", reason: "the only one" },
    now,
  );
  const failed = { outcome: "failed", failure_class: "agent", failure_message: "no\ngood" } as const;
  seedRun(place, "parse", first, { plan: { identity }, ...failed });
  seedRun(place, "parse", second, {
    plan: { identity, attempt: 2 },
    base_commit: "a".repeat(40),
    head_commit: "b".repeat(40),
  });
  const haiku = {
    plan: { route: { handler: "claude", model: "haiku" } },
    served_models: '["claude-haiku-4-5"]',
  } as const;
  seedRun(place, "parse", evaluator, { role: "evaluator", subject: second, ...haiku });
  seedRun(place, "parse", flip, { role: "flip", subject: second, ...haiku });
  seedRun(place, "parse", judge, { role: "evaluator", subject: second, plan: { profile: "codex" } });
  say(evaluator, {
    total: 0.9,
    scores: { correctness: 0.9, style_adherence: 0.9 },
    notes: "right,\nand \u001b[2Jshort",
  });
  say(flip, { role: "flip", total: 0.5, scores: { intent_fidelity: 0.5 } });
  say(judge, { isJudge: true, total: 0.1, scores: { correctness: 0.1 } });
}

function say(byRun: string, more: Partial<Evaluation> & { scores?: Scores }): void {
  const { graph, now } = place;
  addEvaluation(
    graph,
    { task: "parse", run: second, byRun, role: "evaluator", scores: {}, notes: "", ...more },
    now,
  );
}

function expectPublished(verb: string, answer: unknown): void {
  const file = path.resolve(import.meta.dirname, `../../docs/schemas/${verb}.schema.json`);
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(
    JSON.parse(fs.readFileSync(file, "utf8")),
  );
  expect(validate(answer), JSON.stringify(validate.errors)).toBe(true);
}

describe("wg show", () => {
  it("has of a finished task who did it, on what, how that was scored, and by whom", async () => {
    seedJudged();
    const { stdout } = await place.wg("show parse");
    for (const line of [
      "identity  careful 3f9a1c2e1122, chosen by how agents were scored (the only one)",
      "profile   claude, revision 0123456789ab",
      "requested claude:opus",
      "served    claude-opus-5-5",
      "commits   aaaaaaaaaaaa..bbbbbbbbbbbb",
      "  total                  ########-- 0.77, below the gate of 0.8 by 0.033",
      "  style adherence        #########- 0.90",
      "  intent fidelity        #####----- 0.50",
      `  evaluator: claude:haiku -> claude-haiku-4-5 on claude, 2026-11-23T14:00:00Z, ${evaluator}`,
      "    and \\x1b[2Jshort",
      "  1 more, of other runs or that do not count: wg eval show parse",
      "depends on",
      "required by",
      `  ${first}  agent: no (and 1 more line)`,
    ]) {
      expect(stdout.split("\n")).toContain(line);
    }
    expect(stdout).toMatch(new RegExp(`^ {2}${second} {4}worker +done`, "m"));
    expect(stdout).toMatch(new RegExp(`^ {4}${flip} {2}flip +done`, "m"));
    expect(stdout).not.toContain("\u001b");
    expect(stdout).not.toContain("ran as");
  });

  it("says the same in JSON, as its schema has it", async () => {
    seedJudged();
    addReviews(place.graph, "parse", second, ["flip"]);
    const answer = await place.json("show parse");
    expectPublished("show", answer);
    expect(answer).toMatchObject({
      assignment: { identity: hash, by: "auto" },
      score: { run: second, total: expect.closeTo(0.7667, 3), scores: { intent_fidelity: 0.5 } },
      evaluations: [
        { byRun: evaluator, counts: true, by: { profile: "claude", route: "claude:haiku" } },
        { byRun: flip, counts: true },
        { byRun: judge, counts: false, isJudge: true },
      ],
      reviews: [{ run: second, role: "flip", tries: 0 }],
    });
    const fresh = await place.json("show release");
    expectPublished("show", fresh);
    expect(Object.keys(fresh)).not.toContain("score");
  });

  it("draws bars and colours at a terminal that has them, no wider than it is", async () => {
    seedJudged();
    const shown = async (env: Record<string, string>) =>
      (await place.wg("show parse", { columns: 80, env })).stdout;
    expect(await shown(utf8)).toContain("\u001b[31m████████░░ 0.77\u001b[0m");
    const plain = await shown({ ...utf8, NO_COLOR: "1" });
    expect(plain).toContain("████████░░ 0.77");
    expect(plain).not.toContain("\u001b");
    expect(Math.max(...plain.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(await shown({ LANG: "C" })).toContain("########-- 0.77");
    expect(await shown({ ...utf8, LC_ALL: "C" })).toContain("########-- 0.77");
    expect((await place.wg("show parse", { env: utf8 })).stdout).toContain("########-- 0.77");
  });

  it("shows of a task that never ran what there is, and of a long log and long notes the end and the way to the rest", async () => {
    const { graph, now } = place;
    const fresh = (await place.wg("show release")).stdout;
    expect(fresh).toContain("status    blocked");
    for (const absent of ["requested", "evaluation", "runs", "identity"]) expect(fresh).not.toContain(absent);
    for (let entry = 0; entry < 100; entry++)
      addLog(graph, "release", { by: "user", message: `word ${entry}` }, now);
    addLog(graph, "release", { by: "user", message: "many\n".repeat(50) }, now);
    const log = (await place.wg("show release")).stdout;
    expect(log).toContain("71 earlier: wg log release");
    expect(log).not.toContain("word 70\n");
    expect(log).toContain("word 71\n");
    expect(log).toContain("more lines: wg log release)");
    seedRun(place, "parse", second);
    say(evaluator, { total: 1, scores: { correctness: 1 }, notes: "note\n".repeat(99) });
    expect((await place.wg("show parse")).stdout).toContain("(and 80 more lines: wg eval show parse)");
  });

  it("names an earlier attempt that was scored, whom an attempt was where that has changed, and what is still to come", async () => {
    seedJudged();
    const identity = { hash: "9".repeat(64), name: "quick", text: "" };
    seedRun(place, "parse", "r-20261123-135000-ffffff", { plan: { identity, attempt: 3 }, arm: "canary" });
    addReviews(place.graph, "parse", "r-20261123-135000-ffffff", ["evaluator"]);
    const { stdout } = await place.wg("show parse");
    expect(stdout).toContain("ran as    quick 999999999999");
    expect(stdout).toContain("revision 0123456789ab, as the canary");
    expect(stdout).toContain(`evaluation of an earlier attempt, ${second}`);
    expect(stdout).toContain("  evaluator is still to look at it\n");
  });

  it("adds up by the weights of the settings, by the defaults where those are broken, and makes no score of no answer", async () => {
    seedJudged();
    fs.writeFileSync(path.join(place.root, ".wg", "config.toml"), "agency = [");
    const { stdout, stderr } = await place.wg("show parse");
    expect(stdout).toContain("0.77, below");
    expect(stderr).toContain("default weights");
    fs.writeFileSync(path.join(place.root, ".wg", "config.toml"), "[agency.weights]\nintent_fidelity = 0\n");
    expect((await place.wg("show parse")).stdout).toContain("0.90, passes the gate of 0.8");
    say("r-20261123-132800-ffffff", { problem: "no JSON" });
    expect((await place.wg("show parse")).stdout).toContain("no score, since evaluator gave none");
  });
});

describe("wg eval", () => {
  it("show tells every word run by run, with weights, and what does not count", async () => {
    seedJudged();
    const { stdout } = await place.wg("eval show parse");
    expect(stdout).toContain(
      `worker ${second}: attempt 2 on claude@0123456789ab, claude:opus -> claude-opus-5-5`,
    );
    expect(stdout).toMatch(/^ {2}correctness +#########- 0\.90 {2}weighs 0\.3$/m);
    expect(stdout).toMatch(
      /what does not count:\n {4}evaluator \(comparison\): .* on codex.*\n {6}total 0\.10: correctness 0\.10/,
    );
    const answer = await place.json("eval show parse");
    expectPublished("eval-show", answer);
    expect(answer).toMatchObject({
      task: "parse",
      weights: { correctness: 0.3 },
      runs: [
        {
          run: second,
          kind: "worker",
          on: { attempt: 2 },
          evaluations: [{ counts: true }, {}, { counts: false }],
        },
      ],
      reviews: [],
    });
  });

  it("show says where nothing was said yet, and refuses what is no task", async () => {
    expect(await place.wg("eval show parse")).toMatchObject({
      status: 0,
      stdout: "",
      stderr: "the work of parse was not evaluated yet\n",
    });
    addReviews(place.graph, "parse", second, ["evaluator"]);
    expect((await place.wg("eval show parse")).stderr).toBe("evaluator is still to look at it\n");
    expect(await place.wg("eval show pars")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("parse"),
    });
  });

  it("list has the latest first, and as many of them as are asked for", async () => {
    expect(await place.wg("eval list")).toMatchObject({ status: 0, stderr: "nothing was evaluated yet\n" });
    seedJudged();
    const rows = async (line: string) => {
      const answer = await place.json(`eval list ${line}`.trim());
      expectPublished("eval-list", answer);
      return (answer["evaluations"] as Evaluation[]).map(({ byRun }) => byRun);
    };
    expect(await rows("")).toEqual([judge, flip, evaluator]);
    expect(await rows("--role flip")).toEqual([flip]);
    expect(await rows("--below 0.7")).toEqual([judge, flip]);
    expect(await rows("--task read")).toEqual([]);
    expect(await rows("--since 2026-11-24")).toEqual([]);
    expect(await rows("--since 2026-11-01 --limit 1")).toEqual([judge]);
    const { stdout, stderr } = await place.wg("eval list --limit 2");
    expect(stdout).toMatch(/^TASK +RUN +ROLE +TOTAL +JUDGE +WHEN$/m);
    expect(stdout).toMatch(
      new RegExp(`^parse +${second} +flip +0\\.50 +claude:haiku -> claude-haiku-4-5 on claude +2026`, "m"),
    );
    expect(stderr).toContain("--limit 10 shows more");
  });

  it.each([
    ["eval", 2],
    ["eval list --below 2", 2],
    ["eval list --below x", 2],
    ["eval list --role worker", 2],
    ["eval list --since yesterday", 2],
    ["eval list --limit 0", 2],
    ["eval list --task nope", 1],
    ["eval list parse", 2],
    ["eval show", 2],
    ["eval frobnicate", 2],
  ])("wg %s is refused with %i", async (line, status) => {
    expect(await place.wg(line)).toMatchObject({ status, stdout: "" });
  });
});
