// `wg retry`: opens a task again.
import { Command } from "commander";
import { standing } from "../graph/standing.ts";
import { retryTask } from "../graph/status.ts";
import type { Io } from "./io.ts";
import { withGraph } from "./project-graph.ts";
import { printMoved } from "./task-print.ts";

interface Options {
  sameProfile?: true;
  json?: true;
}

export function retryCommand(io: Io): Command {
  return new Command("retry")
    .description(
      "Open a failed, abandoned or done task again, or let go of one that is held. It runs on the profile that is active when it starts.",
    )
    .argument("<id>", "the task")
    .option("--same-profile", "repeat the plan of its last run instead: same profile, revision and model")
    .option("--json", "print one JSON envelope")
    .addHelpText("after", "\nExample:\n  wg retry write-the-parser --same-profile")
    .action((id: string, options: Options) => retry(io, id, options));
}

function retry(io: Io, id: string, options: Options): void {
  withGraph(io, (graph) => {
    const moved = retryTask(graph, id, { samePlan: options.sameProfile === true }, io.now());
    const repeats = moved.task.samePlanAs === undefined ? "" : `, on the plan of ${moved.task.samePlanAs}`;
    const sentence = `opened ${id} again${repeats}; ${standing(graph, moved.task)}`;
    printMoved(io, moved, sentence, options.json === true);
  });
}
