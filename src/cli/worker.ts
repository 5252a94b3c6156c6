// `wg worker`: the process a service starts for each run. Not for people.
import * as fs from "node:fs";
import { Command } from "commander";
import { requireProject } from "../base/home.ts";
import { runWorker } from "../worker/run.ts";
import type { Io } from "./io.ts";
import { say } from "./print.ts";

export function workerCommand(io: Io): Command {
  return new Command("worker")
    .description("Carry out a claimed run. A service starts it.")
    .argument("<run>", "the id of the run")
    .action((run: string) => work(io, run));
}

/** Does nothing when another worker has the run, or it is over. */
async function work(io: Io, runId: string): Promise<void> {
  // The end of the agent's processes and the record of what came of them must not be cut short.
  io.patient = true;
  const project = requireProject(io.cwd, io.env);
  const program = { node: process.execPath, main: fs.realpathSync(process.argv[1] ?? "") };
  const result = await runWorker(project, runId, { env: io.env, now: io.now, signal: io.signal, program });
  if (result === undefined) say(io, `run ${runId} is not there to be started`);
}
