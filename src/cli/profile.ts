// `wg profile`: its verbs and their options; each verb's body is in a file of its own, loaded when it is called.
import { Command } from "commander";
import type { Io } from "./io.ts";
import { addArrivingVerbs } from "./profile-arrive.ts";
import { addEverydayVerbs } from "./profile-everyday.ts";
import { count } from "./task-options.ts";

const jsonText = "print one JSON envelope";
const projectText = "the pointer of this project, which beats the global one";
const noCheckText = "skip the check of what the profile runs on";

/** With all its verbs; for `use` and `current`, the ones that are typed or prompted all day, with that one alone. */
export function profileCommand(io: Io, verb?: string): Command {
  const command = new Command("profile")
    .description("Named bundles of everything agents run on, and which of them is active.")
    .usage("[verb] [options]")
    .argument("[verb]")
    .option("--json", jsonText)
    .enablePositionalOptions()
    .action(async (word, options) => {
      const isAtTerminal = io.stdout.isTTY && io.stderr.isTTY && io.stdin.isTTY;
      if (word === undefined && !options.json && isAtTerminal) {
        return (await import("./profile-pick.ts")).pickProfile(io);
      }
      (await import("./profile-list.ts")).printNames(io, word, options);
    })
    .addHelpText(
      "after",
      `
Without a verb: the names to pick from (arrows or typing, Enter switches, Esc leaves it, with exit status 4); piped, the
names one a line. A name may be shortened to its beginning where that is unique.

Examples:
  wg profile use codex
  wg profile use -
  wg profile show --show-origin
  wg profile create local -m local:qwen3-coder -e http://127.0.0.1:8088
  wg profile set wgnext endpoint http://10.0.0.5:8088`,
    );
  if (verb === "use") return command.addCommand(useVerb(io));
  if (verb === "current") return command.addCommand(currentVerb(io));
  for (const each of [
    ...lookingVerbs(io),
    useVerb(io),
    undoVerb(io),
    ...canaryVerbs(io),
    ...changingVerbs(io),
  ]) {
    command.addCommand(each);
  }
  addArrivingVerbs(command, io);
  addEverydayVerbs(command, io);
  return command;
}

function lookingVerbs(io: Io): Command[] {
  return [
    new Command("list")
      .description("List the profiles: which is active, what its workers run, what it is for.")
      .option("--json", jsonText)
      .action(async (options) => (await import("./profile-list.ts")).listProfiles(io, options))
      .addHelpText(
        "after",
        "\nExamples:\n  wg profile list\n  wg profile list --json | jq -r '.profiles[].name'",
      ),
    currentVerb(io),
    new Command("show")
      .description("Show what a profile sets; without a name, what every role runs on now, and why.")
      .argument("[name]", "the profile; without one, what is active here")
      .option("--effective", "what every role would run on, were this profile active")
      .option("--show-origin", "every key with the place it comes from and what it hides")
      .option("--revision <revision>", "the bundle that a past run ran on, whatever its profile says now")
      .option("--json", jsonText)
      .action(async (name, options) =>
        options.revision === undefined
          ? (await import("./profile-show.ts")).showProfile(io, name, options)
          : (await import("./profile-revision.ts")).showRevision(io, name, options.revision, options),
      )
      .addHelpText(
        "after",
        "\nExamples:\n  wg profile show\n  wg profile show codex --effective --show-origin\n  wg profile show --revision 0d5f1c",
      ),
    new Command("diff")
      .description(
        "Show the keys in which two profiles differ; with one, in which it differs from what is active.",
      )
      .argument("<a>", "a profile, or base")
      .argument("[b]", "another one; without it, what is active here comes first")
      .option("--json", jsonText)
      .action(async (a, b, options) => (await import("./profile-diff.ts")).diffProfiles(io, a, b, options))
      .addHelpText("after", "\nExamples:\n  wg profile diff codex\n  wg profile diff base claude --json"),
    new Command("check")
      .description("Look at what a profile would run on: program, key, endpoint, model. Takes 3 s at most.")
      .argument("[name]", "the profile; without one, what is active here")
      .option("--all", "every profile")
      .option(
        "--real",
        "also send one tiny request on every distinct route; takes up to a minute, and tokens",
      )
      .option("--json", jsonText)
      .action(async (name, options) => (await import("./profile-check.ts")).checkProfile(io, name, options))
      .addHelpText(
        "after",
        `
One row a distinct route, for the roles and tiers that take it, and in a project for its open tasks with a model of their
own. A row is yes, no or unknown. No is definite: a run would fail. Unknown is what only a real request shows, such as
the login of a CLI. The exit status is 3 when anything is a definite no.

Examples:
  wg profile check
  wg profile check codex --real
  wg profile check --all --json`,
      ),
    new Command("history")
      .description(
        "List the switches, the newest first: how long each held, and how many runs of it this project started.",
      )
      .option("--limit <number>", "at most so many; the default is 20", count, 20)
      .option("--json", jsonText)
      .action(async (options) => (await import("./profile-history.ts")).printHistory(io, options))
      .addHelpText("after", "\nExamples:\n  wg profile history\n  wg profile history --limit 3 --json"),
  ];
}

function currentVerb(io: Io): Command {
  return new Command("current")
    .description("Print the name of the active profile, base when there is none.")
    .option("--format <template>", "a text with {name}, {revision}, {route} and {origin} in it")
    .option("--json", "also revision, origin, and what is wrong with it, in one JSON envelope")
    .action(async (options) => (await import("./profile-current.ts")).currentProfile(io, options))
    .addHelpText(
      "after",
      `
With {name} alone a format costs no more than none. docs/prompt.md has segments for prompts.

Examples, for a prompt:
  PS1='[$(wg profile current)] $ '
  wg profile current --format '{name} ({route})'`,
    );
}

function useVerb(io: Io): Command {
  return new Command("use")
    .description("Switch: new workers and chats start on this profile; what runs already stays as it is.")
    .argument("[name]", "the profile; - for the one before; base for none")
    .option("--clear", "no profile: back to the settings of the config files")
    .option("--project", projectText)
    .option("--no-check", noCheckText)
    .option("--dry-run", "say what would change, and change nothing")
    .option("--canary <share>", "only for this share of the tasks; the active profile stays active")
    .option(
      "--abort-if <guardrail>",
      "end the canary by itself when this comes true; may be repeated",
      gather,
    )
    .option(
      "--min-runs <number>",
      "until both sides have so many runs no guardrail speaks; default 10",
      count,
    )
    .option("--json", jsonText)
    .action(async (name, options) =>
      (options.canary ?? options.abortIf ?? options.minRuns) === undefined
        ? (await import("./profile-use.ts")).use(io, name, options)
        : (await import("./profile-canary.ts")).begin(io, name, options),
    )
    .addHelpText(
      "after",
      `
Prints the name on stdout and what happened on stderr. What the profile runs on is looked at first, as by wg profile
check: on a definite no nothing is changed, and the exit status is 3.

With --canary a share of the tasks (20%, 20 or 0.2), chosen by the hash of their ids, runs on the profile; the rest stays on
the active one. Both sides are kept as they are now: edits of the profiles do not reach them. Guardrails compare the canary
with the rest: "score < -0.1" is its mean evaluation less theirs, "failures > 0.2" its share of failed runs less theirs.
wg profile promote and abort end it, and so does any switch.

Examples:
  wg profile use codex
  wg profile use codex --dry-run
  wg profile use codex --canary 20%
  wg profile use codex --canary 20% --abort-if "score < -0.1" --abort-if "failures > 0.2" --min-runs 20
  wg profile use -
  wg profile use --clear`,
    );
}

function undoVerb(io: Io): Command {
  return new Command("undo")
    .description(
      "Take the last switch back; again, the one before it. While a canary is on, end that instead.",
    )
    .option("--project", projectText)
    .option("--no-check", noCheckText)
    .option("--json", jsonText)
    .action(async (options) => (await import("./profile-undo.ts")).undo(io, options))
    .addHelpText("after", "\nExamples:\n  wg profile undo\n  wg profile undo --project");
}

function canaryVerbs(io: Io): Command[] {
  return [
    new Command("promote")
      .description("Make the candidate of a canary the active profile, which ends the canary.")
      .option("--project", projectText)
      .option("--no-check", noCheckText)
      .option("--json", jsonText)
      .action(async (options) => (await import("./profile-canary.ts")).promote(io, options))
      .addHelpText(
        "after",
        `
Says how both sides did in this project. Refuses where the candidate's file has changed since the canary began: then wg profile
use takes it as it is.

Examples:
  wg profile promote
  wg profile promote --project`,
      ),
    new Command("abort")
      .description("End a canary: all tasks stay on the active profile. Runs under way finish as they began.")
      .option("--project", projectText)
      .option("--json", jsonText)
      .action(async (options) => (await import("./profile-canary.ts")).abort(io, options))
      .addHelpText("after", "\nExamples:\n  wg profile abort\n  wg profile abort --project --json"),
  ];
}

function changingVerbs(io: Io): Command[] {
  return [
    new Command("create")
      .description("Make a profile. Every role runs the route given by -m, unless --role says otherwise.")
      .argument("<name>", "1 to 64 of a-z, 0-9, dot, dash and underscore")
      .option("-m, --model <route>", "what it runs: claude:opus, codex:gpt-5.5, local:qwen3-coder")
      .option("-e, --endpoint <url>", "the server that -m is asked at")
      .option(
        "--key-ref <reference>",
        "where that server's key comes from: env:NAME, file:PATH, cmd:COMMAND, keyring:NAME",
      )
      .option("--from <profile>", "begin with a copy of this one")
      .option("--description <text>", "what it is for, in one line")
      .option("--role <role=route>", "a route for one role; may be repeated", gather)
      .option("--tier <tier=route>", "a route for tasks added with --tier; may be repeated", gather)
      .option(
        "--env <[handler.]KEY=VALUE>",
        "a variable to pin, for all handlers or for one; may be repeated",
        gather,
      )
      .option("--force", "replace a profile of that name")
      .option("--json", jsonText)
      .action(async (name, options) => (await import("./profile-create.ts")).createProfile(io, name, options))
      .addHelpText(
        "after",
        `
Examples:
  wg profile create codex-big -m codex:gpt-5.5
  wg profile create home -m local:qwen3-coder -e http://10.0.0.5:8088 --key-ref env:HOME_KEY
  wg profile create mixed -m claude:opus --role evaluator=claude:haiku --tier fast=claude:haiku
  wg profile create slow --from claude --env claude.CLAUDE_CODE_MAX_OUTPUT_TOKENS=32000`,
      ),
    new Command("set")
      .description(
        "Set one key of a profile. Comments and layout of its file stay; if it is active, services reload.",
      )
      .argument("<name>", "the profile")
      .argument("<key>", "for example agent.model, tiers.fast, endpoint")
      .argument("<value>", "the new value")
      .option("--json", jsonText)
      .action(async (name, key, value, options) =>
        (await import("./profile-set.ts")).setInProfile(io, name, key, value, options),
      )
      .addHelpText(
        "after",
        `
Examples:
  wg profile set wgnext endpoint http://10.0.0.5:8088
  wg profile set codex agent.model codex:gpt-5.5
  wg profile set claude env.ANTHROPIC_AUTH_TOKEN '{ ref = "env:WORK_TOKEN" }'`,
      ),
    new Command("unset")
      .description("Remove one key of a profile.")
      .argument("<name>", "the profile")
      .argument("<key>", "the key")
      .option("--json", jsonText)
      .action(async (name, key, options) =>
        (await import("./profile-set.ts")).unsetInProfile(io, name, key, options),
      )
      .addHelpText(
        "after",
        "\nExamples:\n  wg profile unset codex tiers.fast\n  wg profile unset claude env.HTTPS_PROXY",
      ),
    new Command("edit")
      .description(
        "Open a profile in $VISUAL or $EDITOR. It is checked when saved; nothing typed is ever lost.",
      )
      .argument("<name>", "the profile")
      .option("--json", jsonText)
      .action(async (name, options) => (await import("./profile-edit.ts")).editProfile(io, name, options))
      .addHelpText(
        "after",
        "\nExamples:\n  wg profile edit codex\n  EDITOR='code --wait' wg profile edit codex",
      ),
    new Command("delete")
      .description("Delete a profile. Workers that run on it are not affected.")
      .argument("<name>", "the profile, in full")
      .option("--force", "also when it is active, which clears the pointer, or when another one extends it")
      .option("--json", jsonText)
      .action(async (name, options) => (await import("./profile-delete.ts")).deleteProfile(io, name, options))
      .addHelpText("after", "\nExamples:\n  wg profile delete home\n  wg profile delete codex --force"),
    new Command("init-starters")
      .description("Write the profiles wg brings along: claude, codex and wgnext.")
      .option("--force", "also over files that are there")
      .option("--json", jsonText)
      .action(async (options) => (await import("./profile-starters.ts")).initStarters(io, options))
      .addHelpText("after", "\nExamples:\n  wg profile init-starters\n  wg profile init-starters --force"),
  ];
}

function gather(value: string, before: string[] = []): string[] {
  return [...before, value];
}
