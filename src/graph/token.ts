// The token of a run: what its agent shows to `wg mcp`, so that only this run's tools answer it. Kept as a hash alone.
import { randomBytes } from "node:crypto";
import { sha256 } from "../base/canonical.ts";
import type { Graph } from "./database.ts";
import { execute, query, rowOf } from "./query.ts";
import { findRun, type PlannedRun } from "./run.ts";

/** Makes a token for a live run, records its hash, and answers it: from then on an earlier one is good for nothing. */
export function giveToken(graph: Graph, run: string): string {
  const token = randomBytes(24).toString("base64url");
  const update = query.updateTable("run").set({ token_hash: sha256(token) });
  execute(graph, update.where("id", "=", run).where("status", "!=", "ended"));
  return token;
}

/** The live run that this token was given to; undefined for a wrong one, and for a run that is over. */
export function runOfToken(graph: Graph, run: string, token: string): PlannedRun | undefined {
  const select = query.selectFrom("run").select("id").where("id", "=", run).where("status", "!=", "ended");
  const row = rowOf(graph, select.where("token_hash", "=", sha256(token)));
  return row && findRun(graph, row.id);
}
