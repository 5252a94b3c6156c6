// What a check and a lint come to, in JSON.
import type { LintFinding } from "../check/lint-finding.ts";
import type { Finding, ProfileCheck, RouteCheck, RouteUser, UsedRoute } from "../check/verdict.ts";
import { place, problem } from "./error.ts";
import { endpoint } from "./route.ts";
import { about, count, either, envelope, list, maybe, number, object, oneOf, text } from "./shape.ts";

const verdict = oneOf("yes", "no", "unknown");

const finding = object<Finding>({
  about: oneOf("settings", "key", "program", "login", "endpoint", "model", "answer"),
  verdict,
  message: text,
  hint: maybe(text),
});

const usedRoute = object<UsedRoute>({
  users: list(
    object<RouteUser>({
      name: about("a role, `tier <name>` or `task <id>`", text),
      key: about("the setting that decides", text),
    }),
  ),
  route: text,
  endpoint: maybe(endpoint),
  verdict,
  findings: list(finding),
  program: maybe(object<NonNullable<RouteCheck["program"]>>({ path: text, version: maybe(text) })),
  latencyMs: maybe(number),
  answerMs: maybe(number),
  served: maybe(list(text)),
});

export const profileCheck = object<ProfileCheck>({
  profile: text,
  revision: text,
  service: maybe(text),
  verdict,
  routes: list(usedRoute),
});

const broken = object({ profile: text, verdict: oneOf("no"), problem });

const lintFinding = object<LintFinding>({
  level: oneOf("error", "warning"),
  rule: text,
  message: text,
  hint: maybe(text),
  at: maybe(place),
});

export const checkEnvelopes = {
  "profile check": envelope({ verdict, profiles: list(either(profileCheck, broken)) }),
  "profile lint": envelope({
    errors: count,
    warnings: count,
    profiles: list(object({ profile: text, findings: list(lintFinding) })),
  }),
};
