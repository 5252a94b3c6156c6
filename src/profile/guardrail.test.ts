// Guardrails: a little grammar that says where it was left, and figures that break one or do not.
import { describe, expect, it } from "vitest";
import { breachOf, breachText, guardrailText, type Measured, parseGuardrail } from "./guardrail.ts";

describe("a guardrail", () => {
  it.each([
    ["score < -0.1", { figure: "score", limit: -0.1 }],
    ["  score<-.25 ", { figure: "score", limit: -0.25 }],
    ["score < 0", { figure: "score", limit: 0 }],
    ["failures > 0.2", { figure: "failures", limit: 0.2 }],
    ["failures>0", { figure: "failures", limit: 0 }],
  ])("%j is read, and is the same when what it is shown as is read again", (text, rule) => {
    expect(parseGuardrail(text)).toEqual(rule);
    expect(parseGuardrail(guardrailText(parseGuardrail(text)))).toEqual(rule);
  });

  it.each([
    ["", "at character 1 there should be score or failures"],
    ["cost > 3", 'at character 1 there should be score or failures, not "cost"'],
    ["Score < -0.1", 'not "Score"'],
    ["score", "at character 6 there should be < after score"],
    ["score > -0.1", "at character 7 there should be < after score, not >"],
    ["score <= -0.1", "at character 7 there should be < after score, not <="],
    ["failures < 0.1", "at character 10 there should be > after failures, not <"],
    ["score <", "at character 8 there should be a number"],
    ["score < ten", "at character 9 there should be a number"],
    ["score < --1", "at character 9 there should be a number"],
    ["score < -0.1 and failures > 0.2", "at character 14 there should be nothing more"],
    ["score < -10%", "at character 12 there should be nothing more"],
    ["score < 0.1", "at character 9 there should be a number from -1 to 0"],
    ["score < -2", "a number from -1 to 0"],
    ["failures > 20", "a number from 0 to below 1"],
    ["failures > -0.1", "a number from 0 to below 1"],
    ["score < 1e-3", "there should be nothing more"],
  ])("%j is refused with its place", (text, message) => {
    expect(() => parseGuardrail(text)).toThrowError(message);
  });
});

describe("figures", () => {
  const arm = (more: Partial<Measured> = {}): Measured => ({
    ...{ ended: 20, failureRate: 0.1, scored: 20, score: 0.8 },
    ...more,
  });
  const rules = ["score < -0.1", "failures > 0.2"].map(parseGuardrail);
  const look = (canary: Partial<Measured>, main: Partial<Measured> = {}, least = 10) =>
    breachOf(rules, { canary: arm(canary), main: arm(main) }, least);

  it("break a guardrail only beyond its limit", () => {
    expect(look({ score: 0.7 })).toBeUndefined();
    expect(look({ score: 0.69 })?.rule.figure).toBe("score");
    expect(look({ failureRate: 0.3 })).toBeUndefined();
    expect(look({ failureRate: 0.31 })?.rule.figure).toBe("failures");
  });

  it("are compared with the other arm: what is bad on both breaks nothing", () => {
    expect(look({ score: 0.2, failureRate: 0.9 }, { score: 0.25, failureRate: 0.8 })).toBeUndefined();
    expect(look({ score: 0.9, failureRate: 0 })).toBeUndefined();
  });

  it.each([
    [{ scored: 9 }, {}],
    [{}, { scored: 9 }],
    [{ scored: 0, score: undefined }, {}],
  ])("say nothing before both arms have enough runs: %j and %j", (canary, main) => {
    const given = { score: 0.1, ...canary } as Partial<Measured>;
    expect(look(given, main as Partial<Measured>)).toBeUndefined();
  });

  it("are said with the limit that they break", () => {
    const breach = look({ score: 0.65 });
    expect(breach && breachText(breach)).toBe(
      "its mean score is 0.150 below that of the rest (score < -0.1)",
    );
  });
});
