// `wg abandon`: gives a task up, so that nothing waits for it.
import { Command } from "commander";
import { abandonTask } from "../graph/status.ts";
import type { Io } from "./io.ts";
import { withGraph } from "./project-graph.ts";
import { printMoved } from "./task-print.ts";

interface Options {
  reason?: string;
  json?: true;
}

export function abandonCommand(io: Io): Command {
  return new Command("abandon")
    .description("Give a task up. The tasks that need it wait for it no longer.")
    .argument("<id>", "the task")
    .option("--reason <text>", "why")
    .option("--json", "print one JSON envelope")
    .addHelpText("after", '\nExample:\n  wg abandon port-to-windows --reason "not wanted any more"')
    .action((id: string, options: Options) =>
      withGraph(io, (graph) => {
        const moved = abandonTask(graph, id, options.reason, io.now());
        printMoved(io, moved, `abandoned ${id}`, options.json === true);
      }),
    );
}
