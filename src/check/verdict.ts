// What a check finds: a verdict for each role, and what it rests on.
import type { Endpoint } from "../base/endpoint.ts";
import type { Role } from "../base/role.ts";
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

/** `key` is the setting that decides the role's route. */
export interface RoleCheck extends RouteCheck {
  role: Role;
  key: string;
}

export interface ProfileCheck {
  /** `base` for none. */
  profile: string;
  revision: string;
  /** The project whose running service would start the runs, with its environment; absent when it is the caller's. */
  service?: string;
  verdict: Verdict;
  roles: RoleCheck[];
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
