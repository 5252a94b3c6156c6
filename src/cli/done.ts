// `wg done`: a task is done, said by a person, or by an agent of its own run.
import { Command } from "commander";
import { reportRun } from "../graph/report.ts";
import { completeTask } from "../graph/status.ts";
import type { Io } from "./io.ts";
import { tellMessages } from "./own-messages.ts";
import { print, printJson, say } from "./print.ts";
import { ownRun, withGraph } from "./project-graph.ts";
import { printMoved } from "./task-print.ts";

interface Options {
  summary?: string;
  json?: true;
}

export function doneCommand(io: Io): Command {
  return new Command("done")
    .description(
      "Mark a task as done. From inside its own run this is a report: the task is done when the run ends well.",
    )
    .argument("<id>", "the task")
    .option("--summary <text>", "what came of it, for the tasks that need it")
    .option("--json", "print one JSON envelope")
    .addHelpText(
      "after",
      '\nExample:\n  wg done write-the-parser --summary "parser in src/parser.ts, all of SPEC.md"',
    )
    .action((id: string, options: Options) => done(io, id, options));
}

function done(io: Io, id: string, { summary, json }: Options): void {
  withGraph(io, (graph) => {
    const run = ownRun(graph, io);
    if (run?.task === id) {
      reportRun(graph, run.id, "done", summary ?? "", io.now());
      tellMessages(io, graph, run);
      if (json) return printJson(io, { task: id, run: run.id, reported: "done" });
      print(io, id);
      return say(io, `noted; ${id} is done when ${run.id} ends well`);
    }
    printMoved(io, completeTask(graph, id, summary, io.now()), `${id} is done`, json === true);
  });
}
