// `wg list`: the tasks that pass some filters.
import { Command } from "commander";
import { WgError } from "../base/error.ts";
import { nearest } from "../base/nearest.ts";
import { parseRoute, routeText } from "../base/route.ts";
import { stateOf } from "../graph/standing.ts";
import { type TaskStatus, taskStatuses } from "../graph/tables.ts";
import { listTasks, type TaskFilter } from "../graph/task.ts";
import type { Io } from "./io.ts";
import { print, printJson, say, table } from "./print.ts";
import { withGraph } from "./project-graph.ts";
import { count, gather } from "./task-options.ts";
import { taskJson } from "./task-print.ts";

interface Options {
  status?: string[];
  ready?: true;
  blocked?: true;
  tag?: string[];
  model?: string;
  tier?: string;
  limit?: number;
  json?: true;
}

export function listCommand(io: Io): Command {
  return new Command("list")
    .description(
      "List tasks in the order they were added. An open task that waits for another shows as blocked.",
    )
    .option("--status <status>", `${taskStatuses.join(", ")}; repeat it or separate with commas`, gather)
    .option("--ready", "open tasks that wait for nothing")
    .option("--blocked", "open tasks that wait for another")
    .option("--tag <word>", "tasks with this tag; of several, with all", gather)
    .option("--model <route>", "tasks with this route of their own")
    .option("--tier <name>", "tasks with this tier of their own")
    .option("--limit <number>", "at most so many", count)
    .option("--json", "print one JSON envelope")
    .addHelpText(
      "after",
      "\nExamples:\n  wg list --status failed,abandoned\n  wg list --blocked --tag release --json",
    )
    .action((options: Options) => list(io, options));
}

function list(io: Io, options: Options): void {
  const filter = filterOf(options);
  withGraph(io, (graph) => {
    const tasks = listTasks(graph, filter);
    if (options.json) return printJson(io, { tasks: tasks.map(taskJson) });
    if (tasks.length === 0) return say(io, "no tasks");
    const rows = tasks.map((task) => [task.id, stateOf(task), task.title, task.needs.join(", ")]);
    print(io, table(["ID", "STATUS", "TITLE", "NEEDS"], rows));
  });
}

function filterOf(options: Options): TaskFilter {
  if (options.ready && options.blocked) {
    throw new WgError("usage", "no task is both ready and blocked", { hint: "give one of them", exit: 2 });
  }
  return {
    ...(options.status !== undefined && { statuses: options.status.map(statusNamed) }),
    ...(options.ready && { open: "ready" as const }),
    ...(options.blocked && { open: "blocked" as const }),
    ...(options.tag !== undefined && { tags: options.tag }),
    ...(options.model !== undefined && { model: routeText(parseRoute(options.model)) }),
    ...(options.tier !== undefined && { tier: options.tier }),
    ...(options.limit !== undefined && { limit: options.limit }),
  };
}

function statusNamed(name: string): TaskStatus {
  const status = taskStatuses.find((known) => known === name);
  if (status !== undefined) return status;
  const guess = nearest(name, taskStatuses);
  const hint = guess
    ? `did you mean ${guess}?`
    : `statuses: ${taskStatuses.join(", ")}; and there are --ready and --blocked`;
  throw new WgError("usage", `there is no status ${JSON.stringify(name.slice(0, 40))}`, { hint, exit: 2 });
}
