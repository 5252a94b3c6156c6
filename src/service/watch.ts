// What a service remembers of live runs beyond the graph: which process is theirs, and since when it is silent.
import { isAlive, type ProcessMark } from "../base/process.ts";
import type { Run } from "../graph/run.ts";
import type { LiveRun } from "./decide.ts";

/** Only a cache: a service that starts anew makes it again from the graph and the processes it finds. */
export interface RunWatch {
  /** Every live run as `decide` wants it; runs that are not live any more are forgotten. `nowMs` is monotonic. */
  look(runs: readonly Run[], nowMs: number, now: Date): LiveRun[];
  /** Says which process a claimed run was given to; undefined: it has none and gets none. */
  assigned(run: string, process: ProcessMark | undefined): void;
  terminated(run: string, nowMs: number): void;
  /** Notes how many processes of a dead run were met; answers since when that is done, and how often in a row there was none. */
  swept(run: string, nowMs: number, met: number): { sinceMs: number; clean: number };
  /** The process of a run: the one that took it up, else the one it was given to. */
  processOf(run: Run): ProcessMark | undefined;
}

interface Memory {
  seenMs: number;
  /** The lease as it was last seen, and since when it is that. */
  lease?: { until: string; sinceMs: number };
  leaseOverMs?: number;
  terminatedMs?: number;
  swept?: { sinceMs: number; clean: number };
  assigned?: ProcessMark | "none";
}

/** A worker renews its lease several times in this, whatever the clock on the wall does meanwhile. */
const longestLeaseMs = 60_000;

/**
 * An empty memory. `canRenew` says whether a worker could renew its lease now: while it could not, no lease is over, since
 * the work goes on. `alive` says whether a process lives.
 */
export function watchRuns(
  canRenew: (nowMs: number) => boolean,
  alive: (mark: ProcessMark) => boolean = isAlive,
): RunWatch {
  const memories = new Map<string, Memory>();

  function memoryOf(run: string, nowMs: number): Memory {
    const known = memories.get(run);
    if (known !== undefined) return known;
    const fresh = { seenMs: nowMs };
    memories.set(run, fresh);
    return fresh;
  }

  function processOf(run: Run): ProcessMark | undefined {
    if (run.process !== undefined) return run.process;
    const assigned = memories.get(run.id)?.assigned;
    return assigned === "none" ? undefined : assigned;
  }

  function stateOf(run: Run): LiveRun["process"] {
    const mark = processOf(run);
    if (mark !== undefined) return alive(mark) ? "alive" : "dead";
    return memories.get(run.id)?.assigned === "none" || run.status === "running" ? "dead" : "unseen";
  }

  function isOver({ id, leaseUntil: until }: Run, nowMs: number, now: Date): boolean {
    const memory = memoryOf(id, nowMs);
    if (memory.lease?.until !== until) memory.lease = { until, sinceMs: nowMs };
    return until <= now.toISOString() || nowMs - memory.lease.sinceMs >= longestLeaseMs;
  }

  return {
    look(runs, nowMs, now) {
      const live = new Set(runs.map((run) => run.id));
      for (const run of memories.keys()) if (!live.has(run)) memories.delete(run);
      return runs.map((run) => {
        const memory = memoryOf(run.id, nowMs);
        if (isOver(run, nowMs, now) && canRenew(nowMs)) memory.leaseOverMs ??= nowMs;
        else delete memory.leaseOverMs;
        const { seenMs, leaseOverMs, terminatedMs } = memory;
        return {
          run: run.id,
          state: run.status === "running" ? "running" : "claimed",
          process: stateOf(run),
          seenMs,
          ...(leaseOverMs !== undefined && { leaseOverMs }),
          ...(terminatedMs !== undefined && { terminatedMs }),
          ...(run.cancel !== undefined && { cancel: run.cancel }),
        };
      });
    },
    assigned(run, mark) {
      memoryOf(run, performance.now()).assigned = mark ?? "none";
    },
    terminated(run, nowMs) {
      memoryOf(run, nowMs).terminatedMs = nowMs;
    },
    swept(run, nowMs, met) {
      const memory = memoryOf(run, nowMs);
      const { sinceMs, clean } = memory.swept ?? { sinceMs: nowMs, clean: 0 };
      memory.swept = { sinceMs, clean: met === 0 ? clean + 1 : 0 };
      return memory.swept;
    },
    processOf,
  };
}
