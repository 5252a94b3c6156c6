// `wg ready`: the queue, in the order tasks will start.
import { Command } from "commander";
import { countReady, readyTasks } from "../graph/ready.ts";
import type { Io } from "./io.ts";
import { print, printJson, say, table } from "./print.ts";
import { withGraph } from "./project-graph.ts";
import { count } from "./task-options.ts";
import { taskJson } from "./task-print.ts";

const defaultLimit = 50;

export function readyCommand(io: Io): Command {
  return new Command("ready")
    .description("List the tasks that could start now: higher priority first, then the older.")
    .option("--limit <number>", `at most so many; the default is ${defaultLimit}`, count, defaultLimit)
    .option("--json", "print one JSON envelope")
    .addHelpText("after", "\nExample:\n  wg ready --limit 5 --json")
    .action((options: { limit: number; json?: true }) => ready(io, options.limit, options.json === true));
}

function ready(io: Io, limit: number, json: boolean): void {
  withGraph(io, (graph) => {
    const tasks = readyTasks(graph, limit);
    const total = tasks.length < limit ? tasks.length : countReady(graph);
    if (json) return printJson(io, { total, tasks: tasks.map(taskJson) });
    if (total === 0) return say(io, "nothing is ready");
    const rows = tasks.map((task) => [task.id, String(task.priority), task.title]);
    print(io, table(["ID", "PRIORITY", "TITLE"], rows));
    if (total > tasks.length) say(io, `${total - tasks.length} more are ready`);
  });
}
