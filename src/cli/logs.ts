// `wg logs`: what a run did, event by event, while it does it or afterwards.
import { setTimeout as sleep } from "node:timers/promises";
import { Command, Option } from "commander";
import { WgError } from "../base/error.ts";
import { requireProject } from "../base/home.ts";
import { type Role, taskRoles } from "../base/role.ts";
import { isAttempt } from "../graph/attempt.ts";
import { closeGraph, type Graph, openGraph } from "../graph/database.ts";
import { listRuns, type Run, requireRun } from "../graph/run.ts";
import { findTask, requireTask } from "../graph/task.ts";
import type { Io } from "./io.ts";
import { type Teller, tellerFor } from "./logs-tell.ts";
import { printJson, say } from "./print.ts";

interface Options {
  role?: Role;
  follow?: true;
  raw?: true;
  json?: true;
}

const examples = `
Examples:
  wg logs build                   the latest attempt at a task
  wg logs build -f                go on until the task is through, over all its attempts; Ctrl-C leaves it alone
  wg logs r-20261123-130501       one run (the id, or its beginning)
  wg logs build --role evaluator  what who judged it did last
  wg logs build --raw             what the agent's own program printed
  wg logs build -f --json         one JSON object a line, as it happens
`;

const pollMs = 200;

export function logsCommand(io: Io): Command {
  return new Command("logs")
    .description("Print what a run did, event by event.")
    .argument("<task|run>", "a task (its latest attempt), or a run")
    .option("-f, --follow", "go on as it happens, until the task, or the run, is through")
    .addOption(new Option("--role <role>", "of a task the runs of this role instead").choices(taskRoles))
    .option("--raw", "the output of the agent's own program, untouched")
    .option("--json", "print one JSON envelope; with --follow one object a line")
    .addHelpText("after", examples)
    .action((subject: string, options: Options) => logs(io, subject, options));
}

async function logs(io: Io, subject: string, options: Options): Promise<void> {
  const project = requireProject(io.cwd, io.env);
  const graph = openGraph(project);
  try {
    const { task, run } = find(graph, subject, options.role);
    const teller = tellerFor(io, project, options);
    if (options.follow && task !== undefined) await followTask(io, graph, task, meant(options.role), teller);
    else if (run === undefined) nothingYet(io, subject, options);
    else if (options.follow) await followRun(graph, run, teller);
    else tellOnce(run, teller);
  } finally {
    closeGraph(graph);
  }
}

type IsMeant = (run: Run) => boolean;

/** Of a task's runs: its attempts, or those of a role, reruns among the worker's. */
function meant(role: Role | undefined): IsMeant {
  return role === undefined ? isAttempt : (run) => run.role === role;
}

/** A task by its id, with the latest of its runs that are meant; else a run by its id or beginning. */
function find(graph: Graph, subject: string, role: Role | undefined): { task?: string; run?: Run } {
  if (findTask(graph, subject) !== undefined) {
    const run = listRuns(graph, { task: subject }).find(meant(role));
    return { task: subject, ...(run && { run }) };
  }
  try {
    const run = requireRun(graph, subject);
    if (role === undefined) return { run };
    throw new WgError("usage", `${run.id} is one run, so --role says nothing`, {
      hint: `wg logs ${run.task} --role ${role} is of its task`,
      exit: 2,
    });
  } catch (error) {
    // What looks like no run is a mistyped task: say that, with its guess.
    if (error instanceof WgError && error.code === "no-run" && !/^r-\d/.test(subject)) {
      requireTask(graph, subject);
    }
    throw error;
  }
}

function nothingYet(io: Io, task: string, { raw, json }: Options): void {
  if (json && !raw) printJson(io, { task, events: [] });
  else say(io, `${task} has not run yet`);
}

function tellOnce(run: Run, teller: Teller): void {
  teller.begin(run);
  teller.more();
  teller.end(run);
}

/** Tells the latest run and every one after it, until the task is neither open nor in progress. */
async function followTask(
  io: Io,
  graph: Graph,
  task: string,
  isMeant: IsMeant,
  teller: Teller,
): Promise<void> {
  let told: string | undefined;
  let isFirstLook = true;
  for (;;) {
    // The latest comes first: what follows the one that was told stands before it.
    const { status } = requireTask(graph, task);
    const runs = listRuns(graph, { task }).filter(isMeant);
    const next = told === undefined ? runs[0] : runs[runs.findIndex((run) => run.id === told) - 1];
    if (next !== undefined) {
      await followRun(graph, next, teller);
      told = next.id;
      isFirstLook = false;
      continue;
    }
    if (status !== "open" && status !== "in-progress") return;
    if (isFirstLook) say(io, `${task} has not run yet, waiting for it`);
    isFirstLook = false;
    await sleep(pollMs);
  }
}

async function followRun(graph: Graph, { id }: Run, teller: Teller): Promise<void> {
  teller.begin(requireRun(graph, id));
  for (;;) {
    // Read before the events are: a run ends after its last event was written.
    const run = requireRun(graph, id);
    teller.more();
    if (run.status === "ended") return teller.end(run);
    await sleep(pollMs);
  }
}
