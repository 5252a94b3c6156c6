// The clock of a run: renews its lease, passes on what others tell it, and stops it when it has to end.
import { messageOf } from "../base/error.ts";
import type { Graph } from "../graph/database.ts";
import type { Plan } from "../graph/plan.ts";
import { findRun, renewLease } from "../graph/run.ts";
import type { StopReason } from "../handlers/handler.ts";
import { stopDue } from "../handlers/limits.ts";
import { isPassing } from "./insist.ts";
import type { Record } from "./record.ts";

const beatMs = 1000;
const renewEveryMs = 5000;
/** How long a lease holds; whoever finds it run out and the process gone may end the run. */
const leaseMs = 30_000;

export interface Watch {
  /** The handler gave a sign of life. */
  heard(): void;
  /** From here on silence means nothing; the run's whole time is still limited. */
  ignoreSilence(): void;
  end(): void;
}

/**
 * Watches a run until `end`: aborts `stop` with a `StopReason` when its time is over, its handler silent for too
 * long, its cancelling asked for in the graph, or `interrupted` aborts. The first reason counts.
 */
export function startWatch(
  graph: Graph,
  plan: Plan,
  record: Record,
  stop: AbortController,
  interrupted: AbortSignal,
): Watch {
  const startedMs = performance.now();
  let silentSinceMs: number | undefined = startedMs;
  let renewedMs = startedMs;

  const onInterrupt = () => stop.abort(cancelled(messageOf(interrupted.reason)));
  if (interrupted.aborted) onInterrupt();
  interrupted.addEventListener("abort", onInterrupt);

  const beat = () => {
    const nowMs = performance.now();
    const due = stopDue(plan.limits, { nowMs, startedMs, silentSinceMs });
    if (due !== undefined) stop.abort(due);
    record.flush();
    if (nowMs - renewedMs < renewEveryMs) return;
    renewedMs = nowMs;
    const word = renew(graph, plan.run);
    if (word !== undefined) stop.abort(word);
  };
  const timer = setInterval(beat, beatMs);

  return {
    heard: () => {
      if (silentSinceMs !== undefined) silentSinceMs = performance.now();
    },
    ignoreSilence: () => {
      silentSinceMs = undefined;
    },
    end: () => {
      clearInterval(timer);
      interrupted.removeEventListener("abort", onInterrupt);
    },
  };
}

/** The end of a run that somebody asked for. */
export function cancelled(message: string): StopReason {
  return { outcome: "cancelled", failure: { class: "killed", message } };
}

/** Renews the lease; answers why the run should stop, if somebody said so. A graph that cannot be reached now says nothing. */
function renew(graph: Graph, runId: string): StopReason | undefined {
  try {
    const isLive = renewLease(graph, runId, new Date(Date.now() + leaseMs));
    if (!isLive) return cancelled("the run was ended by another process");
    return findRun(graph, runId)?.cancel === undefined ? undefined : cancelled("cancelled on request");
  } catch (error) {
    if (isPassing(error)) return undefined;
    throw error;
  }
}
