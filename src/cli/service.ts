// `wg service`: the daemon of a project. Each verb's body is in a file of its own.
import { Command, InvalidArgumentError, Option } from "commander";
import type { Io } from "./io.ts";

const examples = `
Examples:
  wg service start                      in the background; says what it runs on
  wg service start --foreground         in this terminal, until Ctrl-C
  wg service start --profile codex      stays on codex, whatever is switched to elsewhere
  wg service status --json              for a script; exit status 1 when none runs
  wg service stop                       workers in flight go on, the next service finds them
  wg service stop --kill-agents         their tasks are open again
  wg service logs -f                    what it does, as it does it

SIGTERM stops a service like wg service stop, SIGHUP makes it look at its settings.
`;

export function serviceCommand(io: Io): Command {
  const command = new Command("service")
    .description("Start, watch and stop the service that gives ready tasks to workers.")
    .addHelpText("after", examples);
  command
    .command("start")
    .description("Start the service of this project. Prints its pid, once it runs.")
    .option("--foreground", "stay in this terminal")
    .option("--max-agents <n>", "runs at a time (service.max_agents)", readCount)
    .option("--profile <name>", "stay on this profile")
    .option("--json", "print one JSON envelope")
    // Its output is the log itself, so nothing is said twice.
    .addOption(new Option("--logged").hideHelp())
    .action(async (options) => (await import("./service-start.ts")).start(io, options))
    .addHelpText(
      "after",
      "\nExamples:\n  wg service start --max-agents 8\n  wg service start --foreground --profile codex",
    );
  command
    .command("stop")
    .description("Stop the service; workers in flight go on.")
    .option("--kill-agents", "end the workers too; their tasks are open again")
    .option("--json", "print one JSON envelope")
    .action(async (options) => (await import("./service-stop.ts")).stop(io, options))
    .addHelpText("after", "\nExamples:\n  wg service stop\n  wg service stop --kill-agents");
  command
    .command("status")
    .description(
      "Show what the service runs on, what is in flight, what waits and why. Exit status 1 when none runs.",
    )
    .option("--json", "print one JSON envelope")
    .action(async (options) => (await import("./service-status.ts")).status(io, options))
    .addHelpText(
      "after",
      "\nExamples:\n  wg service status\n  wg service status --json | jq .applied.revision",
    );
  command
    .command("reload")
    .description("Make the service look at its settings now, and wait until they are in force.")
    .option("--json", "print one JSON envelope")
    .action(async (options) => (await import("./service-reload.ts")).reload(io, options))
    .addHelpText("after", "\nExample:\n  wg service reload");
  command
    .command("logs")
    .description("Print what the service did, line by line.")
    .option("-f, --follow", "go on until Ctrl-C")
    .option("-n, --lines <n>", "so many of the last lines", readCount, 50)
    .option("--json", "print one JSON envelope; with -f one object a line")
    .action(async (options) => (await import("./service-logs.ts")).logs(io, options))
    .addHelpText("after", "\nExamples:\n  wg service logs -f\n  wg service logs -n 200 --json");
  return command;
}

function readCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= 1_000_000) return count;
  throw new InvalidArgumentError("give a whole number from 1 on");
}
