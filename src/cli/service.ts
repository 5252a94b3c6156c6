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
    .description("start, watch and stop the service that gives ready tasks to workers")
    .addHelpText("after", examples);
  command
    .command("start")
    .description("start the service of this project")
    .option("--foreground", "stay in this terminal")
    .option("--max-agents <n>", "runs at a time (service.max_agents)", readCount)
    .option("--profile <name>", "stay on this profile")
    .option("--json", "print JSON")
    // Its output is the log itself, so nothing is said twice.
    .addOption(new Option("--logged").hideHelp())
    .action(async (options) => (await import("./service-start.ts")).start(io, options));
  command
    .command("stop")
    .description("stop the service; workers in flight go on")
    .option("--kill-agents", "end the workers too; their tasks are open again")
    .option("--json", "print JSON")
    .action(async (options) => (await import("./service-stop.ts")).stop(io, options));
  command
    .command("status")
    .description("what the service runs on, what is in flight, what waits and why")
    .option("--json", "print JSON")
    .action(async (options) => (await import("./service-status.ts")).status(io, options));
  command
    .command("reload")
    .description("make the service look at its settings now")
    .option("--json", "print JSON")
    .action(async (options) => (await import("./service-reload.ts")).reload(io, options));
  command
    .command("logs")
    .description("what the service did")
    .option("-f, --follow", "go on until Ctrl-C")
    .option("-n, --lines <n>", "so many of the last lines", readCount, 50)
    .option("--json", "print JSON; with -f one object a line")
    .action(async (options) => (await import("./service-logs.ts")).logs(io, options));
  return command;
}

function readCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= 1_000_000) return count;
  throw new InvalidArgumentError("give a whole number from 1 on");
}
