// What a run tells while it goes on: every event to its journal, what others ask about to the graph, seldom.
import { messageOf } from "../base/error.ts";
import type { Graph } from "../graph/database.ts";
import { addLog } from "../graph/log.ts";
import type { Plan } from "../graph/plan.ts";
import type { RunResult } from "../graph/result.ts";
import { type Progress, recordProgress } from "../graph/run.ts";
import type { RunEvent } from "../handlers/handler.ts";
import type { Journal } from "./journal.ts";

/** What is known of a run before its handler has given a result. */
export interface Known extends Progress {
  servedModels: string[];
}

export interface Record {
  readonly progress: Readonly<Known>;
  /** Journals the event and remembers what it tells. Never throws. */
  event(event: RunEvent): void;
  /** A line in the task's log, for people. Never throws. */
  note(message: string): void;
  /** Writes what is new to the graph; what a locked database turns away is written the next time. Never throws. */
  flush(): void;
}

/** The record of one run. `now` gives the time of an event. */
export function startRecord(graph: Graph, plan: Plan, journal: Journal, now: () => Date): Record {
  const progress: Known = { servedModels: [] };
  let isNew = false;

  return {
    progress,
    event(event) {
      journal.write(event, now());
      isNew = learn(progress, event) || isNew;
    },
    note(message) {
      try {
        addLog(graph, plan.task, { by: "wg", message, run: plan.run }, now());
      } catch (error) {
        journal.write({ kind: "warning", message: `not logged (${messageOf(error)}): ${message}` }, now());
      }
    },
    flush() {
      if (!isNew) return;
      try {
        recordProgress(graph, plan.run, progress);
        isNew = false;
      } catch {
        // The result holds all of this; until then the next flush tries again.
      }
    },
  };
}

/** A result made of what is known so far, for a run whose handler gave none. */
export function resultSoFar(
  progress: Readonly<Known>,
  ending: Pick<RunResult, "outcome" | "failure">,
): RunResult {
  const { sessionId, resolvedModel, servedModels, usage } = progress;
  return {
    ...ending,
    summary: "",
    usage: usage ?? { input: 0, output: 0, cached: 0 },
    cost: { source: "unknown" },
    turns: 0,
    ...(sessionId !== undefined && { sessionId }),
    ...(resolvedModel !== undefined && { resolvedModel }),
    servedModels: [...servedModels],
    servedBy: servedModels.length > 0 ? "answered" : "requested-only",
    denials: 0,
  };
}

function learn(progress: Known, event: RunEvent): boolean {
  switch (event.kind) {
    case "session":
      progress.sessionId = event.sessionId;
      return true;
    case "usage":
      progress.usage = event.usage;
      return true;
    case "model":
      if (event.resolved !== undefined) progress.resolvedModel = event.resolved;
      if (event.served !== undefined && !progress.servedModels.includes(event.served)) {
        progress.servedModels.push(event.served);
      }
      return true;
    default:
      return false;
  }
}
