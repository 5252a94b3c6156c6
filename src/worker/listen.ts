// The events of a run's handler taken in, each looked at as it comes: what was spent, which model answers.
import type { Failure, RunResult } from "../graph/result.ts";
import type { RunEvent } from "../handlers/handler.ts";
import { mismatchOf, type SeenModel } from "../handlers/mismatch.ts";
import { budgetOf } from "./budget.ts";
import { resultSoFar } from "./record.ts";
import { type Running, stopped } from "./running.ts";

/** A handler that was stopped has 5 s by contract; after this long the worker goes on without it. */
const overdueMs = 10_000;

/** The result at the end of the events; a handler that was told to stop is not waited for without limit. */
export async function resultIn(
  events: AsyncIterable<RunEvent>,
  running: Running,
  told: (event: RunEvent) => void = () => {},
): Promise<RunResult> {
  const { record, stop } = running;
  const late = lateness(stop.signal);
  try {
    const given = await Promise.race([takeAll(events, running, told), late.passed]);
    if (given !== undefined) return given;
    if (stop.signal.aborted) return stopped(running);
    const message = "the handler ended without a result";
    return resultSoFar(record.progress, { outcome: "failed", failure: { class: "agent", message } });
  } finally {
    late.forget();
  }
}

async function takeAll(
  events: AsyncIterable<RunEvent>,
  running: Running,
  told: (event: RunEvent) => void,
): Promise<RunResult | undefined> {
  const { graph, plan, io, record, destination, stop, watch } = running;
  const overBudget = budgetOf(graph, plan, record.progress, io.now);
  for await (const event of events) {
    if (event.kind === "result") return event.result;
    watch.heard();
    record.event(event);
    told(event);
    // What a tool gave goes to the model: another turn.
    const spent = event.kind === "tool-result" ? overBudget() : undefined;
    if (spent !== undefined) stop.abort(spent);
    if (event.kind !== "model") continue;
    if (event.served !== undefined) destination.answers();
    const failure = compareModels(event, running);
    if (failure !== undefined) stop.abort({ outcome: "failed", failure });
  }
  return undefined;
}

/** `passed` is kept `overdueMs` after the signal has aborted. */
function lateness(signal: AbortSignal): { passed: Promise<undefined>; forget(): void } {
  let timer: NodeJS.Timeout | undefined;
  let onAbort = () => {};
  const passed = new Promise<undefined>((resolve) => {
    onAbort = () => {
      timer = setTimeout(() => resolve(undefined), overdueMs);
    };
  });
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  const forget = () => {
    signal.removeEventListener("abort", onAbort);
    clearTimeout(timer);
  };
  return { passed, forget };
}

/**
 * The failure that a seen model means, where the plan says that it is one. Where it only warns, each difference is
 * told once: as an event and in the task's log.
 */
function compareModels(seen: SeenModel, { plan, record, warned }: Running): Failure | undefined {
  const resolved = record.progress.resolvedModel;
  const message = mismatchOf(plan, { ...(resolved !== undefined && { resolved }), ...seen });
  if (message === undefined) return undefined;
  if (plan.onModelMismatch === "fail") return { class: "model-mismatch", message };
  if (warned.has(message)) return undefined;
  warned.add(message);
  record.event({ kind: "warning", message });
  record.note(message);
  return undefined;
}

/** The failure that a model of the result means, where the plan says that another one is a failure. */
export function mismatchIn(result: RunResult, running: Running): Failure | undefined {
  return seenModels(result)
    .map((model) => compareModels(model, running))
    .find((failure) => failure !== undefined);
}

function seenModels({ resolvedModel: resolved, servedModels }: RunResult): SeenModel[] {
  const served = servedModels.map((model) => ({ served: model }));
  return resolved === undefined ? served : [{ resolved }, ...served];
}
