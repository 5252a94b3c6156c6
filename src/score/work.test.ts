// What counts as the score of a run's work: the latest word of each role, weighed together.
import { expect, it } from "vitest";
import { defaultWeights } from "../base/dimension.ts";
import type { Evaluation } from "../graph/evaluation.ts";
import { scoredWork } from "./work.ts";

const weights = { ...defaultWeights, correctness: 3, intent_fidelity: 1 };

function evaluation(byRun: string, more: Partial<Evaluation>): Evaluation {
  return { task: "a", run: "r-1", byRun, role: "evaluator", at: "", scores: {}, notes: "", ...more };
}

const good = evaluation("r-2", { total: 0.8, scores: { correctness: 0.8 } });
const flip = evaluation("r-3", { role: "flip", total: 0.4, scores: { intent_fidelity: 0.4 } });

it("evaluator and flip make one total by their weights", () => {
  const [work] = scoredWork([flip, good], weights);
  expect(work?.counting).toEqual([good, flip]);
  expect(work?.scores).toEqual({ correctness: 0.8, intent_fidelity: 0.4 });
  expect(work?.total).toBeCloseTo(0.7, 10);
});

it("the latest word of a role counts, and a comparison's judge never", () => {
  const later = evaluation("r-4", { total: 0.2, scores: { correctness: 0.2 } });
  const judge = evaluation("r-5", { isJudge: true, total: 1, scores: { correctness: 1 } });
  expect(scoredWork([good, later, judge], weights)).toEqual([
    { run: "r-1", counting: [later], scores: { correctness: 0.2 }, total: 0.2 },
  ]);
  expect(scoredWork([judge], weights)).toEqual([{ run: "r-1", counting: [], scores: {} }]);
});

it("no score is no total, whatever was said before and whatever the other says", () => {
  const silent = evaluation("r-4", { problem: "no JSON" });
  expect(scoredWork([good, flip, silent], weights)[0]).not.toHaveProperty("total");
  expect(
    scoredWork([good, evaluation("r-3", { role: "flip", problem: "no JSON" })], weights)[0],
  ).not.toHaveProperty("total");
  expect(scoredWork([flip], weights)[0]?.total).toBe(0.4);
});

it("each judged run stands for itself, in order", () => {
  const other = evaluation("r-6", { run: "r-5", total: 1, scores: { correctness: 1 } });
  expect(scoredWork([good, other], weights).map(({ run, total }) => [run, total])).toEqual([
    ["r-1", 0.8],
    ["r-5", 1],
  ]);
});
