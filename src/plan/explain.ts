// Why a run ran on what it ran on: each value of its plan with its origin, beside what it would be now. Pure.

import type { Budget } from "../base/budget.ts";
import { routeText } from "../base/route.ts";
import type { PinnedValue } from "../base/secret.ts";
import { durationWords } from "../config/duration.ts";
import { endpointsKey } from "../config/endpoints.ts";
import type { BudgetLimit, Plan } from "../graph/plan.ts";
import type { Chosen } from "./choose.ts";

/** One value of a plan. Without `now` nothing would be chosen now; without `origin` no setting decided it. */
export interface Reason {
  name: string;
  was: string;
  origin?: string;
  now?: string;
  /** The value would be another now. */
  changed: boolean;
}

/** What may be spent by settings: by every run, and by those on the profile that is active. */
export interface Budgets {
  all: Budget;
  profile: Budget;
}

/** Every value of a plan that settings decide; `now` is what they would decide at this moment, where they can. */
export function reasonsOf(plan: Plan, now: Chosen | undefined, budgets?: Budgets): Reason[] {
  const limits = plan.budget?.limits ?? [];
  const values = new Map([...valuesOf(plan), ...budgetValues(limits)]);
  const later = now && new Map([...valuesOf(now), ...budgetValues(limitsNow(now, limits, budgets))]);
  const names = new Set([...values.keys(), ...(later?.keys() ?? [])]);
  return [...names].map((name) => {
    const was = values.get(name);
    const changedTo = later?.get(name);
    const origin = (was?.keys ?? []).map((key) => plan.origins[key]).find((text) => text !== undefined);
    return {
      name,
      was: was?.text ?? "",
      ...(origin !== undefined && { origin }),
      ...(changedTo !== undefined && { now: changedTo.text }),
      changed: later !== undefined && was?.mark !== changedTo?.mark,
    };
  });
}

/** A value in words, what tells it apart from another, and the settings that may have decided it, the likeliest first. */
interface Value {
  text: string;
  mark: string;
  keys: string[];
}

function valuesOf(chosen: Chosen): Map<string, Value> {
  const { profile, revision, route, endpoint, permissions, limits, onModelMismatch, command, env } = chosen;
  const values = new Map<string, Value>();
  const set = (name: string, text: string, keys: string[], mark = text) =>
    values.set(name, { text, mark, keys });
  set("profile", profile, ["profile"]);
  set("revision", revision, []);
  set("route", routeText(route), routeKeys(chosen));
  const key = endpoint?.keyRef === undefined ? "no key" : `key ${endpoint.keyRef}`;
  set(
    "endpoint",
    endpoint === undefined
      ? "the handler's own"
      : `${endpoint.name} (${endpoint.provider}) ${endpoint.url}, ${key}`,
    [endpointsKey],
  );
  if (command !== undefined) set("command", command, [`handlers.${route.handler}.command`]);
  set("permissions", permissions, ["agent.permissions"]);
  set("timeout", durationWords(limits.timeoutMs), ["agent.timeout"]);
  set("hang after", durationWords(limits.hangAfterMs), ["agent.hang_after"]);
  set("max turns", String(limits.maxTurns), ["agent.max_turns"]);
  set("other model", onModelMismatch, ["model_mismatch"]);
  for (const [name, pin] of Object.entries(env)) {
    set(
      `env ${name}`,
      pinText(pin),
      [`handlers.${route.handler}.env.${name}`, `env.${name}`],
      JSON.stringify(pin),
    );
  }
  return values;
}

type PlannedLimit = Pick<BudgetLimit, "of" | "usd" | "profile">;

/** The budgets that a run of these settings would be held to. What a person approved is no setting, and stays. */
function limitsNow(
  { route, profile }: Chosen,
  before: readonly PlannedLimit[],
  budgets: Budgets | undefined,
): PlannedLimit[] {
  if (route.handler === "shell" || budgets === undefined) return [];
  const approved = before.filter(({ of }) => of === "approval");
  if (approved.length > 0) return approved;
  const limits = ({ task, day }: Budget, more: { profile?: string }): PlannedLimit[] => [
    ...(task === undefined ? [] : [{ of: "task" as const, usd: task, ...more }]),
    ...(day === undefined ? [] : [{ of: "day" as const, usd: day, ...more }]),
  ];
  return [...limits(budgets.all, {}), ...limits(budgets.profile, { profile })];
}

function budgetValues(limits: readonly PlannedLimit[]): [string, Value][] {
  return limits.map(({ of, usd, profile }) => {
    const name = of === "approval" ? "approved" : `budget of a ${of}`;
    // The nearest setting is the one whose origin is known: that of the profile, where it has one.
    const isNearest =
      profile !== undefined || !limits.some((other) => other.of === of && other.profile !== undefined);
    const keys = isNearest ? [`budget.${of}`] : [];
    return [
      profile === undefined ? name : `${name} on ${profile}`,
      { text: `$${usd}`, mark: String(usd), keys },
    ];
  });
}

/** The setting, or the task's own wish, that decided the route: `choose` names it first. */
function routeKeys({ origins }: Chosen): string[] {
  return Object.keys(origins).filter((key) => /^(exec|(.*\.)?model|tiers\..*)$/.test(key));
}

/** A pin by its kind: a literal may hold what is nobody's business. */
function pinText(pin: PinnedValue): string {
  return typeof pin === "string" ? "a literal" : `from ${pin.ref}`;
}
