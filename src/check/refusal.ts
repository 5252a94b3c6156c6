// What a check means for a switch: a refusal that names each definite no, or a few warnings. Pure.
import { WgError } from "../base/error.ts";
import { type Finding, type ProfileCheck, reasons, userNames, usersText, type Verdict } from "./verdict.ts";

/** The refusal of a switch whose target cannot work (`check-failed`, exit 3), or undefined when nothing is definite. */
export function refusalOf(checks: readonly ProfileCheck[]): WgError | undefined {
  const clauses = clausesOf(checks, "no");
  const name = checks[0]?.profile;
  if (clauses.length === 0 || name === undefined) return undefined;
  const isOfService = clauses.some(({ service, about }) => service !== undefined && about !== "model");
  const hints = [
    ...[...new Set(clauses.flatMap(({ hint }) => (hint === undefined ? [] : [hint])))].slice(0, 3),
    ...(isOfService ? [restartHint] : []),
  ];
  return new WgError("check-failed", `${name} would not work: ${clauses.map(clauseText).join("; ")}`, {
    hint: [...hints, `to switch all the same: wg profile use ${name} --no-check`].join("; "),
    exit: 3,
  });
}

const restartHint =
  "a service keeps the environment it was started with: wg service stop, then wg service start";

/** One sentence for each thing that is not known, with those it concerns. */
export function warningsOf(checks: readonly ProfileCheck[]): string[] {
  const anywhere = checks.map(({ service: _, ...check }) => check);
  return clausesOf(anywhere, "unknown").map(clauseText);
}

interface Clause extends Finding {
  who: string[];
  all: string[];
  service?: string;
}

/** The findings of a verdict, each once, with all who share it. */
function clausesOf(checks: readonly ProfileCheck[], verdict: Verdict): Clause[] {
  const clauses = new Map<string, Clause>();
  for (const { routes, service } of checks) {
    for (const { users, findings } of routes) {
      for (const finding of reasons({ verdict, findings })) {
        const mark = JSON.stringify([service, finding.message]);
        const clause = clauses.get(mark) ?? {
          ...finding,
          who: [],
          all: userNames(routes),
          ...(service !== undefined && { service }),
        };
        clause.who.push(...users.map(({ name }) => name).filter((name) => !clause.who.includes(name)));
        clauses.set(mark, clause);
      }
    }
  }
  return [...clauses.values()];
}

function clauseText({ message, who, all, service }: Clause): string {
  const where = service === undefined ? "" : `, as the service of ${service} would start it`;
  return `${message} (${usersText(who, all)}${where})`;
}
