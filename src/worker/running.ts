// A run on its way: what the steps of a worker share.
import type { Env, Project } from "../base/home.ts";
import type { Graph } from "../graph/database.ts";
import type { Plan } from "../graph/plan.ts";
import type { RunResult } from "../graph/result.ts";
import type { StopReason } from "../handlers/handler.ts";
import type { Program } from "../handlers/own-wg.ts";
import type { Destination } from "./destination.ts";
import type { RunFolder } from "./folder.ts";
import type { OpenInbox } from "./inbox.ts";
import { type Record, resultSoFar } from "./record.ts";
import type { Watch } from "./watch.ts";

/** What a worker gets from the process it is in. `signal` is aborted by SIGTERM and SIGINT. */
export interface WorkerIo {
  env: Env;
  now(): Date;
  signal: AbortSignal;
  program: Program;
}

/** A run that was started and is not over. */
export interface Running {
  graph: Graph;
  project: Project;
  plan: Plan;
  folder: RunFolder;
  io: WorkerIo;
  /** What the run's processes find, its token included: never to be written down. */
  env: Env;
  record: Record;
  inbox: OpenInbox;
  destination: Destination;
  watch: Watch;
  /** Aborted with a `StopReason` when the run has to end early. */
  stop: AbortController;
  /** Differences between models that were told already. */
  warned: Set<string>;
}

/** What the run came to when it was told to stop. */
export function stopped({ record, stop }: Running): RunResult {
  return resultSoFar(record.progress, reasonOf(stop.signal));
}

// Only `StopReason`s are ever given to this worker's controller.
function reasonOf(signal: AbortSignal): StopReason {
  return signal.reason as StopReason;
}
