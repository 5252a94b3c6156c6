// Runs added up: how they ended since a moment, and how the latest at each server ended.
import { sql } from "kysely";
import type { Route } from "../base/route.ts";
import type { Graph } from "./database.ts";
import { query, rowsOf } from "./query.ts";
import type { FailureClass, Outcome } from "./result.ts";

/** Runs by how they ended; without an outcome they have not. */
export interface Tally {
  outcome?: Outcome;
  failure?: FailureClass;
  runs: number;
}

/** How runs claimed since then ended, most first. Ids begin with their time, so that an index answers. */
export function tallySince(graph: Graph, since: Date): Tally[] {
  const stamp = since.toISOString().replace(/[-:]/g, "").slice(0, 15).replace("T", "-");
  const rows = query
    .selectFrom("run")
    .select((build) => ["outcome", "failure_class", build.fn.countAll<number>().as("runs")])
    .where("id", ">=", `r-${stamp}`)
    .where("id", "<", "r-\u{10ffff}")
    .groupBy(["outcome", "failure_class"])
    .orderBy("runs", "desc");
  return rowsOf(graph, rows).map(({ outcome, failure_class, runs }) => ({
    ...(outcome !== null && { outcome }),
    ...(failure_class !== null && { failure: failure_class }),
    runs,
  }));
}

/** How the latest run at one server ended; without `url` it was the handler's own login. */
export interface LastAnswer {
  handler: Route["handler"];
  url?: string;
  run: string;
  at: string;
  outcome: Outcome;
  failure?: FailureClass;
}

/** How far back is looked. */
const maxRuns = 100;

/** The latest ended run of each handler at each server, commands left out, among the last hundred; the newest first. */
export function lastAnswers(graph: Graph): LastAnswer[] {
  const rows = query
    .selectFrom("run")
    .select(["id", "outcome", "failure_class", "ended_at"])
    .select(sql<Route["handler"]>`json_extract("plan", '$.route.handler')`.as("handler"))
    .select(sql<string | null>`json_extract("plan", '$.endpoint.url')`.as("url"))
    .where("status", "=", "ended")
    .where("route", "!=", "shell")
    .orderBy("number", "desc")
    .limit(maxRuns);
  const latest = new Map<string, LastAnswer>();
  for (const { id, outcome, failure_class, ended_at, handler, url } of rowsOf(graph, rows)) {
    if (outcome === null || ended_at === null) continue;
    const key = `${handler} ${url ?? ""}`;
    if (latest.has(key)) continue;
    latest.set(key, {
      handler,
      ...(url !== null && { url }),
      run: id,
      at: ended_at,
      outcome,
      ...(failure_class !== null && { failure: failure_class }),
    });
  }
  return [...latest.values()];
}
