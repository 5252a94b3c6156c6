// One answer: a plan goes to its handler, within its limits and held to its model.
import type { Plan } from "../graph/plan.ts";
import type { RunResult } from "../graph/result.ts";
import type { Job, RunEvent, StopReason } from "../handlers/handler.ts";
import { stopDue } from "../handlers/limits.ts";
import { mismatchOf, type SeenModel } from "../handlers/mismatch.ts";
import { handlerFor } from "../handlers/registry.ts";

const beatMs = 1000;

/**
 * Runs the job's plan and yields what happens, all but the result, which it returns; `heard` is told each event before it
 * is yielded. It is stopped when `signal` aborts, when it takes longer or is silent for longer than the plan allows, and
 * on a model that was not asked for where the plan says so; else such a model is a warning.
 */
export async function* answerTo(
  job: Job,
  heard: (event: RunEvent) => void,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, RunResult> {
  const { plan } = job;
  const stop = new AbortController();
  const watch = startWatch(plan, stop, signal);
  const onText = (piece: string) => {
    watch.heard();
    job.onText?.(piece);
  };
  try {
    const handler = await handlerFor(plan.route.handler);
    const seen: SeenModel = {};
    for await (const event of handler.run({ ...job, ...(job.onText && { onText }) }, stop.signal)) {
      if (event.kind === "result") return judged(plan, event.result);
      watch.heard();
      heard(event);
      yield event;
      const message = event.kind === "model" ? newMismatch(plan, seen, event) : undefined;
      if (message === undefined) continue;
      if (plan.onModelMismatch === "fail") {
        stop.abort({ outcome: "failed", failure: { class: "model-mismatch", message } });
        continue;
      }
      const warning: RunEvent = { kind: "warning", message };
      heard(warning);
      yield warning;
    }
    throw new Error(`the ${plan.route.handler} handler ended without a result`);
  } finally {
    watch.end();
  }
}

/** Stops an answer that is interrupted, too long or too silent. */
function startWatch(plan: Plan, stop: AbortController, signal: AbortSignal): { heard(): void; end(): void } {
  const startedMs = performance.now();
  let silentSinceMs = startedMs;
  const onAbort = () => stop.abort(interrupted);
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  const timer = setInterval(() => {
    const due = stopDue(plan.limits, { nowMs: performance.now(), startedMs, silentSinceMs });
    if (due !== undefined) stop.abort(due);
  }, beatMs);
  return {
    heard: () => {
      silentSinceMs = performance.now();
    },
    end: () => {
      clearInterval(timer);
      signal.removeEventListener("abort", onAbort);
    },
  };
}

const interrupted: StopReason = {
  outcome: "cancelled",
  failure: { class: "killed", message: "interrupted" },
};

/** How a model that is seen for the first time differs from the planned one. */
function newMismatch(plan: Plan, seen: SeenModel, event: SeenModel): string | undefined {
  if (event.resolved !== undefined) seen.resolved = event.resolved;
  return mismatchOf(plan, { ...seen, ...event });
}

/** A handler's word against the models it was served. */
function judged(plan: Plan, result: RunResult): RunResult {
  if (result.outcome !== "done" || plan.onModelMismatch !== "fail") return result;
  const resolved = result.resolvedModel === undefined ? {} : { resolved: result.resolvedModel };
  const seen: SeenModel[] = [resolved, ...result.servedModels.map((served) => ({ ...resolved, served }))];
  const message = seen.map((each) => mismatchOf(plan, each)).find((text) => text !== undefined);
  if (message === undefined) return result;
  return { ...result, outcome: "failed", failure: { class: "model-mismatch", message } };
}
