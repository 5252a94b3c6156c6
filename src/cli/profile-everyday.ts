// The verbs of `wg profile` for one command, one shell, and keeping the files in order; each body is loaded when called.
import { Command, Option } from "commander";
import { roles } from "../base/role.ts";
import type { Io } from "./io.ts";
import { since, sinceHelp } from "./since.ts";
import { count } from "./task-options.ts";

/** Adds `run`, `env`, `compare`, `copy`, `rename`, `lint` and `trust`. */
export function addEverydayVerbs(profile: Command, io: Io): void {
  profile.addCommand(runVerb(io));
  for (const verb of [envVerb, compareVerb, copyVerb, renameVerb, lintVerb, trustVerb]) {
    profile.addCommand(verb(io));
  }
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
WG_PROFILE. The exit status is that of the command; as from a shell, 127 where there is none of that name, and 126 where it
cannot be executed.

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
    .option(
      "--shell <shell>",
      "whose words to write: bash, zsh, fish or pwsh; the default is what $SHELL names",
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

function compareVerb(io: Io): Command {
  return new Command("compare")
    .description(
      "Tell which profile does the best work, by what each did in this project; or that it cannot be told.",
    )
    .argument("[profiles...]", "the profiles; without any, all that ran something")
    .addOption(new Option("--role <role>", "the runs of this role").choices(roles).default("worker"))
    .option("--tag <tag>", "only tasks with this tag")
    .option("--since <time>", `only runs that began since then: ${sinceHelp}`, since)
    .option(
      "--judge <profile>",
      "have a sample of the work judged anew by the evaluator of this profile alone",
    )
    .option("--sample <number>", "with --judge: so many tasks of each profile; the default is 30", count)
    .option("--yes", "with --judge: do it without asking")
    .option("--json", "print one JSON envelope; asks nothing")
    .action(async (words, options) =>
      (await import("./profile-compare.ts")).compareProfiles(io, words, options),
    )
    .addHelpText(
      "after",
      `
A task counts once for a profile, however many runs it took. Behind each figure is the interval that holds the truth in 95
of 100 cases. One profile is called better when the interval of the difference, all comparisons together at 99 of 100,
leaves out zero; "no difference shown" means that all of it is below 0.10 in evaluation, or below 15 points in tasks done;
anything else is too thin to tell, and about how much more it takes is said. docs/agency.md says how, and what to doubt.

With --judge one judge looks at the work of all, here and now, one run after the other; what it has judged before is not
judged again. What it will cost is said first; where nobody can be asked it needs --yes, and ends with 4 without it. Its
scores count in such comparisons alone.

Examples:
  wg profile compare
  wg profile compare claude codex --since 4w
  wg profile compare --tag parser --json
  wg profile compare claude codex --judge wgnext --sample 20`,
    );
}

function copyVerb(io: Io): Command {
  return new Command("copy")
    .description("Copy a profile to another name, comments and all.")
    .argument("<from>", "the profile")
    .argument("<to>", "the name of the copy")
    .option("--force", "replace a profile of that name")
    .option("--json", "print one JSON envelope")
    .action(async (from, to, options) => (await import("./profile-rename.ts")).copy(io, from, to, options))
    .addHelpText("after", "\nExample:\n  wg profile copy claude claude-cheap");
}

function renameVerb(io: Io): Command {
  return new Command("rename")
    .description("Give a profile another name. Whatever calls it by the old one follows.")
    .argument("<from>", "the profile, in full")
    .argument("<to>", "the new name")
    .option("--json", "print one JSON envelope")
    .action(async (from, to, options) => (await import("./profile-rename.ts")).rename(io, from, to, options))
    .addHelpText(
      "after",
      `
Pointers that name it (the global one, those of the projects that wg knows of), and extends and fallback of other
profiles are changed with it; comments and layout stay. Running services take it over. Refused when one of them was
started on the old name, by --profile or WG_PROFILE. Cut off in the middle, the same command finishes it.

Example:
  wg profile rename wgnext home`,
    );
}

function lintVerb(io: Io): Command {
  return new Command("lint")
    .description(
      "Look for what is wrong or doubtful in a profile as it is written; asks no server and starts nothing.",
    )
    .argument("[name]", "the profile, or base; without one, what is active here")
    .option("--all", "every profile")
    .option("--json", "print one JSON envelope")
    .action(async (name, options) => (await import("./profile-lint.ts")).lint(io, name, options))
    .addHelpText(
      "after",
      `
Errors: a profile that cannot be used, a key in the file, a fallback that is no profile, a file with commands in it that
others can write. Warnings: models like none that is known, endpoints nobody uses, variables that have no effect or too
much, and for the active profile what it hides and what hides it. The exit status is 1 where there are errors.

Examples:
  wg profile lint
  wg profile lint --all --json`,
    );
}

function trustVerb(io: Io): Command {
  return new Command("trust")
    .description("Look at a profile that comes with this project, and say that it may be used.")
    .argument("[name]", "the profile, in full")
    .option("--all", "every profile of the project")
    .option("--show", "only show what it would do")
    .option("--yes", "do it without asking")
    .option("--revoke", "trust it no more")
    .option("--json", "print one JSON envelope; asks nothing")
    .action(async (name, options) => (await import("./profile-trust.ts")).trustProfile(io, name, options))
    .addHelpText(
      "after",
      `
A profile in .wg/profiles of a project is listed, and nothing else, until it is trusted: it could send work and keys to
a server of somebody else, or run a command. Every key is shown, those lines marked; then it asks, and where nobody can
be asked it needs --yes, and ends with 4 without it. Trust is of this path and this text: once either changes, the
profile is inert again. A service that runs on one that is trusted no more keeps what it has until it is stopped.

Examples:
  wg profile trust team --show
  wg profile trust team
  wg profile use team --project
  wg profile trust --all --revoke`,
    );
}
