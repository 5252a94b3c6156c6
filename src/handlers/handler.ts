// The contract of a handler: a plan in, events out, one result, always last. It never rejects.
import type { Env } from "../base/home.ts";
import type { HandlerName } from "../base/route.ts";
import type { Plan } from "../graph/plan.ts";
import type { RunResult, Usage } from "../graph/result.ts";

/** What a handler works with besides the plan. */
export interface Job {
  plan: Plan;
  /** The environment the worker was started in, not yet scrubbed. */
  env: Env;
  /** A folder of this run's own, for the raw stream, stderr and scratch files. Exists. */
  folder: string;
  /** A folder for conversations that are to be gone on with, for a handler that keeps its own. Need not exist. */
  sessions?: string;
  /** What the agent is told about itself first, by a handler that writes the system message itself. */
  preamble?: string;
  /**
   * Told each piece of what is said as it comes, without secrets, by a handler that can; the same words are told once
   * more as `text` events. For who watches now: no journal keeps it. After `retry` the answer begins anew. Must not throw.
   */
  onText?(piece: string): void;
  inbox?: Inbox;
}

/** What people say to the task while it is worked on. */
export interface Inbox {
  /** What was said since it was last asked, for an agent that is told between its turns; undefined when nothing was. */
  take(): string | undefined;
  /**
   * A shell command for the hooks of an agent's program: prints what was said since as the answer of a hook of this
   * event, and costs next to nothing when nothing was.
   */
  hookCommand(event: HookEvent): string;
}

/** When Claude Code and Codex call a hook: after a tool, and before they stop. */
export type HookEvent = "PostToolUse" | "Stop";

/** What happens while a handler runs, in the words of no particular CLI. `text` and `output` are cut at 16,000 characters. */
export type RunEvent =
  | { kind: "started"; pid?: number; version?: string }
  | { kind: "session"; sessionId: string }
  /** `served` is told once for each answer of a server that names its model. */
  | { kind: "model"; resolved?: string; served?: string }
  | { kind: "text"; text: string }
  | { kind: "tool"; id: string; name: string; input: string }
  | { kind: "tool-result"; id: string; ok: boolean; output: string }
  | { kind: "usage"; usage: Usage }
  | { kind: "retry"; attempt: number; reason: string }
  | { kind: "warning"; message: string }
  | { kind: "result"; result: RunResult };

export interface Handler {
  name: HandlerName;
  /**
   * Runs the plan to its end. The last event is the one `result`, whatever happens: a missing program, a bad answer,
   * an abort are results, never exceptions. Aborting `signal` ends the whole process tree within 5 s; the result is
   * then `cancelled`, or what `signal.reason` says when it is a `StopReason`.
   */
  run(job: Job, signal: AbortSignal): AsyncIterable<RunEvent>;
}

/** Why a worker stops its handler early; given to `AbortController.abort`. */
export interface StopReason {
  outcome: "cancelled" | "timed-out" | "failed";
  failure: NonNullable<RunResult["failure"]>;
}
