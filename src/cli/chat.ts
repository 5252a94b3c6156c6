// `wg chat`: its verbs and their options; each verb's body is in a file of its own, loaded when it is called.
import { Command } from "commander";
import type { Io } from "./io.ts";
import { count } from "./task-options.ts";

const jsonText = "print one JSON envelope";
const idText = "the chat: its id or the beginning of it, with or without c-";

export function chatCommand(io: Io): Command {
  const command = new Command("chat")
    .description(
      "Conversations with an agent, each on the profile it was opened with, whatever is switched to later.",
    )
    .usage("[verb] [options]")
    .enablePositionalOptions()
    .argument("[verb]")
    .addHelpText(
      "after",
      `
Without a verb: opens a chat in this terminal, as wg chat new. On claude and codex that is their own interactive program;
--headless keeps to wg's. The plan of a chat (profile, revision, route, endpoint, variables, permissions) is frozen
when it opens, and wg chat switch alone replaces it. So is who its agent is told to be, which a switch keeps.

Examples:
  wg chat                                      talk, on the active profile
  wg chat --profile codex --title "the parser"
  wg chat --identity reviewer
  id=$(wg chat new --json | jq -r .chat.id)    for a script
  wg chat send $id "what is left to do?"
  wg chat switch $id --profile claude          the conversation goes on there
  wg chat list --all`,
    );
  opening(command).action(async (verb, options) =>
    (await import("./chat-new.ts")).newOrUnknown(io, verb, options),
  );
  opening(
    command.command("new").description("Open a chat; without a terminal, or with --json, print its id."),
  )
    .action(async (options) => (await import("./chat-new.ts")).newChat(io, options))
    .addHelpText(
      "after",
      "\nExamples:\n  wg chat new --profile codex\n  wg chat new --json | jq -r .chat.id",
    );
  addReading(command, io);
  addTalking(command, io);
  addChanging(command, io);
  return command;
}

function opening(command: Command): Command {
  return command
    .option("--profile <name>", "what it runs on; the default is what is active here")
    .option("--identity <agent>", "who its agent is told to be; wg agent list has them")
    .option("--title <text>", "what it is about; the default is the beginning of the first thing said")
    .option("--headless", "at a terminal: wg's own lines instead of the agent's interactive program")
    .option("--json", `${jsonText}; open no terminal`);
}

function addReading(command: Command, io: Io): void {
  command
    .command("list")
    .description(
      "List the chats of this project, the last used first: what each runs on, and whether that is active.",
    )
    .option("--all", "those of every project, and of none")
    .option("--limit <number>", "at most so many; the default is 20", count, 20)
    .option("--json", jsonText)
    .action(async (options) => (await import("./chat-list.ts")).listChatsHere(io, options))
    .addHelpText("after", "\nExamples:\n  wg chat list\n  wg chat list --all --json");
  command
    .command("show")
    .description("Show what was said in a chat.")
    .argument("<chat>", idText)
    .option("--json", `${jsonText}: the record of the chat and every line of its transcript`)
    .action(async (id, options) => (await import("./chat-show.ts")).showChat(io, id, options))
    .addHelpText("after", "\nExample:\n  wg chat show c-k3f9x");
}

function addTalking(command: Command, io: Io): void {
  command
    .command("send")
    .description("Say something in a chat and print the answer. Turns of one chat come one after the other.")
    .argument("<chat>", idText)
    .argument("<text...>", "what to say; - reads it from stdin")
    .option("--json", `${jsonText}: the answer, what it ran on, what it used`)
    .action(async (id, words, options) => (await import("./chat-send.ts")).send(io, id, words, options))
    .addHelpText(
      "after",
      `
The exit status is 1 when the turn failed. Ctrl-C ends the turn and not the chat.

Examples:
  wg chat send c-k3f9x "run the tests"
  git diff | wg chat send c-k3f9x -`,
    );
  command
    .command("resume")
    .description("Go on with a chat in this terminal, also one whose process was killed.")
    .argument("<chat>", idText)
    .option("--headless", "wg's own lines instead of the agent's interactive program")
    .action(async (id, options) => (await import("./chat-terminal.ts")).resume(io, id, options))
    .addHelpText("after", "\nExamples:\n  wg chat resume c-k3f9x\n  wg chat resume c-k3f9x --headless");
}

function addChanging(command: Command, io: Io): void {
  command
    .command("switch")
    .description(
      "Put a chat on another profile from its next turn on. Says what of the conversation does not carry over.",
    )
    .argument("<chat>", idText)
    .option("--profile <name>", "what it runs on from now; the default is what is active here")
    .option("--json", jsonText)
    .action(async (id, options) => (await import("./chat-change.ts")).switchTo(io, id, options))
    .addHelpText(
      "after",
      `
The same agent goes on with its own session, on the new model. Another one, or another server, is told what was said.
A turn that is under way finishes on what it began with. Who its agent is told to be stays.

Example:
  wg chat switch c-k3f9x --profile codex`,
    );
  command
    .command("end")
    .description("End a chat: it takes no more turns, and can still be shown.")
    .argument("<chat>", idText)
    .option("--json", jsonText)
    .action(async (id, options) => (await import("./chat-change.ts")).end(io, id, options))
    .addHelpText("after", "\nExample:\n  wg chat end c-k3f9x");
}
