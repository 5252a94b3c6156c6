// `wg fail`: a task failed, said by a person, or by an agent of its own run.
import { Command } from "commander";
import { reportRun } from "../graph/report.ts";
import { failTask } from "../graph/status.ts";
import type { Io } from "./io.ts";
import { tellMessages } from "./own-messages.ts";
import { print, printJson, say } from "./print.ts";
import { ownRun, withGraph } from "./project-graph.ts";
import { printMoved } from "./task-print.ts";

interface Options {
  reason: string;
  json?: true;
}

export function failCommand(io: Io): Command {
  return new Command("fail")
    .description(
      "Mark a task as failed. From inside its own run this is a report: the task fails when the run ends.",
    )
    .argument("<id>", "the task")
    .requiredOption("--reason <text>", "why, for whoever tries next")
    .option("--json", "print one JSON envelope")
    .addHelpText(
      "after",
      '\nExample:\n  wg fail write-the-parser --reason "SPEC.md contradicts itself in section 3"',
    )
    .action((id: string, options: Options) => fail(io, id, options));
}

function fail(io: Io, id: string, { reason, json }: Options): void {
  withGraph(io, (graph) => {
    const run = ownRun(graph, io);
    if (run?.task === id) {
      reportRun(graph, run.id, "failed", reason, io.now());
      tellMessages(io, graph, run);
      if (json) return printJson(io, { task: id, run: run.id, reported: "failed" });
      print(io, id);
      return say(io, `noted; ${id} fails when ${run.id} ends`);
    }
    printMoved(
      io,
      failTask(graph, id, reason, io.now()),
      `${id} failed; wg retry ${id} opens it again`,
      json === true,
    );
  });
}
