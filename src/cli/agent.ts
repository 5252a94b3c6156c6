// `wg agent`: its verbs and their options; each verb's body is in a file of its own, loaded when it is called.
import { Command, Option } from "commander";
import type { Io } from "./io.ts";
import { gather } from "./task-options.ts";

const jsonText = "print one JSON envelope";
const nameText = "the agent: its name or the beginning of it";

export function agentCommand(io: Io): Command {
  const command = new Command("agent")
    .description(
      "Who agents are told to be: each is a role (what it is good at) and a tradeoff (what it puts first).",
    )
    .addHelpText(
      "after",
      `
An agent is known by the hash of all that it is told, so what a run had stays known however the files change.

Examples:
  wg agency init                               a few to begin with
  wg agent list
  wg agent create careful-builder --role builder --tradeoff careful
  wg agent lineage builder
  wg chat --identity reviewer`,
    );
  addLooking(command, io);
  addChanging(command, io);
  return command;
}

function addLooking(command: Command, io: Io): void {
  command
    .command("list")
    .description(
      "List the agents: what each is made of, how many runs it had here, and how those were scored.",
    )
    .option("--json", jsonText)
    .action(async (options) => (await import("./agent-list.ts")).listAgents(io, options))
    .addHelpText("after", "\nExamples:\n  wg agent list\n  wg agent list --json | jq -r '.agents[].name'");
  command
    .command("show")
    .description("Show an agent and what it is told; or what is kept of one, by its hash.")
    .argument("<agent>", `${nameText}; or six digits or more of a hash`)
    .option("--json", jsonText)
    .action(async (word, options) => (await import("./agent-show.ts")).showAgent(io, word, options))
    .addHelpText("after", "\nExamples:\n  wg agent show reviewer\n  wg agent show 3f9a0c1d2e4b");
  command
    .command("lineage")
    .description("Show what an agent has been, the newest first: what changed each time, and how it worked.")
    .argument("<agent>", `${nameText}; also of one that was removed`)
    .option("--json", jsonText)
    .action(async (word, options) => (await import("./agent-lineage.ts")).showLineage(io, word, options))
    .addHelpText("after", "\nExamples:\n  wg agent lineage builder\n  wg agent lineage builder --json");
}

function addChanging(command: Command, io: Io): void {
  describing(command.command("create").description("Make an agent of a role and a tradeoff."))
    .argument("<name>", "its name: a-z, 0-9, dot, dash and underscore")
    .option("--global", "for all your projects; outside of a project that is meant anyway")
    .option("--force", "replace the agent of that name")
    .option("--json", jsonText)
    .action(async (name, options) => (await import("./agent-change.ts")).create(io, name, options))
    .addHelpText(
      "after",
      `
--role and --tradeoff take what wg agency list shows. Without --role the role is written into the agent's own file:
--description, --skill, --outcome and --instructions say it. So do --first, --accept and --never without --tradeoff.

Examples:
  wg agent create quick --role builder --tradeoff swift
  wg agent create rustacean --description "systems code in Rust" --skill rust,unsafe --tradeoff careful
  wg agent create keeper --role reviewer --first "nothing gets slower" --never "an API that breaks"`,
    );
  describing(
    command.command("edit").description("Change an agent: in your editor, or by options without one."),
  )
    .argument("<agent>", nameText)
    .addOption(
      new Option("--open <file>", "which of its files the editor opens").choices([
        "agent",
        "role",
        "tradeoff",
      ]),
    )
    .option("--json", jsonText)
    .action(async (word, options) => (await import("./agent-change.ts")).edit(io, word, options))
    .addHelpText(
      "after",
      `
A role or a tradeoff in a file of its own may belong to several agents: all of them are other versions after it was changed.
What was before is kept (wg agent lineage). The exit status is 4 when nothing was changed.

Examples:
  wg agent edit builder --open role
  wg agent edit builder --tradeoff careful
  wg agent edit rustacean --skill rust,ffi`,
    );
  command
    .command("rm")
    .description("Remove an agent's file. Its role and tradeoff stay, and what it was is kept.")
    .argument("<agent>", nameText)
    .option("--json", jsonText)
    .action(async (word, options) => (await import("./agent-change.ts")).remove(io, word, options))
    .addHelpText("after", "\nExample:\n  wg agent rm drafter");
}

function describing(command: Command): Command {
  return command
    .option("--role <role>", "a role by its name")
    .option("--tradeoff <tradeoff>", "a tradeoff by its name")
    .option("--description <text>", "what it is good at, in a sentence")
    .option("--skill <words>", "what tasks it suits, as their tags; several with commas", gather)
    .option("--outcome <text>", "what its work should come to")
    .option("--instructions <text>", "how it works, in several lines; - reads them from stdin")
    .option(
      "--first <text>",
      "what it puts first; again for more, the most important at the beginning",
      gatherText,
    )
    .option("--accept <text>", "what is acceptable for that; again for more", gatherText)
    .option("--never <text>", "what it must not give up; again for more", gatherText);
}

/** For a repeatable option whose value is a sentence, commas and all. */
function gatherText(value: string, earlier: readonly string[] = []): string[] {
  return [...earlier, value];
}
