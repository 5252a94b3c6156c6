// `wg quickstart`: what an agent needs to know of wg, in less than a screen or two; inside a run, of its own task.
import { Command } from "commander";
import { WgError } from "../base/error.ts";
import { insideOf } from "../base/inside.ts";
import { requireTask } from "../graph/task.ts";
import type { Io } from "./io.ts";
import { print } from "./print.ts";
import { ownRun, withGraph } from "./project-graph.ts";

export function quickstartCommand(io: Io): Command {
  return new Command("quickstart")
    .description("Print what an agent needs to know of wg. Inside a run it is about the run's own task.")
    .addHelpText("after", '\nExample:\n  claude "$(wg quickstart) Break the goal in GOAL.md into tasks."')
    .action(() => print(io, insideOf(io.env)?.kind === "run" ? insideText(io) : general));
}

// What begins with two blanks and `wg` is a command line; a test runs each of them as it stands here.
const general = `wg keeps tasks in a graph. A task waits for the tasks it needs; a service gives each that is ready to an agent of its
own, on the profile that is active then. You see what came of it in its log, its files and its summary.

Look
  wg list                                   every task with its state; --status failed, --blocked, --tag <word>
  wg ready                                  what could start now
  wg show <id>                              one task: what it needs, its runs, files and log
  wg runs --limit 5                         what ran, on which profile and model, and what came of it
  wg logs <id>                              what the last run of a task did
  wg profile current                        what is active; wg profile show says what that means

Add work, and say what waits for what
  wg add "Write the parser" -d "Read SPEC.md first; the entry point is src/main.ts"
  wg add "Review the parser" --after <id> --tag review
  wg edit <id> --after <other>              make a task wait for another too
  wg edit <id> -d "a better description"    a run in flight keeps what it was told

Keep it going
  wg log <id> "what was decided"            for whoever works on it next
  wg msg <id> "use tabs"                    reaches the agent at work, and every later attempt
  wg done <id> --summary "in src/parser.ts"
  wg retry <id>                             open a done, failed or abandoned task again
  wg fail <id> --reason "SPEC.md contradicts itself"
  wg service status                         whether somebody takes what is ready; wg service start

Good tasks
- One agent can finish one in a sitting, knowing nothing but its description and what came of the tasks it needs.
- Tasks that touch the same files wait for each other; all others run side by side.
- What proves a task done goes into its description, or as a command into --verify.

Ids are made from titles; wg add prints them alone on stdout, sentences go to stderr. --json makes any answer one
envelope. Exit status 0 is done, 1 refused, 2 a wrong command line; a refusal names the way out. wg <command> --help
says more. Profiles, settings and keys are your person's to change.`;

function insideText(io: Io): string {
  return withGraph(io, (graph) => {
    const run = ownRun(graph, io);
    if (run === undefined) throw new WgError("run-over", "this run is over, so there is nothing to do in it");
    const { id, title } = requireTask(graph, run.task);
    return `You work on task ${id}, "${title}", in run ${run.id}. Do this task only; others are done by others, maybe at the same
time and in the same files.

Look
  wg show ${id}                             your task: what it needs, earlier runs, files, log
  wg show <other>                           another one
  wg list                                   all of them

Report
  wg log ${id} "what happened"              progress, a decision, a problem
  wg artifact ${id} <path>                  a file that you made for the tasks after this one
  wg done ${id} --summary "what came of it"
  wg fail ${id} --reason "why it cannot be done"

Leave work to others
  wg add "Fix the docs" -d "all its agent should know" --after ${id}
  wg msg <other> "the parser has moved"     reaches whoever works on it

done and fail are your word: the task moves when the run ends. End with a short summary of what you did and what the next
tasks should know; it is handed to them. Other tasks, profiles, settings, keys and other runs are closed to you.`;
  });
}
