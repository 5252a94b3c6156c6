// `wg add`: a new task.
import { Command } from "commander";
import { assignByHand } from "../graph/assignment.ts";
import { change } from "../graph/database.ts";
import { addFollowUp } from "../graph/follow-up.ts";
import { standing } from "../graph/standing.ts";
import { addTask } from "../graph/task.ts";
import type { Io } from "./io.ts";
import { print, printJson, say } from "./print.ts";
import { ownRun, withGraph } from "./project-graph.ts";
import { gather, score, textOrStdin, wholeNumber } from "./task-options.ts";
import { taskJson } from "./task-print.ts";

interface Options {
  description?: string;
  after?: string[];
  model?: string;
  tier?: string;
  exec?: string;
  verify?: string;
  gate?: number;
  identity?: string;
  tag?: string[];
  priority?: number;
  id?: string;
  json?: true;
}

export function addCommand(io: Io): Command {
  return new Command("add")
    .description("Add a task. Prints its id, which is made from the title unless --id names one.")
    .argument("<title>", "what is to be done, in one line")
    .option("-d, --description <text>", "all an agent should know; - reads it from stdin")
    .option("--after <id>", "wait for this task; repeat it or separate with commas", gather)
    .option(
      "--model <route>",
      "run on this route, whatever the profile says: claude:opus, codex:gpt-5.5, local:qwen3-coder",
    )
    .option("--tier <name>", "run on the profile's route of this tier")
    .option("--exec <command>", "run this shell command instead of an agent")
    .option("--verify <command>", "a shell command that must succeed before the task counts as done")
    .option(
      "--gate <score>",
      "what an evaluator has to score its work, 0 to 1, before it counts as done",
      score,
    )
    .option("--identity <name>", "who its agent is to be: an agent of wg agent list")
    .option("--tag <word>", "a word to find it by; repeat it or separate with commas", gather)
    .option("--priority <number>", "higher goes first among ready tasks; the default is 0", wholeNumber)
    .option("--id <id>", "the id: lower-case letters, digits, dot, dash and underscore")
    .option("--json", "print one JSON envelope")
    .addHelpText(
      "after",
      `
Examples:
  wg add "Write the parser" -d "Read SPEC.md first" --verify "npm test"
  wg add "Review the parser" --after write-the-parser --model claude:opus
  wg add "Build" --exec "make all" --priority 5
  wg add "Long one" -d - < notes.md`,
    )
    .action((title: string, options: Options) => add(io, title, options));
}

async function add(io: Io, title: string, options: Options): Promise<void> {
  const { after, tag, json, description, identity, ...rest } = options;
  const whom =
    identity === undefined ? undefined : (await import("./agent-place.ts")).identityHere(io, identity);
  const text = description === undefined ? undefined : await textOrStdin(io, description);
  withGraph(io, (graph) => {
    const fresh = {
      title,
      ...rest,
      ...(text !== undefined && { description: text }),
      ...(after !== undefined && { needs: after }),
      ...(tag !== undefined && { tags: tag }),
    };
    const run = ownRun(graph, io);
    const task = change(graph, () => {
      const added =
        run === undefined ? addTask(graph, fresh, io.now()) : addFollowUp(graph, run, fresh, io.now());
      if (whom !== undefined) assignByHand(graph, added.id, whom, io.now());
      return added;
    });
    if (json) return printJson(io, { task: taskJson(task) });
    print(io, task.id);
    say(io, `added ${task.id}; ${standing(graph, task)}`);
  });
}
