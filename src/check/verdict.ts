// What a check finds: a verdict for each route that is in use, and what it rests on.
import type { Endpoint } from "../base/endpoint.ts";
import { roles } from "../base/role.ts";
import type { Route } from "../base/route.ts";

/** `no` is definite: a run would fail. `unknown` is what cannot be seen without asking a model. */
export type Verdict = "yes" | "no" | "unknown";

/** One thing that was looked at. `message` is a clause for people, `hint` what to do about it; neither holds a secret. */
export interface Finding {
  about: "settings" | "key" | "program" | "login" | "endpoint" | "model" | "answer";
  verdict: Verdict;
  message: string;
  hint?: string;
}

/** What a route comes to. `latencyMs` is how long the endpoint took to list its models, `answerMs` a whole real run. */
export interface RouteCheck {
  route: Route;
  endpoint?: Endpoint;
  verdict: Verdict;
  findings: Finding[];
  program?: { path: string; version?: string };
  latencyMs?: number;
  answerMs?: number;
  /** The models that answered a real request; empty when nothing told. */
  served?: string[];
}

/** The `key` of a route that a task asks for itself. */
export const ownKey = "task.model";

/** Who takes a route: `worker`, `tier fast`, `task build`. `key` is the setting that decides it, or `ownKey`. */
export interface RouteUser {
  name: string;
  key: string;
}

export interface UsedRoute extends RouteCheck {
  users: RouteUser[];
}

export interface ProfileCheck {
  /** `base` for none. */
  profile: string;
  revision: string;
  /** The project whose running service would start the runs, with its environment; absent when it is the caller's. */
  service?: string;
  verdict: Verdict;
  /** Each once, however many take it. */
  routes: UsedRoute[];
}

/** Routes that differ in nothing but who takes them have the same mark. */
export function routeMark({ route, endpoint }: Pick<RouteCheck, "route" | "endpoint">): string {
  return JSON.stringify([route, endpoint]);
}

/** A definite no beats what is unknown, which beats a yes. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes("no")) return "no";
  return verdicts.includes("unknown") ? "unknown" : "yes";
}

/** The findings that made a verdict what it is. */
export function reasons({ verdict, findings }: Pick<RouteCheck, "verdict" | "findings">): Finding[] {
  return findings.filter((finding) => finding.verdict === verdict);
}

/** Names in few words: `every role and tier`, `every role, task build`; `all` are those of everything that was looked at. */
export function usersText(names: readonly string[], all: readonly string[]): string {
  const tiers = all.filter(isTier);
  const hasTiers = tiers.length > 0 && tiers.every((tier) => names.includes(tier));
  if (!roles.every((role) => names.includes(role))) return names.join(", ");
  const others = names.filter((name) => !isRole(name) && !(hasTiers && isTier(name)));
  return [hasTiers ? "every role and tier" : "every role", ...others].join(", ");
}

/** The names of all who take a route. */
export function userNames(routes: readonly UsedRoute[]): string[] {
  return routes.flatMap(({ users }) => users.map(({ name }) => name));
}

function isRole(name: string): boolean {
  return roles.some((role) => role === name);
}

function isTier(name: string): boolean {
  return name.startsWith("tier ");
}
