// The first runs of a profile after a moment: what tells whether a switch to it was any good.
import { sql } from "kysely";
import type { Graph } from "./database.ts";
import { query, rowsOf } from "./query.ts";
import { findRun, type Run } from "./run.ts";

/**
 * The first `limit` worker runs on this revision of a profile that were claimed after `since`, in order. Runs that say
 * nothing of it are left out: commands, tasks with a model of their own, runs on it as a fallback, cancelled and lost ones, replays of finished work.
 */
export function firstRuns(
  graph: Graph,
  { profile, revision, since, limit }: { profile: string; revision: string; since: string; limit: number },
): Run[] {
  const select = query
    .selectFrom("run")
    .select("id")
    .where("profile", "=", profile)
    .where("revision", "=", revision)
    .where("claimed_at", ">", since)
    .where("role", "=", "worker")
    .where("subject", "is", null)
    .where("route", "!=", "shell")
    .where("failover", "is", null)
    .where((build) =>
      build.or([build("outcome", "is", null), build("outcome", "not in", ["cancelled", "lost"])]),
    )
    .where(sql<boolean>`json_extract(plan, '$.origins."task.model"') is null`);
  return rowsOf(graph, select.orderBy("number").limit(limit)).flatMap(({ id }) => findRun(graph, id) ?? []);
}
