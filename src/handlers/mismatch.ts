// Whether the model that answered is the one that was asked for.
import { bareName, isSameModel } from "../base/model-name.ts";
import { isAuto } from "../base/route.ts";
import type { PinnedValue } from "../base/secret.ts";
import type { Plan } from "../graph/plan.ts";

/** What a handler has learnt: `resolved` is what it made of the requested name, `served` what the server answered with. */
export interface SeenModel {
  resolved?: string;
  served?: string;
}

/**
 * A sentence on how the seen model differs from the planned one, or undefined when it does not, as far as can be
 * told. An alias is held to its family (`opus` to any opus), or to what the plan's pins make of it.
 */
export function mismatchOf(plan: Pick<Plan, "route" | "env">, seen: SeenModel): string | undefined {
  // Of `local:auto` the name counts that the server listed; before it is known, nothing was asked for.
  const requested = isAuto(plan.route) ? (seen.resolved ?? "") : plan.route.model;
  if (requested === "") return undefined;
  const fits = fitOf(requested, plan.env, seen.resolved);
  if (seen.served !== undefined && !fits(seen.served)) {
    return `asked for ${requested}, the server answered with ${seen.served}`;
  }
  if (seen.resolved !== undefined && !fits(seen.resolved)) {
    return `asked for ${requested}, ${plan.route.handler} made ${seen.resolved} of it`;
  }
  return undefined;
}

/** Alias -> the families it may become; none: only the handler knows what it means. */
const aliases: Record<string, readonly string[]> = {
  opus: ["opus"],
  sonnet: ["sonnet"],
  haiku: ["haiku"],
  fable: ["fable"],
  opusplan: ["opus", "sonnet"],
  best: [],
  default: [],
};

/** True for a word of Claude's own that stands for whichever model is newest, `opus` or `opus[1m]`. */
export function isAlias(model: string): boolean {
  return Object.hasOwn(aliases, bareName(model));
}

function fitOf(
  requested: string,
  env: Record<string, PinnedValue>,
  resolved: string | undefined,
): (model: string) => boolean {
  const alias = bareName(requested);
  const families = Object.hasOwn(aliases, alias) ? aliases[alias] : undefined;
  if (families === undefined) return (model) => isSameModel(requested, model);
  const pinned = families.map((family) => env[`ANTHROPIC_DEFAULT_${family.toUpperCase()}_MODEL`]);
  return (model) => {
    if (families.some((family) => familyWords(model).includes(family))) return true;
    if (pinned.some((pin) => typeof pin === "string" && isSameModel(pin, model))) return true;
    const known = families.length > 0 && !pinned.some((pin) => typeof pin === "object");
    return !known && (resolved === undefined || isSameModel(resolved, model));
  };
}

function familyWords(model: string): string[] {
  return bareName(model).split(/[^a-z]+/);
}
