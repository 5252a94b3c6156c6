// How many runs were started on a profile within a time.
import type { Graph } from "./database.ts";
import { query, rowsOf } from "./query.ts";

/** From `from` on, up to but without `until`; ISO 8601 UTC. */
export interface ProfileSpan {
  profile: string;
  from: string;
  until?: string;
}

/** The number of runs claimed on each span's profile within it, in the order of the spans. */
export function countRuns(graph: Graph, spans: readonly ProfileSpan[]): number[] {
  const earliest = spans.map(({ from }) => from).sort()[0];
  if (earliest === undefined) return [];
  const select = query.selectFrom("run").select(["profile", "claimed_at"]).orderBy("number");
  const claims = new Map<string, string[]>();
  for (const { profile, claimed_at } of rowsOf(graph, select.where("claimed_at", ">=", earliest))) {
    const times = claims.get(profile);
    if (times === undefined) claims.set(profile, [claimed_at]);
    else times.push(claimed_at);
  }
  return spans.map(({ profile, from, until }) => {
    const within = (at: string) => at >= from && (until === undefined || at < until);
    return (claims.get(profile) ?? []).filter(within).length;
  });
}
