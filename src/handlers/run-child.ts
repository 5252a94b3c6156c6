// One child from its start to the result of its run: reading, being told to stop, and saying what came of it.
import { messageOf, WgError } from "../base/error.ts";
import type { Failure, RunResult } from "../graph/result.ts";
import { type Child, type Ended, type Launch, startChild } from "./child.ts";
import { failure } from "./failure.ts";
import type { Job, RunEvent, StopReason } from "./handler.ts";
import { redactor } from "./redact.ts";

/** What a handler's output told, whatever became of the run. */
export type Report = Omit<RunResult, "outcome" | "failure" | "exitCode" | "signal">;

/** Makes sense of one handler's stdout, line by line. Its methods never throw, whatever a line holds. */
export interface Reader {
  read(line: string): RunEvent[];
  /** Set once going on is pointless: the child is stopped. */
  hopeless(): Failure | undefined;
  /**
   * How long silence may last as things stand, and what it means then: without a failure, that a child whose work is done
   * does not end by itself. Undefined: for ever.
   */
  patience(): { ms: number; failure?: Failure } | undefined;
  /** Why a child that ended by itself did not do its work, or undefined when it did. */
  failure(ended: Ended, stderr: string): Failure | undefined;
  /** Asked once, after the end. */
  report(): Promise<Report>;
}

export interface Prepared {
  launch: Launch;
  reader: Reader;
  /** The file in the run's folder for stdout. */
  streamName: string;
  /** Values that no output may show. */
  secrets: readonly string[];
  /** What of a line of stdout goes into that file, where that is not all of it. */
  kept?: (line: string) => string;
  /** What to do about a failure of class `auth`. */
  authHint?: string;
  /** Asks the child to give up what it does, before it is made to; false when there is nothing to ask. */
  askToStop?: () => boolean;
  /** Called once at the end, whatever happened. */
  cleanUp?: () => void;
}

/** How long a child has that was asked to stop, out of the 5 s in which it must be gone. */
const askedMs = 1000;

/** The result of a run that told nothing. */
export const emptyReport: Report = {
  summary: "",
  usage: { input: 0, output: 0, cached: 0 },
  cost: { source: "unknown" },
  turns: 0,
  servedModels: [],
  servedBy: "requested-only",
  denials: 0,
};

/** Runs a handler that is a child process, by the contract of `Handler.run`. What `prepare` throws is a result too. */
export async function* runChild(
  job: Job,
  signal: AbortSignal,
  prepare: (job: Job) => Prepared,
): AsyncGenerator<RunEvent> {
  if (signal.aborted) return yield resultEvent(emptyReport, stopReason(signal));
  let prepared: Prepared | undefined;
  try {
    prepared = prepare(job);
    yield* drive(job, signal, prepared);
  } catch (error) {
    yield resultEvent(emptyReport, { outcome: "failed", failure: startFailure(error) });
  } finally {
    prepared?.cleanUp?.();
  }
}

async function* drive(job: Job, signal: AbortSignal, prepared: Prepared): AsyncGenerator<RunEvent> {
  const { launch, reader, streamName, secrets, kept } = prepared;
  const { plan, folder } = job;
  const keeping = { run: plan.run, folder, streamName, redact: redactor(secrets), ...(kept && { kept }) };
  const child = await startChild(launch, keeping);
  let stopped: StopReason | undefined;
  let isOver = false;
  let asked: NodeJS.Timeout | undefined;
  const stop = (reason?: StopReason) => {
    if (isOver) return;
    stopped ??= reason;
    // Once: whoever does not hear is not asked again.
    if (asked === undefined && prepared.askToStop?.()) asked = setTimeout(() => void child.stop(), askedMs);
    else if (asked === undefined) void child.stop();
  };
  const onAbort = () => stop(stopReason(signal));
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  void child.ended.then(() => {
    isOver = true;
    clearTimeout(asked);
  });
  try {
    yield { kind: "started", pid: child.pid };
    for await (const line of patientLines(child, reader, stop)) {
      yield* reader.read(line);
      const hopeless = reader.hopeless();
      if (hopeless !== undefined) stop({ outcome: "failed", failure: hopeless });
    }
    const { leftovers, ...ended } = await child.ended;
    if (leftovers > 0) yield { kind: "warning", message: leftoverText(leftovers) };
    const ending = stopped ?? endingOf(reader.failure(ended, child.stderrTail()));
    yield resultEvent({ ...(await reader.report()), ...ended }, hinted(ending, prepared.authHint));
  } finally {
    signal.removeEventListener("abort", onAbort);
    clearTimeout(asked);
    // Reached early when nobody wants the rest, or by a bug of ours: the tree ends in any case.
    if (!isOver) await child.stop();
  }
}

/** The child's lines; when it is silent for longer than its reader has patience, it is stopped. */
async function* patientLines(
  child: Child,
  reader: Reader,
  stop: (reason?: StopReason) => void,
): AsyncGenerator<string> {
  for (;;) {
    const patience = reader.patience();
    const reason: StopReason | undefined = patience?.failure && {
      outcome: "failed",
      failure: patience.failure,
    };
    const timer = patience && setTimeout(() => stop(reason), patience.ms);
    const next = await child.lines.next();
    clearTimeout(timer);
    if (next.done) return;
    yield next.value;
  }
}

type Ending = Pick<RunResult, "outcome" | "failure">;

function endingOf(problem: Failure | undefined): Ending {
  return problem === undefined ? { outcome: "done" } : { outcome: "failed", failure: problem };
}

function hinted(ending: Ending, hint: string | undefined): Ending {
  const problem = ending.failure;
  if (problem?.class !== "auth" || hint === undefined) return ending;
  return { ...ending, failure: { ...problem, message: `${problem.message}\nhint: ${hint}` } };
}

/** The closing event: what was told, with how it ended. */
export function resultEvent(report: Report & Ended, { outcome, failure: problem }: Ending): RunEvent {
  return { kind: "result", result: { outcome, ...(problem && { failure: problem }), ...report } };
}

/** What an aborted signal says, else that the run was cancelled. */
export function stopReason(signal: AbortSignal): StopReason {
  const reason: unknown = signal.reason;
  if (isStopReason(reason)) return reason;
  return { outcome: "cancelled", failure: failure("killed", "the run was cancelled") };
}

function isStopReason(reason: unknown): reason is StopReason {
  return reason !== null && typeof reason === "object" && "outcome" in reason && "failure" in reason;
}

/** Why a handler could not be started as planned: `auth` for a secret without a value, else `spawn`. */
export function startFailure(error: unknown): Failure {
  if (!(error instanceof WgError))
    return failure("spawn", `wg could not run the handler: ${messageOf(error)}`);
  const message = error.hint === undefined ? error.message : `${error.message}\nhint: ${error.hint}`;
  return failure(error.code === "no-secret" ? "auth" : "spawn", message);
}

/** How it is told that processes had to be ended. */
export function leftoverText(count: number): string {
  const what = count === 1 ? "1 process that the agent left" : `${count} processes that the agent left`;
  return `ended ${what} running`;
}
