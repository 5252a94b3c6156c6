// Adding up what was used, in groups; costs that are known in different ways are never added to each other. Pure.
import type { Usage } from "../graph/result.ts";
import type { UsedPrice } from "./cost.ts";
import type { Used } from "./used.ts";

export const groupings = ["profile", "model", "role", "task", "day"] as const;
export type Grouping = (typeof groupings)[number];

/** Dollars by how they are known, and how many runs have a cost that nobody knows. */
export interface CostSum {
  reported: number;
  computed: number;
  unknownRuns: number;
}

export interface Sum {
  runs: number;
  failures: number;
  /** Of the runs, those still in flight: what they used so far is counted. */
  live: number;
  usage: Usage;
  cost: CostSum;
  tookMs: number;
}

/** The sum of each group: days in their order, anything else by what was spent, then by tokens. */
export function sumsBy(grouping: Grouping, all: readonly Used[]): (Sum & { key: string })[] {
  const groups = new Map<string, Used[]>();
  for (const used of all) {
    const key = keyOf(grouping, used);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [used]);
    else group.push(used);
  }
  const sums = [...groups].map(([key, group]) => ({ key, ...sumOf(group) }));
  return sums.sort(grouping === "day" ? byKey : bySpent);
}

export function sumOf(all: readonly Used[]): Sum {
  const sum: Sum = {
    runs: all.length,
    failures: 0,
    live: 0,
    usage: { input: 0, output: 0, cached: 0 },
    cost: { reported: 0, computed: 0, unknownRuns: 0 },
    tookMs: 0,
  };
  for (const { state, usage, cost, tookMs } of all) {
    if (state === "failed") sum.failures += 1;
    if (state === "live") sum.live += 1;
    sum.usage.input += usage.input;
    sum.usage.output += usage.output;
    sum.usage.cached += usage.cached;
    if (cost.source === "reported" || cost.source === "computed") sum.cost[cost.source] += cost.usd;
    else if (cost.source === "unknown") sum.cost.unknownRuns += 1;
    sum.tookMs += tookMs;
  }
  return sum;
}

/** Every price that a computed cost rests on, each once. */
export function pricesIn(all: readonly Used[]): UsedPrice[] {
  const found = new Map<string, UsedPrice>();
  for (const { cost } of all) if (cost.source === "computed") found.set(cost.price.model, cost.price);
  return [...found.values()].sort((a, b) => (a.model < b.model ? -1 : 1));
}

/** The calendar day where this process is, `2026-11-23`. */
export function dayOf(at: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

function keyOf(grouping: Grouping, used: Used): string {
  switch (grouping) {
    case "profile":
    case "model":
    case "role":
      return used[grouping];
    case "task":
      return used.of;
    case "day":
      return dayOf(used.at);
  }
}

function byKey(a: { key: string }, b: { key: string }): number {
  return a.key < b.key ? -1 : 1;
}

function bySpent(a: Sum & { key: string }, b: Sum & { key: string }): number {
  const usd = ({ cost }: Sum) => cost.reported + cost.computed;
  const tokens = ({ usage }: Sum) => usage.input + usage.output;
  return usd(b) - usd(a) || tokens(b) - tokens(a) || byKey(a, b);
}
