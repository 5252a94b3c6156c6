// The verbs of `wg profile` for one command, one shell, and keeping the files in order; each body is loaded when called.
import { Command, Option } from "commander";
import type { Io } from "./io.ts";
import { shells } from "./shell-text.ts";

/** Adds `run` and `env`. */
export function addEverydayVerbs(profile: Command, io: Io): void {
  profile.addCommand(runVerb(io));
  profile.addCommand(envVerb(io));
}

function runVerb(io: Io): Command {
  return new Command("run")
    .description("Run one command on a profile, and leave the switch where it is.")
    .usage("<name> -- <command> [arguments]")
    .argument("<name>", "the profile, or base")
    .argument("<command...>", "any program and its arguments")
    .passThroughOptions()
    .action(async (name, words) => (await import("./profile-run.ts")).runOnProfile(io, name, words))
    .addHelpText(
      "after",
      `
The command gets WG_PROFILE=<name> and the variables the profile pins; what else could send an agent elsewhere
(ANTHROPIC_*, OPENAI_* and the like) is taken away, as for workers. claude and codex also get the profile's model and
endpoint, that of its chats where it has one; arguments of your own come after those and win. wg itself gets only
WG_PROFILE. The exit status is that of the command.

Examples:
  wg profile run codex -- codex
  wg profile run claude -- claude --continue
  wg profile run wgnext -- wg service start
  wg profile run work -- make review`,
    );
}

function envVerb(io: Io): Command {
  return new Command("env")
    .description("Print what makes this shell follow a profile, as lines to eval; nothing else follows it.")
    .argument("[name]", "the profile, or base")
    .addOption(
      new Option("--shell <shell>", "whose words to write; the default is what $SHELL names").choices(shells),
    )
    .option("--clear", "take the profile off this shell again")
    .option("--secrets", "print the values of references too; without it a value of a key is never printed")
    .option("--json", "print one JSON envelope")
    .action(async (name, options) => (await import("./profile-env.ts")).printEnv(io, name, options))
    .addHelpText(
      "after",
      `
The lines set WG_PROFILE, which beats every pointer, and the variables the profile pins. A reference env:NAME becomes
"$NAME", taken over when the lines are read; a pin with any other reference is left out, and told on stderr. The next
profile unsets what the one before had pinned; what a variable was before both does not come back.

Examples:
  eval "$(wg profile env codex)"
  wg profile env codex --shell fish | source
  wg profile env codex --shell pwsh | Out-String | Invoke-Expression
  eval "$(wg profile env --clear)"`,
    );
}
