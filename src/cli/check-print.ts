// How a check is shown: a table with one row a role, or its part of an envelope.
import { routeText } from "../base/route.ts";
import { type ProfileCheck, type RoleCheck, reasons } from "../check/verdict.ts";
import type { Io } from "./io.ts";
import { paint, plain, print, say, table } from "./print.ts";

/** The table on stdout, and what can be done about each definite no on stderr. */
export function printChecks(io: Io, checks: readonly ProfileCheck[]): void {
  const isOne = checks.length === 1;
  const head = ["ROLE", "ROUTE", "PROGRAM", "ENDPOINT", "TIME", "OK", "WHY"];
  const rows = checks.flatMap((check) =>
    check.roles.map((role) => [...(isOne ? [] : [check.profile]), ...cells(role)]),
  );
  if (rows.length > 0) print(io, table(isOne ? head : ["PROFILE", ...head], rows));
  for (const line of hintsOf(checks)) say(io, `${paint(io, "stderr", "yellow", "hint:")} ${plain(line)}`);
  for (const { service } of checks) {
    if (isOne && service !== undefined)
      say(io, plain(`as the service of ${service} would start it, with the environment it has`));
  }
}

/** A check for the envelope; it holds no secret. */
export function checkJson({ roles, ...rest }: ProfileCheck): Record<string, unknown> {
  return { ...rest, roles: roles.map((role) => ({ ...role, route: routeText(role.route) })) };
}

function cells(role: RoleCheck): string[] {
  const { route, endpoint, program, verdict } = role;
  const version = program?.version === undefined ? "" : ` ${program.version}`;
  return [
    role.role,
    routeText(route),
    route.handler === "nex" ? "built in" : program === undefined ? "" : `${route.handler}${version}`,
    endpoint === undefined ? (route.handler === "nex" ? "" : "its own login") : endpoint.url,
    timeText(role),
    verdict,
    whyText(role),
  ];
}

/** The whole real run where there was one, else how long the list of models took. */
function timeText({ answerMs, latencyMs }: RoleCheck): string {
  const ms = answerMs ?? latencyMs;
  if (ms === undefined) return "";
  return ms < 1000 ? `${Math.max(1, Math.round(ms))} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** What decided; of a yes the last and strongest word is enough. */
function whyText(role: RoleCheck): string {
  const messages = reasons(role).map(({ message }) => message);
  return role.verdict === "yes" ? (messages.at(-1) ?? "") : messages.join("; ");
}

function hintsOf(checks: readonly ProfileCheck[]): string[] {
  const all = checks
    .flatMap(({ roles }) => roles.flatMap(reasons))
    .filter(({ verdict }) => verdict !== "yes");
  return [
    ...new Set(all.flatMap(({ message, hint }) => (hint === undefined ? [] : [`${message}: ${hint}`]))),
  ];
}
