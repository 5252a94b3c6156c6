// Which profile does the best work, over simulated populations whose truth is known.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { projectAt } from "../../src/base/home.ts";
import { closeGraph, createGraph, type Graph } from "../../src/graph/database.ts";
import { comparisonOf } from "../../src/score/compare.ts";
import { measures } from "../../src/score/difference.ts";
import { observe } from "../../src/score/observed.ts";
import { populate, seeded, simulatedWork, type Truth } from "../support/population.ts";

const claude: Truth = { profile: "claude", tasks: 1000, doneRate: 0.9, score: 0.84 };
const codex: Truth = { ...claude, profile: "codex" };
const now = new Date("2026-11-23T12:00:00.000Z");

function told(truths: readonly Truth[], seed: number) {
  const random = seeded(seed);
  return comparisonOf(
    truths.map((truth) => simulatedWork(truth, random)),
    measures,
  );
}

describe("of 2,000 runs", () => {
  it("the better profile is named, whichever it is", () => {
    for (let seed = 1; seed <= 10; seed++) {
      const better = { ...codex, score: 0.9 };
      expect(told([claude, better], seed)).toMatchObject({ verdict: "better", better: "codex" });
      expect(told([better, claude], seed)).toMatchObject({ verdict: "better", better: "codex" });
    }
  });

  it("none is named where none is better", () => {
    for (let seed = 1; seed <= 10; seed++) {
      expect(told([claude, codex], seed)).toMatchObject({ verdict: "no difference shown" });
    }
  });

  it("one that is scored better and one that brings more to done are both named", () => {
    const [careful, eager] = [
      { ...claude, score: 0.9, doneRate: 0.8 },
      { ...codex, doneRate: 0.95 },
    ];
    expect(told([careful, eager], 1)).toMatchObject({ verdict: "each in one" });
  });
});

describe("in a graph", () => {
  let folder: string;
  let graph: Graph;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "wg-compare-"));
    graph = createGraph(projectAt(folder));
  });
  afterEach(() => {
    closeGraph(graph);
    fs.rmSync(folder, { recursive: true });
  });

  const compared = (truths: readonly Truth[]) => {
    const random = seeded(7);
    populate(
      graph,
      truths.map((truth) => simulatedWork(truth, random)),
      now,
    );
    const observed = observe(graph, { role: "worker" });
    return comparisonOf(
      observed.map(({ work }) => work),
      measures,
    );
  };

  it("the better profile of 2,000 runs is named", () => {
    const { verdict, better, pairs } = compared([claude, { ...codex, score: 0.9 }]);
    expect([verdict, better]).toEqual(["better", "codex"]);
    expect(pairs[0]?.differences[1]).toMatchObject({ measure: "done", tasks: { a: 1000, b: 1000 } });
  });

  it("none of 2,000 runs is named where none is better", () => {
    expect(compared([claude, codex])).toMatchObject({ verdict: "no difference shown" });
  });
});
