// What decides about a task when a run ends, besides the result: what is known of the work, and what other roles found.
import type { Assignment } from "./assignment.ts";
import type { Verdict } from "./gate.ts";

/** What else decides about a task when its run ends; see `Ending`. */
export interface AfterRun {
  maxAttempts: number;
  failsOver?: boolean;
  unmerged?: string;
  /** What a run of another role than the worker's has found; without it, it found nothing. */
  found?: Found;
}

/** `verdict` is there when nobody else has to look any more and a gate was set; its evaluation is recorded already. */
export type Found =
  | { kind: "evaluation"; verdict?: Verdict }
  | { kind: "assignment"; assignment: Omit<Assignment, "at" | "task"> };
