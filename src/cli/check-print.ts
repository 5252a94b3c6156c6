// How a check is shown: a table with one row a role, tier or task, or its part of an envelope.
import * as path from "node:path";
import { roles } from "../base/role.ts";
import { routeText } from "../base/route.ts";
import { type ProfileCheck, reasons, type UsedRoute } from "../check/verdict.ts";
import type { Io } from "./io.ts";
import { paint, plain, print, say, table } from "./print.ts";

/** The table on stdout, and what can be done about each definite no on stderr. */
export function printChecks(io: Io, checks: readonly ProfileCheck[]): void {
  const isOne = checks.length === 1;
  const head = ["FOR", "ROUTE", "PROGRAM", "ENDPOINT", "TIME", "OK", "WHY"];
  const rows = checks.flatMap((check) =>
    byUser(check).map(([name, used]) => [...(isOne ? [] : [check.profile]), name, ...cells(used)]),
  );
  if (rows.length > 0) print(io, table(isOne ? head : ["PROFILE", ...head], rows));
  for (const line of hintsOf(checks)) say(io, `${paint(io, "stderr", "yellow", "hint:")} ${plain(line)}`);
  for (const { service } of checks) {
    if (isOne && service !== undefined)
      say(io, plain(`as the service of ${service} would start it, with the environment it has`));
  }
}

/** A check for the envelope; it holds no secret. */
export function checkJson({ routes, ...rest }: ProfileCheck): Record<string, unknown> {
  return { ...rest, routes: routes.map((each) => ({ ...each, route: routeText(each.route) })) };
}

/** Everybody who takes a route, with it: roles in their usual order, then tiers and tasks. */
function byUser({ routes }: ProfileCheck): [string, UsedRoute][] {
  const users = routes.flatMap((used) => used.users.map(({ name }): [string, UsedRoute] => [name, used]));
  const names: readonly string[] = roles;
  const rank = (name: string) => (names.includes(name) ? names.indexOf(name) : names.length);
  return users.sort(([a], [b]) => rank(a) - rank(b));
}

function cells(used: UsedRoute): string[] {
  const { route, endpoint, program, verdict } = used;
  const version = program?.version === undefined ? "" : ` ${program.version}`;
  const name = route.handler === "acp" ? path.basename(program?.path ?? "") : route.handler;
  return [
    routeText(route),
    route.handler === "nex" ? "built in" : program === undefined ? "" : `${name}${version}`,
    endpoint === undefined ? (route.handler === "nex" ? "" : "its own login") : endpoint.url,
    timeText(used),
    verdict,
    whyText(used),
  ];
}

/** The whole real run where there was one, else how long the list of models took. */
function timeText({ answerMs, latencyMs }: UsedRoute): string {
  const ms = answerMs ?? latencyMs;
  if (ms === undefined) return "";
  return ms < 1000 ? `${Math.max(1, Math.round(ms))} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** What decided; of a yes the last and strongest word is enough. */
function whyText(used: UsedRoute): string {
  const messages = reasons(used).map(({ message }) => message);
  return used.verdict === "yes" ? (messages.at(-1) ?? "") : messages.join("; ");
}

function hintsOf(checks: readonly ProfileCheck[]): string[] {
  const all = checks
    .flatMap(({ routes }) => routes.flatMap(reasons))
    .filter(({ verdict }) => verdict !== "yes");
  return [
    ...new Set(all.flatMap(({ message, hint }) => (hint === undefined ? [] : [`${message}: ${hint}`]))),
  ];
}
