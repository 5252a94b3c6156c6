// `wg failover`: what is left alone for a while, letting go of it sooner, and a rehearsal. Each body is loaded when called.
import { Argument, Command, Option } from "commander";
import { coolingClasses } from "../cooling/cooling.ts";
import type { Io } from "./io.ts";

const about = `
While what the active profile runs on has no quota left, turns its key away or cannot be reached, new runs take the first
profile of its fallback list that is free:

Examples:
  wg profile set claude fallback codex,wgnext     what claude's work goes on with, in this order
  wg failover drill claude                        rehearse it here, on no server but a simulated one
  wg failover list                                what cools now, since when, until when and why

docs/failover.md says more.
`;

export function failoverCommand(io: Io): Command {
  const command = new Command("failover")
    .description("See what is left alone after it turned runs away, let go of it, rehearse it.")
    .addHelpText("after", about);
  command
    .command("list")
    .description("List what cools on this machine, since when, until when and why.")
    .option("--json", "print one JSON envelope")
    .action(async (options) => (await import("./failover-list.ts")).listCoolings(io, options))
    .addHelpText(
      "after",
      "\nExamples:\n  wg failover list\n  wg failover list --json | jq '.cooling[].destination'",
    );
  command
    .command("clear")
    .description("Let go of what cools, so that the next run tries it.")
    .argument("[destination]", "only what begins with this, or was met by the profile of this name; else all")
    .option("--json", "print one JSON envelope")
    .action(async (destination, options) =>
      (await import("./failover-list.ts")).clearCoolings(io, destination, options),
    )
    .addHelpText("after", "\nExamples:\n  wg failover clear\n  wg failover clear claude");
  command
    .command("drill")
    .description("Rehearse what would happen, in a temporary home and project, on simulated servers.")
    .addArgument(new Argument("<profile>", "the profile that would be active, or base"))
    .addOption(
      new Option("--class <class>", "what it would be turned away by")
        .choices(coolingClasses)
        .default("quota"),
    )
    .option("--json", "print one JSON envelope")
    .action(async (name, options) => (await import("./failover-drill.ts")).drill(io, name, options))
    .addHelpText(
      "after",
      `
Every profile keeps its name and its fallback list; in place of each server or login there is a simulated one, and wg's own
agent in place of claude and codex. Nothing of yours is changed, no token is spent. Exit status 0 when the work went on
and came back, 1 when it would have had to wait.

Examples:
  wg failover drill claude
  wg failover drill claude --class auth --json`,
    );
  return command;
}
