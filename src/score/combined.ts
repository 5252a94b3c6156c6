// What all who looked at the work of a run came to together.
import type { Scores, Weights } from "../base/dimension.ts";
import type { Graph } from "../graph/database.ts";
import { type Evaluation, latestEvaluation } from "../graph/evaluation.ts";
import type { ReviewRole } from "../graph/tables.ts";
import { totalOf } from "./total.ts";

/** `missing`: somebody is still to look; `unscored`: somebody has looked and could not tell. */
export type Combined =
  | { kind: "scored"; total: number; scores: Scores; notes: string }
  | { kind: "missing" }
  | { kind: "unscored"; why: string };

/** The latest word of each of these roles on a run's work, as one. */
export function combinedOf(
  graph: Graph,
  run: string,
  roles: readonly ReviewRole[],
  weights: Weights,
): Combined {
  const found = roles.map((role) => latestEvaluation(graph, run, role));
  return combine(found, weights);
}

/** Evaluations of one run as one, `undefined` standing for one that is not there yet. Pure. */
export function combine(evaluations: readonly (Evaluation | undefined)[], weights: Weights): Combined {
  const there = evaluations.filter((each) => each !== undefined);
  if (there.length < evaluations.length) return { kind: "missing" };
  const unscored = there.find(({ total }) => total === undefined);
  if (unscored !== undefined) {
    return { kind: "unscored", why: `${unscored.role}: ${unscored.problem ?? "no score"}` };
  }
  const scores: Scores = Object.assign({}, ...there.map((each) => each.scores));
  const total = totalOf(scores, weights);
  if (total === undefined) return { kind: "unscored", why: "no dimension that was scored has a weight" };
  return { kind: "scored", total, scores, notes: there.map(notesOf).join("\n") };
}

function notesOf({ role, notes }: Evaluation): string {
  return `${role}: ${notes}`;
}
