// `wg eval`: how work was scored. Each body is loaded when called.
import { Command, Option } from "commander";
import type { Io } from "./io.ts";
import { since, sinceHelp } from "./since.ts";
import { count, score } from "./task-options.ts";

const about = `
Who judges gives scores from 0 to 1, 1 is best, on dimensions such as correctness. agency.evaluate and agency.flip say whose work
is judged, agency.weights.<dimension> how much each counts. docs/agency.md says more.

Examples:
  wg eval list --below 0.7       what came out badly, the latest first
  wg eval show write-the-parser  all that was said of one task's work
`;

export function evalCommand(io: Io): Command {
  const command = new Command("eval")
    .description("See how work was scored: by whom, on which dimensions, with which notes.")
    .addHelpText("after", about);
  command
    .command("show")
    .description("Show all that was said of a task's work, run by run.")
    .argument("<id>", "the task")
    .option("--json", "print one JSON envelope")
    .action(async (id, options) => (await import("./eval-show.ts")).showEvaluations(io, id, options))
    .addHelpText(
      "after",
      `
The score of a run is made of the latest word of each role, by the weights of the settings now. An earlier word, and that of a
judge who was asked for a comparison only, is told but does not count; where one that counts gave no score there is none.

Examples:
  wg eval show write-the-parser
  wg eval show write-the-parser --json | jq '.runs[].total'`,
    );
  command
    .command("list")
    .description("List evaluations, the latest first.")
    .option("--task <id>", "only of this task's work")
    .addOption(new Option("--role <role>", "only by this role").choices(["evaluator", "flip"]))
    .option("--since <time>", `only what was said since then: ${sinceHelp}`, since)
    .option("--below <score>", "only totals below this; what has no score is below nothing", score)
    .option("--limit <number>", "at most so many", count, 20)
    .option("--json", "print one JSON envelope")
    .action(async (options) => (await import("./eval-list.ts")).listThem(io, options))
    .addHelpText(
      "after",
      `
TOTAL is as it was given then, by the weights of that time; "none" where there is no score.

Examples:
  wg eval list --since 7d --below 0.7
  wg eval list --role flip --task write-the-parser
  wg eval list --json | jq -r '.evaluations[] | [.task, .total] | @tsv'`,
    );
  return command;
}
