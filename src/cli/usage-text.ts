// Costs and prices in words: what is known in different ways stays apart.

import type { DayBudget } from "../usage/budget.ts";
import type { UsedPrice } from "../usage/cost.ts";
import type { CostSum } from "../usage/sum.ts";
import { table } from "./print.ts";

/** `$1.20 reported, $0.40 computed (prices of 2026-11-01), 3 runs unknown`; `-` where no model was asked. */
export function costSentence(
  { reported, computed, unknownRuns }: CostSum,
  based: readonly UsedPrice[],
): string {
  const dates = datesText(based);
  const parts = [
    ...(reported > 0 ? [`${dollarsText(reported)} reported`] : []),
    ...(computed > 0 ? [`${dollarsText(computed)} computed${dates === "" ? "" : ` (${dates})`}`] : []),
    ...(unknownRuns > 0 ? [`${unknownRuns} ${unknownRuns === 1 ? "run" : "runs"} unknown`] : []),
  ];
  return parts.join(", ") || "-";
}

/** `today: $2.00 of $2.50 that a day may cost, besides 1 run of unknown cost`. */
export function budgetSentence({ profile, usd, spent }: DayBudget): string {
  const on = profile === undefined ? "" : ` on profile ${profile}`;
  const { unknownRuns } = spent;
  const unknown =
    unknownRuns === 0 ? "" : `, besides ${unknownRuns} ${unknownRuns === 1 ? "run" : "runs"} of unknown cost`;
  return `today${on}: ${dollarsText(spent.usd)} of ${dollarsText(usd)} that a day may cost${unknown}`;
}

/** Four digits after the point below a dollar, else two: `$0.0123`, `$12.30`. */
export function dollarsText(usd: number): string {
  return `$${usd.toFixed(usd > 0 && usd < 1 ? 4 : 2)}`;
}

/** What the prices leave out, a sentence for each. */
export function priceNotes(based: readonly UsedPrice[]): string[] {
  const models = new Map<string, string[]>();
  for (const { model, note } of based) {
    if (note !== undefined) models.set(note, [...(models.get(note) ?? []), model]);
  }
  return [...models].map(([note, names]) => `${names.join(", ")}: ${note}`);
}

export function pricesTable(prices: readonly UsedPrice[]): string {
  const rows = prices.map(({ model, input, cached, output, at, source }) => [
    model,
    ...[input, cached ?? input, output].map((usd) => `$${usd}`),
    at ?? "",
    source ?? "settings",
  ]);
  return table(["MODEL", "INPUT", "CACHED", "OUTPUT", "READ", "FROM"], rows);
}

function datesText(based: readonly UsedPrice[]): string {
  const days = [...new Set(based.flatMap(({ at }) => at ?? []))].sort();
  const [first, last] = [days[0], days.at(-1)];
  const ours = first === undefined ? [] : [`prices of ${first === last ? first : `${first} to ${last}`}`];
  return [...ours, ...(based.some(({ at }) => at === undefined) ? ["prices of the settings"] : [])].join(
    ", ",
  );
}
