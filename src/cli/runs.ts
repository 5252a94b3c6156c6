// `wg runs`: the attempts at tasks, what each ran on, and what came of it.
import { Command, InvalidArgumentError } from "commander";
import { requireProject } from "../base/home.ts";
import type { Run } from "../graph/run.ts";
import type { Io } from "./io.ts";
import { paint, print, printJson, say, table } from "./print.ts";
import { costText, durationMs, runJson, servedText, spanText, stateText, tokensText } from "./run-text.ts";

interface ListOptions {
  task?: string;
  live?: true;
  limit: number;
  json?: true;
}

const examples = `
Examples:
  wg runs                       the latest twenty
  wg runs --task build          every attempt at one task
  wg runs --live --json         what is in flight, for a script
  wg runs r-20261123-130501     everything that was recorded of one (the id, or its beginning)

A model shown as ? was not named by anybody yet.
`;

export function runsCommand(io: Io): Command {
  const command = new Command("runs")
    .description("list runs, the latest first, or show one")
    .enablePositionalOptions()
    .argument("[run]", "show this run instead: its id, or the beginning of it")
    .option("--task <id>", "only the runs of this task")
    .option("--live", "only runs that have not ended")
    .option("--limit <n>", "at most so many", readLimit, 20)
    .option("--json", "print JSON")
    .addHelpText("after", examples)
    .action(async (run: string | undefined, options: ListOptions) => {
      if (run === undefined) await list(io, options);
      else await (await import("./runs-show.ts")).showRun(io, run, options);
    });
  command
    .command("show <run>")
    .description("everything that was recorded of a run")
    .option("--json", "print JSON")
    .action(async (run: string, options: { json?: true }) => {
      await (await import("./runs-show.ts")).showRun(io, run, options);
    });
  return command;
}

async function list(io: Io, options: ListOptions): Promise<void> {
  const project = requireProject(io.cwd, io.env);
  const { closeGraph, openGraph } = await import("../graph/database.ts");
  const { listRuns } = await import("../graph/run.ts");
  const { requireTask } = await import("../graph/task.ts");
  const graph = openGraph(project);
  try {
    if (options.task !== undefined) requireTask(graph, options.task);
    const found = listRuns(graph, {
      ...(options.task !== undefined && { task: options.task }),
      ...(options.live && { live: true }),
      limit: options.limit + 1,
    });
    const runs = found.slice(0, options.limit);
    const hasMore = found.length > runs.length;
    if (options.json)
      return printJson(io, { runs: runs.map((run) => runJson(run, io.now())), more: hasMore });
    if (runs.length === 0) return say(io, options.live ? "nothing is in flight" : "nothing has run yet");
    print(io, listing(io, runs));
    if (hasMore) say(io, `older ones are left out; --limit ${options.limit * 5} shows more`);
  } finally {
    closeGraph(graph);
  }
}

function listing(io: Io, runs: readonly Run[]): string {
  const head = [
    "run",
    "task",
    "role",
    "profile",
    "revision",
    "route",
    "served",
    "state",
    "took",
    "tokens",
    "cost",
  ];
  const rows = runs.map((run) => [
    run.id,
    run.task,
    run.role,
    run.profile,
    run.revision,
    run.route,
    run.route === "shell" ? "" : servedText(run),
    stateText(run),
    spanText(durationMs(run, io.now())),
    tokensText(run.usage),
    costText(run.result?.cost),
  ]);
  const [first = "", ...rest] = table(head, rows).split("\n");
  return [paint(io, "stdout", "dim", first), ...rest].join("\n");
}

function readLimit(text: string): number {
  const limit = Number(text);
  if (!/^\d+$/.test(text) || limit < 1 || limit > 100_000) {
    throw new InvalidArgumentError("a limit is a number from 1 to 100000.");
  }
  return limit;
}
