// What the verb about usage answers.
import type { DayBudget, Spent } from "../usage/budget.ts";
import type { UsedPrice } from "../usage/cost.ts";
import { type CostSum, groupings, type Sum } from "../usage/sum.ts";
import { usage } from "./run.ts";
import {
  about,
  count,
  either,
  envelope,
  list,
  type Members,
  maybe,
  number,
  object,
  oneOf,
  text,
  time,
} from "./shape.ts";

/** Dollars by how they are known. */
export const costSum = about(
  "in dollars, by how it is known",
  object<CostSum>({
    reported: about("by handlers", number),
    computed: about("from prices", number),
    unknownRuns: about("runs of which it is not known", count),
  }),
);

const sumMembers: Members<Sum> = {
  runs: about("runs, and turns of chats", count),
  failures: about("those that did not end as done", count),
  live: about("those in flight, with what they used so far", count),
  usage,
  cost: costSum,
  tookMs: count,
};

const price = object<UsedPrice>({
  model: text,
  input: about("dollars for a million tokens", number),
  output: number,
  cached: maybe(about("input from a cache; without it that costs as much as any", number)),
  at: maybe(about("the day it was read; absent for one of the settings", text)),
  source: maybe(text),
  note: maybe(about("what it leaves out", text)),
});

export const dayBudget = object<DayBudget>({
  profile: maybe(about("only runs on it count", text)),
  usd: about("what a day may cost", number),
  spent: object<Spent>({ usd: number, unknownRuns: about("runs of unknown cost, besides", count) }),
});

export const usageEnvelopes = {
  usage: either(
    envelope({
      by: oneOf(...groupings),
      since: maybe(time),
      groups: list(object<Sum & { key: string }>({ key: text, ...sumMembers })),
      total: object<Sum>(sumMembers),
      prices: about("those that computed costs rest on", list(price)),
      budgets: about("what today may cost", list(dayBudget)),
      damaged: about("chats that could not be read", count),
    }),
    envelope({ prices: about("with --prices: all that are known", list(price)) }),
  ),
};
