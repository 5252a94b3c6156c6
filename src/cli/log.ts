// `wg log`: reads the log of a task, or adds to it.
import { Command } from "commander";
import { addLog, type LogEntry, taskLog } from "../graph/log.ts";
import { requireTask } from "../graph/task.ts";
import type { Io } from "./io.ts";
import { tellMessages } from "./own-messages.ts";
import { plain, print, printJson, say } from "./print.ts";
import { ownRun, withGraph } from "./project-graph.ts";
import { textOrStdin } from "./task-options.ts";
import { block, timeText } from "./task-print.ts";

export function logCommand(io: Io): Command {
  return new Command("log")
    .description("Print the log of a task, or add a message to it.")
    .argument("<id>", "the task")
    .argument("[message...]", "what to add; - reads it from stdin")
    .option("--json", "print one JSON envelope")
    .addHelpText(
      "after",
      '\nExamples:\n  wg log write-the-parser\n  wg log write-the-parser "numbers are done, strings next"',
    )
    .action((id: string, words: string[], options: { json?: true }) =>
      words.length === 0
        ? read(io, id, options.json === true)
        : write(io, id, words.join(" "), options.json === true),
    );
}

function read(io: Io, id: string, json: boolean): void {
  withGraph(io, (graph) => {
    const entries = taskLog(graph, requireTask(graph, id).id);
    if (json) return printJson(io, { task: id, log: entries });
    if (entries.length === 0) return say(io, "nothing was logged yet");
    print(io, entries.map(entryText).join("\n"));
  });
}

async function write(io: Io, id: string, given: string, json: boolean): Promise<void> {
  const message = await textOrStdin(io, given);
  withGraph(io, (graph) => {
    const run = ownRun(graph, io);
    const by = run === undefined ? { by: "user" } : { by: "agent", run: run.id };
    const entry = addLog(graph, id, { ...by, message }, io.now());
    tellMessages(io, graph, run);
    if (json) return printJson(io, { task: id, entry });
    say(io, `noted on ${id}`);
  });
}

/** An entry as `time  who  message`, further lines indented below. */
export function entryText(entry: LogEntry): string {
  const [first = "", ...rest] = entry.message.split(/\r?\n/);
  const who = entry.run === undefined ? entry.by : `${entry.by} in ${entry.run}`;
  const head = `${timeText(entry.at)}  ${plain(who)}  ${plain(first)}`;
  return rest.length === 0 ? head : `${head}\n${block(rest.join("\n"))}`;
}
