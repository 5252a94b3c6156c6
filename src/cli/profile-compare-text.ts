// What `wg profile compare` says: a column for each profile, and sentences on which does better, in 80 columns.
import type { Comparison, Pair } from "../score/compare.ts";
import { type Difference, farthest } from "../score/difference.ts";
import type { Figure, ProfileFigures } from "../score/figures.ts";
import { cutToWidth, plain, table } from "./print.ts";
import { spanText } from "./run-text.ts";
import { dollarsText } from "./usage-text.ts";

/** So many profiles stand side by side in 80 columns, each so wide. */
const perBlock = 3;
const columnWidth = 18;

/** One row a figure, one column a profile, three profiles a block. */
export function comparedTable(profiles: readonly ProfileFigures[]): string {
  const blocks: string[] = [];
  for (let first = 0; first < profiles.length; first += perBlock) {
    blocks.push(blockOf(profiles.slice(first, first + perBlock), rowsOf(profiles)));
  }
  return blocks.join("\n\n");
}

type Row = readonly [label: string, cell: (figures: ProfileFigures) => string];

function blockOf(profiles: readonly ProfileFigures[], rows: readonly Row[]): string {
  const cells = (of: (figures: ProfileFigures) => string) =>
    profiles.map((each) => cutToWidth(plain(of(each)), columnWidth));
  return table(
    ["", ...cells(({ profile }) => profile)],
    rows.map(([label, of]) => [label, ...cells(of)]),
  );
}

function rowsOf(profiles: readonly ProfileFigures[]): Row[] {
  const classes = [...new Set(profiles.flatMap(({ failures }) => failures.map((each) => each.class)))];
  const has = (of: (figures: ProfileFigures) => unknown) => profiles.some((each) => Boolean(of(each)));
  const rows: (Row | false)[] = [
    ["runs", ({ runs, live }) => (live === 0 ? String(runs) : `${runs} (${live} live)`)],
    has(({ reruns }) => reruns) && ["reruns", ({ reruns }) => String(reruns)],
    ["tasks done", ({ doneRate }) => percentText(doneRate)],
    ["  of", ({ doneRate }) => tasksText(doneRate)],
    has(({ evaluation }) => evaluation) && ["evaluation", ({ evaluation }) => scoreText(evaluation)],
    has(({ evaluation }) => evaluation) && ["  over", ({ evaluation }) => tasksText(evaluation)],
    has(({ fidelity }) => fidelity) && ["intent fidelity", ({ fidelity }) => scoreText(fidelity)],
    has(({ fidelity }) => fidelity) && ["  over", ({ fidelity }) => tasksText(fidelity)],
    ["cost per done task", ({ costPerDone }) => costText(costPerDone)],
    ["median time", ({ medianMs }) => spanText(medianMs) || "-"],
    ...classes.map((name): Row => [`failed: ${name}`, (figures) => failedText(figures, name)]),
    has(({ judges }) => judges.length) && ["judged by", judgesText],
  ];
  return rows.filter((row) => row !== false);
}

/** `91% (86-94)`. */
function percentText(rate: Figure | undefined): string {
  if (rate === undefined) return "-";
  const [value, low, high] = [rate.value, rate.low, rate.high].map((each) => Math.round(each * 100));
  return `${value}% (${low}-${high})`;
}

/** `0.84 (0.81-0.87)`. */
function scoreText(mean: Figure | undefined): string {
  return mean === undefined
    ? "-"
    : `${mean.value.toFixed(2)} (${mean.low.toFixed(2)}-${mean.high.toFixed(2)})`;
}

function tasksText(figure: Figure | undefined): string {
  return figure === undefined ? "-" : counted(figure.tasks, "task");
}

function costText(cost: ProfileFigures["costPerDone"]): string {
  if (cost === undefined || cost.reported + cost.computed === 0) return "-";
  if (cost.computed === 0) return `${dollarsText(cost.reported)} reported`;
  if (cost.reported === 0) return `${dollarsText(cost.computed)} computed`;
  return `${dollarsText(cost.reported)}+${dollarsText(cost.computed)}`;
}

function failedText({ failures }: ProfileFigures, name: string): string {
  const found = failures.find((each) => each.class === name);
  return found === undefined ? "-" : counted(found.runs, "run");
}

function judgesText({ judges: [first, ...others] }: ProfileFigures): string {
  if (first === undefined) return "-";
  return others.length === 0
    ? first.route
    : `${cutToWidth(plain(first.route), columnWidth - 3)} +${others.length}`;
}

/** The answer in one line. */
export function verdictLine(
  { verdict, better, pairs }: Comparison,
  profiles: readonly ProfileFigures[],
): string {
  const [a, b, ...others] = profiles.map(({ profile }) => profile);
  if (a === undefined || b === undefined) return `nothing to compare ${a ?? ""} with`;
  if (verdict === "better") {
    return others.length === 0
      ? `${better} does better work than ${better === a ? b : a}`
      : `${better} does the best work`;
  }
  const about = others.length === 0 ? `between ${a} and ${b}` : "between the best of them";
  const [pair] = pairs;
  if (verdict === "each in one" && others.length === 0 && pair !== undefined) return eachText(pair);
  return verdict === "each in one" ? `none is best: each is better in one thing` : `${verdict} ${about}`;
}

/** Pair by pair what the verdict rests on; of many profiles only where something was found. */
export function pairLines({ pairs }: Comparison): string[] {
  if (pairs.length === 1) return pairs.flatMap(differenceLines);
  const shown = pairs.length <= perBlock ? pairs : pairs.filter(({ verdict }) => isFinding(verdict));
  const hidden = pairs.length - shown.length;
  return [
    ...shown.flatMap((pair) => ["", pairText(pair), ...differenceLines(pair)]),
    ...(hidden > 0 ? ["", `${counted(hidden, "other pair")}: nothing shown; --json has them`] : []),
  ];
}

function isFinding(verdict: Pair["verdict"]): boolean {
  return verdict === "better" || verdict === "each in one";
}

function pairText(pair: Pair): string {
  const { a, b, verdict, better } = pair;
  if (verdict === "better") return `${better} does better work than ${better === a ? b : a}`;
  return verdict === "each in one" ? eachText(pair) : `${a} and ${b}: ${verdict}`;
}

function eachText({ differences }: Pair): string {
  const scored = differences.find(({ measure }) => measure === "evaluation")?.better;
  const done = differences.find(({ measure }) => measure === "done")?.better;
  return `${scored} is scored better, ${done} brings more tasks to done`;
}

function differenceLines({ differences }: Pair): string[] {
  return differences.flatMap((each) => {
    const more = moreText(each);
    return [`  ${howText(each)}`, ...(more === "" ? [] : [`    ${more}`])];
  });
}

/** `evaluation: claude 0.08 higher (0.03 to 0.13), hardly by luck`. */
function howText({ measure, a, b, estimate, samples, verdict, tasks }: Difference): string {
  if (estimate === undefined) {
    const none = [tasks.a === 0 ? [a] : [], tasks.b === 0 ? [b] : []].flat().join(" and ");
    return measure === "done"
      ? `done: no task of ${none} is settled`
      : `evaluation: no task of ${none} was scored`;
  }
  const { value, low, high } = estimate;
  const [ahead, from, to] = value >= 0 ? [a, low, high] : [b, -high, -low];
  const isRate = measure === "done";
  const unit = (number: number) => (isRate ? (number * 100).toFixed(0) : number.toFixed(2));
  const points = isRate ? " points" : "";
  const isEven = Number(unit(value)) === 0;
  const size = isEven ? "even" : `${ahead} ${unit(Math.abs(value))}${points} higher`;
  const surely = {
    better: "hardly by luck",
    "no difference shown": `may be luck, at most ${unit(farthest(estimate))}${points} either way`,
    "too thin to tell": "may be luck",
  }[verdict];
  const same = samples === "same tasks" ? ` on the same ${counted(tasks.a, "task")}` : "";
  return `${measure}: ${size} (${unit(from)} to ${unit(to)})${same}, ${surely}`;
}

/** What it would take to tell. */
function moreText({ measure, a, b, more, samples }: Difference): string {
  if (more === undefined) return "";
  const what = measure === "done" ? "settled tasks" : "scored tasks";
  if (samples === "same tasks") return `about ${more.a} more reruns that are scored would tell`;
  const parts = [more.a > 0 ? [`${more.a} of ${a}`] : [], more.b > 0 ? [`${more.b} of ${b}`] : []].flat();
  return `about so many more ${what} would tell: ${parts.join(", ")}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
