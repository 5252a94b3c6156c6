// The verbs of `wg profile` for one command, one shell, and keeping the files in order; each body is loaded when called.
import { Command } from "commander";
import type { Io } from "./io.ts";

/** Adds `run`. */
export function addEverydayVerbs(profile: Command, io: Io): void {
  profile.addCommand(runVerb(io));
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
