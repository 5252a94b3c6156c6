// `wg approve`: lets a task spend more than its budget.
import { Command, InvalidArgumentError } from "commander";
import { WgError } from "../base/error.ts";
import { approveTask } from "../graph/approval.ts";
import { standing } from "../graph/standing.ts";
import { loadSettings } from "../profile/load.ts";
import type { Io } from "./io.ts";
import { printJson, say } from "./print.ts";
import { withGraph } from "./project-graph.ts";
import { taskJson } from "./task-print.ts";
import { dollarsText } from "./usage-text.ts";
import { whereOf } from "./where.ts";

interface Options {
  budget?: number;
  json?: true;
}

export function approveCommand(io: Io): Command {
  return new Command("approve")
    .description(
      "Let a task go on that has reached a budget: its runs may cost so much from now on, whatever the budgets are.",
    )
    .argument("<id>", "the task")
    .option(
      "--budget <dollars>",
      "how much it may cost from now on; else budget.task once more, or budget.day",
      dollars,
    )
    .option("--json", "print one JSON envelope")
    .addHelpText(
      "after",
      `
When that is spent too, the task waits again.

Examples:
  wg approve write-the-parser
  wg approve write-the-parser --budget 5`,
    )
    .action((id: string, options: Options) => approve(io, id, options));
}

function approve(io: Io, id: string, { budget, json }: Options): void {
  const usd = budget ?? usualBudget(io);
  withGraph(io, (graph) => {
    const task = approveTask(graph, id, usd, io.now());
    if (json) return printJson(io, { task: taskJson(task), usd });
    say(io, `${id} may cost ${dollarsText(usd)} from now on; ${standing(graph, task)}`);
  });
}

/** What a task may usually cost here; else what a day may. */
function usualBudget(io: Io): number {
  const { all, profile } = loadSettings(whereOf(io)).settings.general.budgets;
  const usual = all.task ?? profile.task ?? all.day ?? profile.day;
  if (usual !== undefined && usual > 0) return usual;
  throw new WgError("no-budget", "no budget says how much to approve", {
    hint: "say it: wg approve <id> --budget 5",
  });
}

function dollars(text: string): number {
  const value = /^\d{1,7}(\.\d{1,6})?$/.test(text) ? Number(text) : 0;
  if (value <= 0) throw new InvalidArgumentError("it must be a sum in dollars, such as 5 or 0.5.");
  return value;
}
