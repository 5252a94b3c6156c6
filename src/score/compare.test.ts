// What is told of profiles, from works made by hand: named, even, too thin, and what it would take.
import { describe, expect, it } from "vitest";
import { comparisonOf } from "./compare.ts";
import { differenceBy, measures, type Work } from "./difference.ts";

/** So many tasks, all done, scored in turn by these. */
function work(profile: string, tasks: number, scores: readonly number[], more: Partial<Work> = {}): Work {
  const ids = Array.from({ length: tasks }, (_, index) => `${more.reruns ? "t" : profile}-${index}`);
  return {
    profile,
    done: new Map(ids.map((id) => [id, true])),
    scores: new Map(ids.map((id, index) => [id, scores[index % scores.length] ?? 0])),
    reruns: new Set(),
    ...more,
  };
}

const mixed = [0.6, 0.7, 0.8, 0.9, 1];
const low = mixed.map((score) => score - 0.2);

describe("two profiles", () => {
  it("the better one is named, whichever comes first", () => {
    const [a, b] = [work("a", 200, mixed), work("b", 200, low)];
    expect(comparisonOf([a, b], measures)).toMatchObject({ verdict: "better", better: "a" });
    expect(comparisonOf([b, a], measures)).toMatchObject({ verdict: "better", better: "a" });
  });

  it("with few tasks are too thin to tell, however far apart", () => {
    const { verdict, pairs } = comparisonOf([work("a", 9, [1]), work("b", 200, [0.1])], ["evaluation"]);
    expect(verdict).toBe("too thin to tell");
    expect(pairs[0]?.differences[0]?.more?.a).toBeGreaterThan(0);
  });

  it("of which one did nothing are too thin to tell", () => {
    const { pairs } = comparisonOf([work("a", 500, mixed), work("b", 0, [])], measures);
    expect(pairs[0]).toMatchObject({ verdict: "too thin to tell" });
    expect(pairs[0]?.differences[0]).not.toHaveProperty("estimate");
  });

  it("with the same scores on many tasks show no difference, and nothing more is wanted", () => {
    const { pairs } = comparisonOf([work("a", 400, mixed), work("b", 400, mixed)], measures);
    expect(pairs[0]).toMatchObject({ verdict: "no difference shown" });
    for (const each of pairs[0]?.differences ?? []) expect(each).not.toHaveProperty("more");
  });

  it("tell when there are about as many more as was said", () => {
    const error = 0.005;
    const few = differenceBy("evaluation", work("a", 30, mixed), work("b", 30, mixed), error);
    expect(few.verdict).toBe("too thin to tell");
    const { a, b } = few.more ?? { a: 0, b: 0 };
    const enough = differenceBy("evaluation", work("a", 30 + a, mixed), work("b", 30 + b, mixed), error);
    expect(enough.verdict).toBe("no difference shown");
    const half = Math.floor((30 + a) / 3);
    expect(differenceBy("evaluation", work("a", half, mixed), work("b", half, mixed), error).verdict).toBe(
      "too thin to tell",
    );
  });

  it("of which one is scored better and the other brings more to done are each named in one", () => {
    const b = work("b", 300, low);
    const a = work("a", 300, mixed, {
      done: new Map([...b.done].map(([task], index) => [task, index % 2 === 0])),
    });
    expect(comparisonOf([a, b], measures)).toMatchObject({ verdict: "each in one" });
  });
});

describe("tasks that both did because one was a rerun", () => {
  // Tasks differ by far more than the profiles do.
  const hard = Array.from({ length: 40 }, (_, index) => (index % 10) / 10);
  const reruns = new Set(hard.map((_, index) => `t-${index}`));
  const a = work("a", 40, hard, { reruns: new Set() });
  const b = work(
    "b",
    40,
    hard.map((score) => score + 0.09),
    { reruns },
  );

  it("are compared one by one, where that tells more", () => {
    const found = differenceBy("evaluation", a, b, 0.005);
    expect(found).toMatchObject({
      samples: "same tasks",
      verdict: "better",
      better: "b",
      tasks: { a: 40, b: 40 },
    });
    expect(found.estimate?.value).toBeCloseTo(-0.09, 9);
  });

  it("are not taken for pairs when one profile only went on with the other's task", () => {
    const found = differenceBy("evaluation", a, { ...b, reruns: new Set() }, 0.005);
    expect(found).toMatchObject({ samples: "different tasks", verdict: "too thin to tell" });
  });
});

describe("several profiles", () => {
  const [best, even, worst] = [work("a", 300, mixed), work("b", 300, mixed), work("c", 300, low)];

  it("the best is better than every other", () => {
    expect(comparisonOf([worst, best, work("d", 300, low)], measures)).toMatchObject({
      verdict: "better",
      better: "a",
    });
  });

  it("without a best, what holds between the foremost is told", () => {
    const told = comparisonOf([best, even, worst], measures);
    expect(told).toMatchObject({ verdict: "no difference shown" });
    expect(told).not.toHaveProperty("better");
  });

  it("share one error: the more there are, the wider each interval", () => {
    const width = (works: readonly Work[]) => {
      const { low: from, high: to } = comparisonOf(works, measures).pairs[0]?.differences[0]?.estimate ?? {
        low: 0,
        high: 0,
      };
      return to - from;
    };
    expect(width([best, even, worst])).toBeGreaterThan(width([best, even]));
  });

  it("one alone, or none, is nothing to tell of", () => {
    expect(comparisonOf([best], measures)).toEqual({ verdict: "too thin to tell", pairs: [] });
    expect(comparisonOf([], measures)).toEqual({ verdict: "too thin to tell", pairs: [] });
  });
});
