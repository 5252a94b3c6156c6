// `wg edit`: changes a task.
import { Command } from "commander";
import { WgError } from "../base/error.ts";
import { assignByHand, unassignTask } from "../graph/assignment.ts";
import { listRuns } from "../graph/run.ts";
import { standing } from "../graph/standing.ts";
import { editTask, type TaskEdit } from "../graph/task.ts";
import type { Io } from "./io.ts";
import { print, printJson, say } from "./print.ts";
import { withGraph } from "./project-graph.ts";
import { gather, scoreOrNone, textOrStdin, wholeNumber } from "./task-options.ts";
import { taskJson } from "./task-print.ts";

interface Options {
  title?: string;
  description?: string;
  model?: string;
  tier?: string;
  exec?: string;
  verify?: string;
  gate?: number | null;
  identity?: string;
  priority?: number;
  after?: string[];
  notAfter?: string[];
  tag?: string[];
  untag?: string[];
  json?: true;
}

export function editCommand(io: Io): Command {
  return new Command("edit")
    .description("Change a task. A run in flight keeps the plan it started with.")
    .argument("<id>", "the task")
    .option("--title <title>", "what is to be done, in one line")
    .option("-d, --description <text>", "all an agent should know; - reads it from stdin")
    .option("--model <route>", 'run on this route; "" goes back to the profile\'s')
    .option("--tier <name>", 'run on the profile\'s route of this tier; "" clears it')
    .option("--exec <command>", 'run this shell command instead of an agent; "" clears it')
    .option("--verify <command>", 'a shell command that must succeed before it counts as done; "" clears it')
    .option("--gate <score>", 'what an evaluator has to score its work, 0 to 1; "" clears it', scoreOrNone)
    .option("--identity <name>", 'who its agent is to be from the next run on; "" leaves it to agency.assign')
    .option("--priority <number>", "higher goes first among ready tasks", wholeNumber)
    .option("--after <id>", "wait for this task too; repeat it or separate with commas", gather)
    .option("--not-after <id>", "wait for this task no longer", gather)
    .option("--tag <word>", "add a tag; repeat it or separate with commas", gather)
    .option("--untag <word>", "take a tag away", gather)
    .option("--json", "print one JSON envelope")
    .addHelpText(
      "after",
      `
Examples:
  wg edit write-the-parser --model codex:gpt-5.5 --priority 10
  wg edit write-the-parser --after read-the-spec --not-after ask-alice
  wg edit write-the-parser --model ""`,
    )
    .action((id: string, options: Options) => edit(io, id, options));
}

async function edit(io: Io, id: string, options: Options): Promise<void> {
  const { json, description, after, notAfter, tag, untag, identity, ...rest } = options;
  const whom = identity ? (await import("./agent-place.ts")).identityHere(io, identity) : undefined;
  const change: TaskEdit = {
    ...rest,
    ...(description !== undefined && { description: await textOrStdin(io, description) }),
    ...(after !== undefined && { addNeeds: after }),
    ...(notAfter !== undefined && { dropNeeds: notAfter }),
    ...(tag !== undefined && { addTags: tag }),
    ...(untag !== undefined && { dropTags: untag }),
  };
  if (Object.keys(change).length === 0 && identity === undefined) {
    throw new WgError("usage", "nothing to change was given", {
      hint: "wg edit --help lists what can be",
      exit: 2,
    });
  }
  withGraph(io, (graph) => {
    const task = editTask(graph, id, change);
    if (whom !== undefined) assignByHand(graph, id, whom, io.now());
    if (identity === "") unassignTask(graph, id);
    if (json) return printJson(io, { task: taskJson(task) });
    print(io, task.id);
    say(io, `changed ${task.id}; ${standing(graph, task)}`);
    for (const run of listRuns(graph, { task: task.id, live: true })) {
      say(io, `${run.id} is in flight and keeps the plan it started with`);
    }
  });
}
