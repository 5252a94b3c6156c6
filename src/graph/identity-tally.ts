// What came of the work of each identity: how many runs it had, and how those were scored.
import { sql } from "kysely";
import type { Graph } from "./database.ts";
import { query, rowsOf } from "./query.ts";

/** `mean` is of the `n` runs that were scored, from 0 to 1; it is 0 where none was. */
export interface IdentityTally {
  runs: number;
  n: number;
  mean: number;
}

/**
 * By identity hash, for every identity that a worker had. Of each run the evaluator's latest score counts; flip, and judges
 * of comparisons, are left out.
 */
export function identityTallies(graph: Graph): Map<string, IdentityTally> {
  const latest = query
    .selectFrom("evaluation")
    .select((build) => build.fn.max("number").as("number"))
    .where("role", "=", "evaluator")
    .where("judge", "=", 0)
    .where("total", "is not", null)
    .groupBy("run");
  const rows = query
    .selectFrom("run")
    .leftJoin("evaluation", (join) =>
      join.onRef("evaluation.run", "=", "run.id").on("evaluation.number", "in", latest),
    )
    .select((build) => [
      "run.identity",
      build.fn.countAll<number>().as("runs"),
      build.fn.count<number>("evaluation.total").as("n"),
      sql<number>`coalesce(avg(evaluation.total), 0)`.as("mean"),
    ])
    .where("run.identity", "is not", null)
    .where("run.role", "=", "worker")
    .groupBy("run.identity");
  const found = rowsOf(graph, rows);
  return new Map(found.map(({ identity, runs, n, mean }) => [identity ?? "", { runs, n, mean }]));
}
