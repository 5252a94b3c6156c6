// A handler's run from outside a worker: to its one result, within a limit.
import type { RunResult } from "../graph/result.ts";
import type { Job, RunEvent, StopReason } from "./handler.ts";
import { handlerFor } from "./registry.ts";

/**
 * Runs the job's plan to its end and answers the result; `told` gets every event before it. After the plan's
 * `limits.timeoutMs` it is stopped as timed out, and as cancelled when `signal` aborts: both are results too.
 */
export async function runToEnd(
  job: Job,
  signal: AbortSignal,
  told: (event: RunEvent) => void = () => {},
): Promise<RunResult> {
  const { limits, route } = job.plan;
  const stop = new AbortController();
  const end = (reason: StopReason) => stop.abort(reason);
  const onAbort = () => end({ outcome: "cancelled", failure: { class: "killed", message: "interrupted" } });
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  const message = `no answer within ${limits.timeoutMs / 1000} s`;
  const timer = setTimeout(
    () => end({ outcome: "timed-out", failure: { class: "hang", message } }),
    limits.timeoutMs,
  );
  try {
    const handler = await handlerFor(route.handler);
    for await (const event of handler.run(job, stop.signal)) {
      if (event.kind === "result") return event.result;
      told(event);
    }
    throw new Error(`the ${route.handler} handler ended without a result`);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
}
