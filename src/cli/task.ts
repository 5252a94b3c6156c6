// `wg task`: what can be done with a task besides its own work.
import { Command } from "commander";
import type { Io } from "./io.ts";
import type { RerunOptions } from "./task-rerun.ts";

const rerunHelp = `
The run is repeated in a worktree of its own, begun at the commit that it began at, with what a first attempt is told. The task
stays as it is, and nothing is merged. Where the run was scored the rerun is scored by the same roles, on the active profile.
A model of the task's own is left out, since it would be the same again. The exit status is 1 where the rerun is not done.

Examples:
  wg task rerun build --profile codex
  wg task rerun build --profile codex --diff         and how the two results differ
  wg task rerun build --profile claude --same-revision 0f3a9c21b7de
  wg task rerun build --profile codex --keep         its worktree and its branch stay
`;

export function taskCommand(io: Io): Command {
  const command = new Command("task")
    .description("Run a finished task again elsewhere, and compare.")
    .addHelpText("after", "\nExample:\n  wg task rerun build --profile codex");
  command
    .command("rerun")
    .description("Repeat a finished run on another profile, beside the task, and show both side by side.")
    .argument("<id>", "the task")
    .requiredOption("--profile <name>", "what to run it on; none of its fallbacks is taken")
    .option("--same-revision <revision>", "on this kept revision of the profile (or the beginning of one)")
    .option("--run <run>", "repeat this run instead of the latest attempt")
    .option("--evaluate", "have both scored, also where nobody has asked for that")
    .option("--keep", "leave the rerun's worktree and branch where they are")
    .option("--diff", "print the difference between the two results too")
    .option("--json", "print one JSON envelope")
    .addHelpText("after", rerunHelp)
    .action(async (id: string, options: RerunOptions) =>
      (await import("./task-rerun.ts")).rerun(io, id, options),
    );
  return command;
}
