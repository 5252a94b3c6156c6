// `wg kill`: ends a run in flight, gently first, and says what came of its task.
import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { errnoOf, WgError } from "../base/error.ts";
import { requireProject } from "../base/home.ts";
import { isAlive, killGroup, type ProcessMark, signalProcess } from "../base/process.ts";
import { isAttempt, latestAttempt } from "../graph/attempt.ts";
import { closeGraph, type Graph, openGraph } from "../graph/database.ts";
import { endRun, listRuns, type Run, requestCancel, requireRun } from "../graph/run.ts";
import { requireTask } from "../graph/task.ts";
import { sweepRun } from "../handlers/sweep.ts";
import { resultSoFar } from "../worker/record.ts";
import type { Io } from "./io.ts";
import { print, printJson, say } from "./print.ts";
import { runName } from "./run-text.ts";

interface Options {
  task?: string;
  requeue?: true;
  json?: true;
}

const examples = `
Examples:
  wg kill r-20261123-130501-k3f9xq     its task fails with "run cancelled"
  wg kill --task build                 the attempt at a task, whatever its id
  wg kill --task build --requeue       the task is open again and starts anew, on the profile that is active then

The agent and all it started are ended. A worker that does not stop within 15 seconds is killed.
`;

/** A worker has this long to end its agent and record the end. */
const patienceMs = 15_000;

export function killCommand(io: Io): Command {
  return new Command("kill")
    .description("End a run in flight, with everything its agent started.")
    .argument("[run]", "its id, or the beginning of it")
    .option("--task <id>", "the attempt in flight at this task")
    .option("--requeue", "open the task again instead of failing it")
    .option("--json", "print one JSON envelope")
    .addHelpText("after", examples)
    .action((run: string | undefined, options: Options) => kill(io, run, options));
}

async function kill(io: Io, prefix: string | undefined, options: Options): Promise<void> {
  const project = requireProject(io.cwd, io.env);
  const graph = openGraph(project);
  try {
    const run = runToEnd(graph, prefix, options.task);
    if (options.requeue && !isAttempt(run)) throw noAttempt(run);
    if (!requestCancel(graph, run.id, options.requeue ? "requeue" : "fail")) throw overAlready(run);
    const { ended, forced } = await end(io, graph, run.id);
    const task = requireTask(graph, run.task);
    const outcome = ended.result?.outcome;
    if (options.json) {
      return printJson(io, { run: run.id, task: task.id, outcome, forced, taskStatus: task.status });
    }
    print(io, run.id);
    const how = forced ? `${outcome}, killed after ${patienceMs / 1000} seconds` : outcome;
    // A service may have taken it up again already.
    const stands = options.requeue ? `was opened again and is ${task.status}` : `is ${task.status}`;
    say(io, `${run.id} has ended (${how}); task ${task.id} ${stands}`);
  } finally {
    closeGraph(graph);
  }
}

function runToEnd(graph: Graph, prefix: string | undefined, taskId: string | undefined): Run {
  if ((prefix === undefined) === (taskId === undefined)) {
    throw new WgError("which-run", "name one run, or one task with --task", {
      hint: "wg runs --live lists what is in flight",
      exit: 2,
    });
  }
  if (prefix !== undefined) {
    const run = requireRun(graph, prefix);
    if (run.status === "ended") throw overAlready(run);
    return run;
  }
  const task = requireTask(graph, taskId ?? "");
  const run = latestAttempt(graph, task.id, { live: true });
  if (run !== undefined) return run;
  const [other] = listRuns(graph, { task: task.id, live: true, limit: 1 });
  if (other !== undefined) {
    throw new WgError("no-run", `no attempt at "${task.id}" is in flight`, {
      hint: `${runName(other)} is: wg kill ${other.id}`,
    });
  }
  throw new WgError("no-run", `nothing is in flight for "${task.id}", it is ${task.status}`, {
    hint: "wg runs --live lists what is",
  });
}

/** Waits for the worker to end the run as it was asked to, and does it in its place when it cannot. */
async function end(io: Io, graph: Graph, runId: string): Promise<{ ended: Run; forced: boolean }> {
  const giveUpAtMs = performance.now() + patienceMs;
  let told = false;
  for (;;) {
    const run = requireRun(graph, runId);
    if (run.status === "ended") return { ended: run, forced: false };
    if (run.process !== undefined && !isAlive(run.process)) return endInItsPlace(io, graph, run, false);
    if (performance.now() > giveUpAtMs) return endInItsPlace(io, graph, run, true);
    if (run.process !== undefined && !told) told = tell(run.process);
    await sleep(100);
  }
}

function tell(worker: ProcessMark): boolean {
  try {
    return signalProcess(worker, "SIGTERM");
  } catch (error) {
    // Another user's: it reads in the graph that it has to end.
    if (errnoOf(error) === "EPERM") return true;
    throw error;
  }
}

async function endInItsPlace(
  io: Io,
  graph: Graph,
  run: Run,
  forced: boolean,
): Promise<{ ended: Run; forced: boolean }> {
  if (run.process !== undefined) killWorker(run.process);
  const { left } = await sweepRun(run.id);
  if (left.length > 0) say(io, `wg: processes ${left.join(", ")} of the run cannot be killed`);
  const message = forced ? "killed, since it did not stop" : "its worker was gone when it was cancelled";
  const failure = { class: "killed", message } as const;
  endRun(graph, run.id, resultSoFar(run, { outcome: "cancelled", failure }), io.now(), {
    maxAttempts: run.attempt,
  });
  return { ended: requireRun(graph, run.id), forced };
}

/** A worker leads a process group of its own. */
function killWorker(worker: ProcessMark): void {
  if (isAlive(worker) && !killGroup(worker.pid)) signalProcess(worker, "SIGKILL");
}

function noAttempt(run: Run): WgError {
  return new WgError(
    "usage",
    `${runName(run)} is no attempt at "${run.task}", so nothing can be opened again`,
    {
      hint: `without --requeue: wg kill ${run.id}`,
      exit: 2,
    },
  );
}

function overAlready(run: Run): WgError {
  return new WgError("run-over", `${run.id} is over already`, { hint: `see: wg runs ${run.id}` });
}
