// Guardrails of a canary: what they say, read strictly, and whether figures break one. Pure.
import { WgError } from "../base/error.ts";

/**
 * `score`: the canary's mean evaluation less the other arm's must not fall below `limit`. `failures`: the share of its
 * runs that failed, less that of the other arm, must not rise above it.
 */
export interface Guardrail {
  figure: "score" | "failures";
  limit: number;
}

/** As much of an arm's figures as guardrails look at. `failureRate` and `score` from 0 to 1. */
export interface Measured {
  /** Runs that are over and say something: done or failed. */
  ended: number;
  failureRate?: number;
  /** Runs with an evaluation. */
  scored: number;
  score?: number;
}

/** A guardrail that figures break, and by what. */
export interface Breach {
  rule: Guardrail;
  difference: number;
}

const signs = { score: "<", failures: ">" } as const;
const examples = '"score < -0.1" or "failures > 0.2"';

/** Reads `score < -0.1` or `failures > 0.2`; refuses (`bad-guardrail`) anything else, with the place in the text. */
export function parseGuardrail(text: string): Guardrail {
  const [, lead = "", word = ""] = /^(\s*)([^\s<>=]*)/.exec(text) ?? [];
  if (word !== "score" && word !== "failures") {
    throw bad(text, lead.length, `score or failures${word === "" ? "" : `, not ${JSON.stringify(word)}`}`);
  }
  const signAt = skipSpace(text, lead.length + word.length);
  const [sign = ""] = /^[^\s\d.-]+/.exec(text.slice(signAt)) ?? [];
  if (sign !== signs[word]) {
    throw bad(text, signAt, `${signs[word]} after ${word}${sign === "" ? "" : `, not ${sign}`}`);
  }
  const numberAt = skipSpace(text, signAt + sign.length);
  const [number = ""] = /^-?(?:\d+(?:\.\d+)?|\.\d+)/.exec(text.slice(numberAt)) ?? [];
  if (number === "") throw bad(text, numberAt, "a number such as -0.1");
  const end = skipSpace(text, numberAt + number.length);
  if (end < text.length) throw bad(text, end, "nothing more");
  const limit = Number(number) + 0;
  const isWithin = word === "score" ? limit >= -1 && limit <= 0 : limit >= 0 && limit < 1;
  if (!isWithin) throw bad(text, numberAt, ranges[word]);
  return { figure: word, limit };
}

/** `score < -0.1`. */
export function guardrailText({ figure, limit }: Guardrail): string {
  return `${figure} ${signs[figure]} ${limit}`;
}

/** The first guardrail that the figures break. One says nothing until both arms have `minRuns` runs that count for it. */
export function breachOf(
  rules: readonly Guardrail[],
  { main, canary }: { main: Measured; canary: Measured },
  minRuns: number,
): Breach | undefined {
  for (const rule of rules) {
    const [ours, theirs] = [canary, main].map((arm) => figureOf(rule, arm, minRuns));
    if (ours === undefined || theirs === undefined) continue;
    const difference = ours - theirs;
    // A hair's breadth of what floating point leaves over is no breach.
    const isBroken =
      rule.figure === "score" ? difference < rule.limit - 1e-9 : difference > rule.limit + 1e-9;
    if (isBroken) return { rule, difference };
  }
  return undefined;
}

/** `its score is 0.150 below that of main (score < -0.1)`. */
export function breachText({ rule, difference }: Breach): string {
  const by =
    rule.figure === "score"
      ? `its mean score is ${Math.abs(difference).toFixed(3)} below`
      : `its share of failed runs is ${difference.toFixed(3)} above`;
  return `${by} that of the rest (${guardrailText(rule)})`;
}

const ranges = {
  score: "a number from -1 to 0: it is the difference of the canary to the rest",
  failures: "a number from 0 to below 1: it is the difference of the canary to the rest",
};

function figureOf({ figure }: Guardrail, arm: Measured, minRuns: number): number | undefined {
  const isScore = figure === "score";
  return (isScore ? arm.scored : arm.ended) < minRuns ? undefined : isScore ? arm.score : arm.failureRate;
}

function skipSpace(text: string, from: number): number {
  return from + (/^\s*/.exec(text.slice(from))?.[0].length ?? 0);
}

function bad(text: string, at: number, expected: string): WgError {
  const shown = JSON.stringify(text.slice(0, 60));
  return new WgError(
    "bad-guardrail",
    `guardrail ${shown}: at character ${at + 1} there should be ${expected}`,
    {
      exit: 2,
      hint: `for example ${examples}`,
    },
  );
}
