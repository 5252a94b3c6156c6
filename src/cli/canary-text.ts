// A canary in words: who is on which side, what ends it, and how both sides do. Pure.
import type { ArmView, CanaryView } from "../overview/canary-view.ts";
import { shareText } from "../profile/share.ts";
import type { ArmFigures } from "../score/arms.ts";
import { table } from "./print.ts";
import { spanText } from "./run-text.ts";

/** `codex@1 gets 20% of the new tasks for 2h, claude@2 the rest`, and what would end it. */
export function canarySentence({ arms, share, since, guardrails, minRuns }: CanaryView, now: Date): string {
  const [main, canary] = arms;
  const span = spanText(Math.max(0, now.getTime() - Date.parse(since)));
  const rules = guardrails.length === 0 ? "" : `; ends by itself when ${guardrails.join(" or ")}`;
  const least = guardrails.length === 0 ? "" : `, once both have ${minRuns} runs`;
  const parts = `${onText(canary)} gets ${shareText(share)} of the tasks, ${onText(main)} the rest`;
  return `${parts}, for ${span} now${rules}${least}`;
}

/** Both sides as a table; without figures outside of a project. */
export function armsTable({ arms, next }: CanaryView): string {
  const hasFigures = arms.some(({ figures }) => figures !== undefined);
  const hasElsewhere = arms.some(({ figures }) => (figures?.elsewhere ?? 0) > 0);
  const head = [
    ...["ARM", "ON", "NEXT"],
    ...(hasFigures ? ["RUNS", "LIVE", "DONE", "FAILED", "SCORE"] : []),
    ...(hasElsewhere ? ["ON FALLBACK"] : []),
  ];
  const rows = arms.map((arm) => [
    arm.arm,
    onText(arm),
    next?.[arm.arm] ?? "-",
    ...(arm.figures === undefined ? [] : figureCells(arm.figures)),
    ...(hasElsewhere ? [String(arm.figures?.elsewhere ?? 0)] : []),
  ]);
  return table(head, rows);
}

/** One clause a side, the candidate first: `codex: 12 runs, 2 of 11 failed, score 0.78 (0.70 to 0.86, of 9)`. */
export function figuresSentence({ arms }: CanaryView): string | undefined {
  const [main, canary] = arms;
  if (canary.figures === undefined) return undefined;
  return [canary, main]
    .flatMap(({ profile, figures }) => (figures === undefined ? [] : [`${profile}: ${figuresText(figures)}`]))
    .join("; ");
}

function figuresText(figures: ArmFigures): string {
  const { runs, failed, ended } = figures;
  const failures = ended === 0 ? "none over" : `${failed} of ${ended} failed`;
  return `${runs} ${runs === 1 ? "run" : "runs"}, ${failures}, score ${scoreText(figures)}`;
}

function figureCells(figures: ArmFigures): string[] {
  const { runs, live, done, failed, failureRate } = figures;
  const rate = failureRate === undefined ? "" : ` (${Math.round(failureRate * 100)}%)`;
  return [String(runs), String(live), String(done), `${failed}${rate}`, scoreText(figures)];
}

/** `0.78 (0.70 to 0.86, of 9)`. */
function scoreText({ score, interval, scored }: ArmFigures): string {
  if (score === undefined || interval === undefined) return "none yet";
  return `${score.toFixed(2)} (${interval.low.toFixed(2)} to ${interval.high.toFixed(2)}, of ${scored})`;
}

function onText({ profile, revision }: Pick<ArmView, "profile" | "revision">): string {
  return `${profile}@${revision}`;
}
