// A run's result as columns of its row, and back.
import type { Failure, RunResult, Usage } from "./result.ts";
import type { RunRow } from "./tables.ts";

/** The columns of a result. What it does not know stays as progress recorded it in `before`. */
export function resultColumns(result: RunResult, before: RunRow): Partial<RunRow> {
  const { failure, usage, cost } = result;
  const unknown = usage.input === 0 && usage.output === 0;
  return {
    outcome: result.outcome,
    failure_class: failure?.class ?? null,
    failure_message: failure?.message ?? null,
    failure_status: failure?.status ?? null,
    resets_at: failure?.resetsAt ?? null,
    summary: result.summary,
    ...usageColumns((unknown ? usageOf(before) : undefined) ?? usage),
    cost_usd: cost.usd ?? null,
    cost_source: cost.source,
    turns: result.turns,
    session_id: result.sessionId ?? before.session_id,
    resolved_model: result.resolvedModel ?? before.resolved_model,
    served_models:
      result.servedModels.length > 0 ? JSON.stringify(result.servedModels) : before.served_models,
    served_by: result.servedBy,
    exit_code: result.exitCode ?? null,
    signal: result.signal ?? null,
    denials: result.denials,
  };
}

/** The result in a row, or undefined while the run has not ended. */
export function resultOf(row: RunRow): RunResult | undefined {
  if (row.outcome === null) return undefined;
  const failure = failureOf(row);
  return {
    outcome: row.outcome,
    ...(failure !== undefined && { failure }),
    summary: row.summary ?? "",
    usage: usageOf(row) ?? { input: 0, output: 0, cached: 0 },
    cost: { ...(row.cost_usd !== null && { usd: row.cost_usd }), source: row.cost_source ?? "unknown" },
    turns: row.turns ?? 0,
    ...(row.session_id !== null && { sessionId: row.session_id }),
    ...(row.resolved_model !== null && { resolvedModel: row.resolved_model }),
    servedModels: servedModelsOf(row),
    servedBy: row.served_by ?? "requested-only",
    ...(row.exit_code !== null && { exitCode: row.exit_code }),
    ...(row.signal !== null && { signal: row.signal }),
    denials: row.denials ?? 0,
  };
}

/** Tokens as columns. */
export function usageColumns(usage: Usage): Pick<RunRow, "input_tokens" | "output_tokens" | "cached_tokens"> {
  return { input_tokens: usage.input, output_tokens: usage.output, cached_tokens: usage.cached };
}

/** The tokens in a row, or undefined when none were told. */
export function usageOf(row: RunRow): Usage | undefined {
  if (row.input_tokens === null) return undefined;
  return { input: row.input_tokens, output: row.output_tokens ?? 0, cached: row.cached_tokens ?? 0 };
}

/** The served models in a row, in order. */
export function servedModelsOf(row: Pick<RunRow, "served_models">): string[] {
  return row.served_models === null ? [] : (JSON.parse(row.served_models) as string[]);
}

function failureOf(row: RunRow): Failure | undefined {
  if (row.failure_class === null) return undefined;
  return {
    class: row.failure_class,
    message: row.failure_message ?? "",
    ...(row.failure_status !== null && { status: row.failure_status }),
    ...(row.resets_at !== null && { resetsAt: row.resets_at }),
  };
}
