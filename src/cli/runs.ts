// `wg runs`: the attempts at tasks, what each ran on, and what came of it.
import { Command, Option } from "commander";
import { type Role, taskRoles } from "../base/role.ts";
import { listRuns, type Run } from "../graph/run.ts";
import { requireTask } from "../graph/task.ts";
import type { Io } from "./io.ts";
import { print, printJson, say, table } from "./print.ts";
import { withGraph } from "./project-graph.ts";
import {
  costText,
  durationMs,
  kindText,
  profileText,
  runJson,
  servedText,
  spanText,
  stateText,
  tokensText,
} from "./run-text.ts";
import { showRun } from "./runs-show.ts";
import { count } from "./task-options.ts";

interface Options {
  task?: string;
  role?: Role;
  live?: true;
  limit: number;
  json?: true;
}

const examples = `
Examples:
  wg runs                       the latest twenty
  wg runs --task build          every run of one task
  wg runs --role worker         without those that assign and judge
  wg runs --live --json         what is in flight, for a script
  wg runs r-20261123-130501     everything that was recorded of one (the id, or its beginning)

ABOUT is the run that is judged, or that a rerun repeats. SERVED is what the model's server answered with. "asked" marks the name that was sent, where no server told its own.
`;

export function runsCommand(io: Io): Command {
  const command = new Command("runs")
    .description("List runs, the latest first, or show one.")
    .enablePositionalOptions()
    .argument("[run]", "show this run instead: its id, or the beginning of it")
    .option("--task <id>", "only the runs of this task")
    .addOption(new Option("--role <role>", "only runs of this role").choices(taskRoles))
    .option("--live", "only runs that have not ended")
    .option("--limit <number>", "at most so many", count, 20)
    .option("--json", "print one JSON envelope")
    .addHelpText("after", examples)
    .action((run: string | undefined, options: Options) => {
      if (run === undefined) list(io, options);
      else showRun(io, run, options);
    });
  command
    .command("show <run>")
    .description("Show everything that was recorded of a run.")
    .option("--json", "print one JSON envelope")
    .action((run: string, options: { json?: true }) => showRun(io, run, options))
    .addHelpText("after", "\nExample:\n  wg runs show r-20261123-130501");
  return command;
}

function list(io: Io, { task, role, live, limit, json }: Options): void {
  withGraph(io, (graph) => {
    if (task !== undefined) requireTask(graph, task);
    const filter = {
      ...(task !== undefined && { task }),
      ...(role !== undefined && { role }),
      ...(live && { live }),
    };
    const found = listRuns(graph, { ...filter, limit: limit + 1 });
    const runs = found.slice(0, limit);
    const hasMore = found.length > runs.length;
    if (json) return printJson(io, { runs: runs.map((run) => runJson(run, io.now())), hasMore });
    if (runs.length === 0) return say(io, live ? "nothing is in flight" : "nothing has run yet");
    print(io, listing(runs, io.now()));
    if (hasMore) say(io, `older ones are left out; --limit ${limit * 5} shows more`);
  });
}

function listing(runs: readonly Run[], now: Date): string {
  const isAny = runs.some(({ subject }) => subject !== undefined);
  const head = [
    ...["RUN", "TASK", "ROLE", ...(isAny ? ["ABOUT"] : []), "PROFILE", "REVISION", "ROUTE", "SERVED"],
    ...["RESULT", "TOKENS", "COST", "TOOK"],
  ];
  const rows = runs.map((run) => [
    ...[run.id, run.task, kindText(run), ...(isAny ? [run.subject ?? ""] : [])],
    ...[profileText(run), run.revision, run.route, servedText(run)],
    ...[stateText(run), tokensText(run.usage), costText(run.result?.cost), spanText(durationMs(run, now))],
  ]);
  return table(
    head,
    rows.map((row) => row.map((cell) => cell || "-")),
  );
}
