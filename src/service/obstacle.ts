// Whether the graph can be changed just now, asked seldom: a worker that cannot renew its lease is not stuck.
import type { WgError } from "../base/error.ts";
import { type Graph, obstacle } from "../graph/database.ts";

/** Asking means writing. */
const askEveryMs = 1000;

/** Answers whether the graph can be changed; `tell` gets the refusal each time that it cannot. `nowMs` is monotonic. */
export function changeability(graph: Graph, tell: (refusal: WgError) => void): (nowMs: number) => boolean {
  let askedMs = Number.NEGATIVE_INFINITY;
  let refusal: WgError | undefined;
  return (nowMs) => {
    if (nowMs - askedMs >= askEveryMs) {
      askedMs = nowMs;
      refusal = obstacle(graph);
    }
    if (refusal !== undefined) tell(refusal);
    return refusal === undefined;
  };
}
