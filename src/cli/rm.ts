// `wg rm`: removes a task and all that is known about it.
import { Command } from "commander";
import { fewOf, removeNeededTask, removeTask } from "../graph/task.ts";
import type { Io } from "./io.ts";
import { print, printJson, say } from "./print.ts";
import { withGraph } from "./project-graph.ts";

interface Options {
  force?: true;
  json?: true;
}

export function rmCommand(io: Io): Command {
  return new Command("rm")
    .description("Remove a task with its runs, log and artifacts. wg abandon gives it up and keeps them.")
    .argument("<id>", "the task")
    .option("--force", "also when other tasks need it; they wait for it no longer")
    .option("--json", "print one JSON envelope")
    .addHelpText("after", "\nExample:\n  wg rm typo-in-the-title")
    .action((id: string, options: Options) => rm(io, id, options));
}

function rm(io: Io, id: string, options: Options): void {
  withGraph(io, (graph) => {
    const released = options.force ? removeNeededTask(graph, id) : removeTask(graph, id);
    if (options.json) return printJson(io, { removed: id, released });
    print(io, id);
    say(io, `removed ${id}${released.length > 0 ? `; no longer waiting for it: ${fewOf(released)}` : ""}`);
  });
}
