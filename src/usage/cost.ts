// What a run has cost: as its handler reported it, else computed from prices, else unknown; never a guess. Pure.
import { isSameModel } from "../base/model-name.ts";
import type { Rates } from "../base/rates.ts";
import type { Failure, RunResult, Usage } from "../graph/result.ts";
import { type Price, prices } from "./prices.ts";

/** A price in use: one of ours, or one from settings, which has no source. */
export type UsedPrice = Rates & { model: string } & Partial<Pick<Price, "at" | "source" | "note">>;

/** `none`: no model was asked, or none answered. */
export type KnownCost =
  | { source: "reported"; usd: number }
  | { source: "computed"; usd: number; price: UsedPrice }
  | { source: "unknown" }
  | { source: "none" };

/** What is known of a run, or of a turn of a chat, as far as its cost depends on it. */
export interface Asked {
  /** It runs a command, and asks no model. */
  isCommand: boolean;
  servedModels: readonly string[];
  resolvedModel?: string;
  usage?: Usage;
  /** Absent while it runs. */
  result?: Pick<RunResult, "cost" | "failure">;
}

/** Prices of settings, by the model's name. */
export type OwnPrices = Readonly<Record<string, Rates>>;

/** What it has cost. A run that several models answered has an unknown cost: its tokens are not told apart by model. */
export function costOf(
  { isCommand, servedModels, resolvedModel, usage, result }: Asked,
  own: OwnPrices,
): KnownCost {
  if (isCommand) return { source: "none" };
  if (result?.cost.source === "reported" && result.cost.usd !== undefined) {
    return { source: "reported", usd: result.cost.usd };
  }
  const used = usage !== undefined && usage.input + usage.output > 0 ? usage : undefined;
  if (used === undefined) {
    const isUnanswered = servedModels.length === 0 && result !== undefined && isTurnedAway(result.failure);
    return { source: isUnanswered ? "none" : "unknown" };
  }
  const model = onlyModel(servedModels) ?? (servedModels.length === 0 ? resolvedModel : undefined);
  const price = model === undefined ? undefined : priceOf(model, own);
  return price === undefined ? { source: "unknown" } : { source: "computed", usd: usdOf(used, price), price };
}

/** The price of a model: of settings, where they name it (exactly before by another spelling), else ours. */
export function priceOf(model: string, own: OwnPrices): UsedPrice | undefined {
  const exact = Object.hasOwn(own, model) ? model : undefined;
  const named = exact ?? Object.keys(own).find((name) => isSameModel(name, model));
  const rates = named === undefined ? undefined : own[named];
  if (named !== undefined && rates !== undefined) return { model: named, ...rates };
  return listPrice(model);
}

/** Names are compared part by part, and a project has thousands of runs on a few models. */
const found = new Map<string, Price | undefined>();

function listPrice(model: string): Price | undefined {
  if (!found.has(model))
    found.set(
      model,
      prices.find((price) => isSameModel(price.model, model)),
    );
  return found.get(model);
}

/** US dollars. `input` includes `cached`. */
export function usdOf({ input, output, cached }: Usage, rates: Rates): number {
  const fromCache = Math.min(cached, input);
  const sum =
    (input - fromCache) * rates.input + fromCache * (rates.cached ?? rates.input) + output * rates.output;
  return sum / 1_000_000;
}

/** The model, where all the names mean the same one. */
function onlyModel([first, ...rest]: readonly string[]): string | undefined {
  return first !== undefined && rest.every((other) => isSameModel(first, other)) ? first : undefined;
}

const beforeAnswers: readonly Failure["class"][] = ["spawn", "auth", "unreachable", "quota", "bad-request"];

/** True for a failure that comes before any model has answered. */
function isTurnedAway(failure: Failure | undefined): boolean {
  return failure !== undefined && beforeAnswers.includes(failure.class);
}
