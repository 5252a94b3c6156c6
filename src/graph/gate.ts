// Gates: what the scores of finished work make of its task.
import type { Graph } from "./database.ts";
import { holdOf, holdTask, releaseTask } from "./hold.ts";
import { addLog } from "./log.ts";
import type { PlannedReview } from "./plan.ts";
import { execute, query, rowOf } from "./query.ts";

export type Gate = NonNullable<PlannedReview["gate"]>;

/** What all who looked at a piece of work came to together. Work without a score never passes. */
export type Verdict =
  | { kind: "passes"; total: number }
  | { kind: "below"; total: number; notes: string }
  | { kind: "no-score"; why: string };

/** How a total stands to a gate. */
export function verdictOf({ least }: Gate, total: number, notes: string): Verdict {
  return total >= least ? { kind: "passes", total } : { kind: "below", total, notes };
}

/**
 * Moves a task on by the verdict on the work of `run`: done, or waiting to be merged for the reason `unmerged`; open again
 * with the notes; or waiting for a person, when there is no score or it was sent back `reopens` times. Nothing happens
 * to a task that does not wait for a verdict on this very run.
 */
export function applyVerdict(
  graph: Graph,
  { task, run, gate, unmerged }: { task: string; run: string; gate: Gate; unmerged?: string | undefined },
  verdict: Verdict,
  now: Date,
): void {
  if (!waitsFor(graph, task, run)) return;
  const say = (message: string) =>
    addLog(graph, task, { by: "wg", message: message.slice(0, 16_000), run }, now);
  const askPerson = (reason: string) => holdTask(graph, task, { kind: "gate", reason }, now);
  switch (verdict.kind) {
    case "passes":
      say(`${scoredText(verdict, gate)}: passed`);
      if (unmerged !== undefined) {
        holdTask(graph, task, { kind: "merge", reason: unmerged }, now);
        return;
      }
      // The status first: what tells people of an end looks at what the task was held for.
      execute(graph, query.updateTable("task").set(ended(now)).where("id", "=", task));
      releaseTask(graph, task);
      return;
    case "below": {
      const before = reopenedOf(graph, task);
      if (before >= gate.reopens) {
        const tried = before === 0 ? "" : ` after ${before === 1 ? "a second try" : `${before + 1} tries`}`;
        say(`${scoredText(verdict, gate)}: not passed\n${verdict.notes}`);
        askPerson(`${scoredText(verdict, gate)}${tried}; wg approve takes it as it is`);
        return;
      }
      say(`${scoredText(verdict, gate)}: sent back\n${verdict.notes}`);
      execute(
        graph,
        query
          .updateTable("task")
          .set({ reopened: before + 1 })
          .where("id", "=", task),
      );
      releaseTask(graph, task);
      return;
    }
    case "no-score":
      say(`no score: ${verdict.why}`);
      askPerson(
        `it could not be scored (${verdict.why}); wg evaluate tries again, wg approve takes it as it is`,
      );
  }
}

/** `scored 0.52, the gate is 0.7`. */
export function scoredText({ total }: { total: number }, { least }: Gate): string {
  return `scored ${round(total)}, the gate is ${round(least)}`;
}

/** True while the task is held for what the scores of this run, its latest, come to. */
function waitsFor(graph: Graph, task: string, run: string): boolean {
  const kind = holdOf(graph, task)?.kind;
  if (kind !== "review" && kind !== "gate") return false;
  const runs = query.selectFrom("run").select("id").where("task", "=", task).where("role", "=", "worker");
  const latest = rowOf(graph, runs.where("subject", "is", null).orderBy("number", "desc").limit(1));
  return latest?.id === run;
}

function reopenedOf(graph: Graph, task: string): number {
  return rowOf(graph, query.selectFrom("task").select("reopened").where("id", "=", task))?.reopened ?? 0;
}

function ended(now: Date) {
  return { status: "done", completed_at: now.toISOString(), reason: null } as const;
}

function round(score: number): number {
  return Math.round(score * 100) / 100;
}
