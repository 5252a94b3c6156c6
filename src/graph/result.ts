// What came of a run, as data: recorded once, by the worker itself or by who found it gone.

export const outcomes = ["done", "failed", "timed-out", "cancelled", "lost"] as const;
export type Outcome = (typeof outcomes)[number];

export const failureClasses = [
  "quota",
  "auth",
  "unreachable",
  "bad-request",
  "server",
  "agent",
  "hang",
  "killed",
  "model-mismatch",
  "spawn",
  "budget",
] as const;
/**
 * `agent`: it ran and did not get there; `spawn`: the handler could not be started as planned; `budget`: it had spent
 * what it might.
 */
export type FailureClass = (typeof failureClasses)[number];

/** `message` is for people, one to a few lines; `resetsAt` is ISO 8601 UTC, where a quota names it. */
export interface Failure {
  class: FailureClass;
  message: string;
  status?: number;
  resetsAt?: string;
}

/** Tokens of this run alone (a resumed session's earlier ones are not counted again). `input` includes `cached`. */
export interface Usage {
  input: number;
  output: number;
  cached: number;
}

/** `reported` by the handler, `computed` from prices, or `unknown` (then `usd` is absent). */
export interface Cost {
  usd?: number;
  source: "reported" | "computed" | "unknown";
}

export interface RunResult {
  outcome: Outcome;
  /** Present exactly when `outcome` is not `done`. */
  failure?: Failure;
  /** The agent's closing words, cut at 8,000 characters. */
  summary: string;
  usage: Usage;
  cost: Cost;
  turns: number;
  sessionId?: string;
  /** What the handler resolved the requested model to (`opus` -> `claude-opus-5-5`), where it says so. */
  resolvedModel?: string;
  /** What the server answered with, each once, in order; empty when nothing told. */
  servedModels: string[];
  /** `answered`: the server's own word; `requested-only`: nothing better than what was asked for. */
  servedBy: "answered" | "requested-only";
  exitCode?: number;
  signal?: string;
  /** Tool calls that permissions turned down. */
  denials: number;
}
