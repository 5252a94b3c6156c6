// A run in words and as JSON: what listings, `show` and `kill` say about one.
import { isAttempt } from "../graph/attempt.ts";
import type { PlannedIdentity } from "../graph/plan.ts";
import type { RunResult, Usage } from "../graph/result.ts";
import type { Run } from "../graph/run.ts";

/** `running`, `done`, `failed (quota)`: where a run stands. */
export function stateText(run: Run): string {
  const { result } = run;
  if (result === undefined) return run.cancel === undefined ? run.status : `${run.status} (cancelling)`;
  return result.failure === undefined || result.outcome !== "failed"
    ? result.outcome
    : `failed (${result.failure.class})`;
}

/** What it is to its task: its role, where a worker that repeats another run is a `rerun`. */
export function kindText({ role, subject }: Pick<Run, "role" | "subject">): string {
  return role === "worker" && subject !== undefined ? "rerun" : role;
}

/** `evaluator r-20261123-130501-k3f9xq`; the bare id of an attempt. */
export function runName(run: Run): string {
  return isAttempt(run) ? run.id : `${kindText(run)} ${run.id}`;
}

/** `careful-coder 3f9a1c2e1122`. */
export function identityText({ name, hash }: Pick<PlannedIdentity, "name" | "hash">): string {
  return `${name} ${hash.slice(0, 12)}`;
}

/** `1a2b3c4d5e6f..9f8e7d6c5b4a`, as git takes it; empty where the run changed no commit that is known. */
export function commitsText({ baseCommit, headCommit }: Pick<Run, "baseCommit" | "headCommit">): string {
  if (baseCommit === undefined || headCommit === undefined) return "";
  return `${baseCommit.slice(0, 12)}..${headCommit.slice(0, 12)}`;
}

/** The models that answered; where none told its name, the name that was sent, marked so; empty when neither is known. */
export function servedText(run: Pick<Run, "servedModels" | "resolvedModel">): string {
  if (run.servedModels.length > 0) return run.servedModels.join(", ");
  return run.resolvedModel === undefined ? "" : `${run.resolvedModel} (asked)`;
}

/** What was asked for and what answered: `claude:opus -> claude-opus-5-5`. */
export function modelsText(run: Pick<Run, "route" | "servedModels" | "resolvedModel">): string {
  const served = servedText(run);
  return served === "" ? run.route : `${run.route} -> ${served}`;
}

/** `12.3k in, 456 out`; empty when nothing was used. */
export function tokensText(usage: Usage | undefined): string {
  if (usage === undefined || usage.input + usage.output === 0) return "";
  return `${countText(usage.input)} in, ${countText(usage.output)} out`;
}

/** `$0.0123 reported`; empty when no cost is known. */
export function costText(cost: RunResult["cost"] | undefined): string {
  if (cost?.usd === undefined) return "";
  return `$${cost.usd.toFixed(cost.usd < 1 ? 4 : 2)} ${cost.source}`;
}

/** `wgnext`, or for a run on a fallback `wgnext (for codex)`. */
export function profileText({ profile, failover, arm }: Pick<Run, "profile" | "failover" | "arm">): string {
  const marks = [arm === "canary" && "canary", failover && `for ${failover.from}`].filter(Boolean);
  return marks.length === 0 ? profile : `${profile} (${marks.join(", ")})`;
}

/** Milliseconds from start to end, or to now; undefined before the start. */
export function durationMs(run: Run, now: Date): number | undefined {
  if (run.startedAt === undefined) return undefined;
  const end = run.endedAt === undefined ? now.getTime() : Date.parse(run.endedAt);
  return Math.max(0, end - Date.parse(run.startedAt));
}

/** `0.8s`, `42s`, `4m10s`, `2h05m`; empty for undefined. */
export function spanText(ms: number | undefined): string {
  if (ms === undefined) return "";
  const seconds = Math.round(ms / 1000);
  if (ms < 9950) return `${(ms / 1000).toFixed(1)}s`;
  if (seconds < 60) return `${seconds}s`;
  const two = (value: number) => String(value).padStart(2, "0");
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${two(seconds % 60)}s`;
  return `${Math.floor(seconds / 3600)}h${two(Math.floor(seconds / 60) % 60)}m`;
}

/** A run in an envelope: all that was recorded, and how long it took. */
export function runJson(run: Run, now: Date): Record<string, unknown> {
  return { ...run, durationMs: durationMs(run, now) };
}

/** `9999`, `12.3k`, `1.2M`. */
export function countText(count: number): string {
  if (count < 10_000) return String(count);
  if (count < 1_000_000) return `${(count / 1000).toFixed(1)}k`;
  return `${(count / 1_000_000).toFixed(1)}M`;
}
