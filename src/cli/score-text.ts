// Scores in words: the total and each dimension as a bar, who said so, and what they had to say.
import { type Dimension, dimensions, type Weights } from "../base/dimension.ts";
import type { Evaluation } from "../graph/evaluation.ts";
import type { Review } from "../graph/review.ts";
import type { Io } from "./io.ts";
import type { JudgedRun, Word } from "./judged.ts";
import { bar, indented, textLines, wrapped } from "./page.ts";
import { paint, plain } from "./print.ts";
import { modelsText } from "./run-text.ts";
import { timeText } from "./task-print.ts";

const labelWidth = 22;

/** The total, then each dimension that was scored, with its weight where weights are given; nothing where nobody scored. */
export function scoreLines(
  io: Io,
  { total, scores, words }: JudgedRun,
  { gate, weights }: { gate?: number | undefined; weights?: Weights },
): string[] {
  const counting = words.filter(({ counts }) => counts);
  if (counting.length === 0) return [];
  return [
    `${"total".padEnd(labelWidth)} ${totalText(io, total, counting, gate)}`,
    ...dimensions.flatMap((dimension) => {
      const score = scores[dimension];
      if (score === undefined) return [];
      const weight = weights === undefined ? "" : `  weighs ${weights[dimension]}`;
      return [`${dimensionText(dimension).padEnd(labelWidth)} ${bar(io, score)}${weight}`];
    }),
  ];
}

/** Who said it, on what and when; below it the notes, or why there is no score. */
export function wordLines(io: Io, word: Word): string[] {
  const { by, at, byRun, problem, notes } = word;
  const on = by === undefined ? "" : `${modelsText(by)} on ${by.profile}, `;
  const head = plain(`${roleText(word)}: ${on}${timeText(at)}, ${byRun}`);
  const why = problem === undefined ? [] : textLines(io, `no score: ${problem}`, 6);
  return [
    ...wrapped(io, head, 4),
    ...indented([...why, ...(notes.trim() === "" ? [] : textLines(io, notes, 6))]),
  ];
}

/** The role that judged, and whether for a comparison alone. */
export function roleText({ role, isJudge }: Pick<Evaluation, "role" | "isJudge">): string {
  return isJudge ? `${role} (comparison)` : role;
}

/** Who is yet to look at the work. */
export function dueLines(reviews: readonly Review[]): string[] {
  return reviews.map(({ role, tries }) => {
    const before = tries === 0 ? "" : tries === 1 ? ", tried once so far" : `, tried ${tries} times so far`;
    return `${role} is still to look at it${before}`;
  });
}

/** `total 0.82: correctness 0.9, completeness 0.8`, for what does not count. */
export function scoresText({ scores, total }: Pick<Evaluation, "scores" | "total">): string {
  const each = dimensions.flatMap((dimension) => {
    const score = scores[dimension];
    return score === undefined ? [] : [`${dimensionText(dimension)} ${score.toFixed(2)}`];
  });
  return total === undefined ? "" : `total ${total.toFixed(2)}: ${each.join(", ")}`;
}

function totalText(
  io: Io,
  total: number | undefined,
  counting: readonly Word[],
  gate: number | undefined,
): string {
  if (total === undefined) {
    const silent = counting.filter((word) => word.total === undefined).map(({ role }) => role);
    const why =
      silent.length === 0 ? "nothing that was scored has a weight" : `${silent.join(" and ")} gave none`;
    return paint(io, "stdout", "yellow", `no score, since ${why}`);
  }
  if (gate === undefined) return paint(io, "stdout", "bold", bar(io, total));
  if (total >= gate) return `${paint(io, "stdout", "green", bar(io, total))}, passes the gate of ${gate}`;
  // What is missing may be less than the digits of the score tell.
  const missing = (gate - total).toPrecision(2);
  return `${paint(io, "stdout", "red", bar(io, total))}, below the gate of ${gate} by ${missing}`;
}

function dimensionText(dimension: Dimension): string {
  return dimension.replaceAll("_", " ");
}
