// `wg export`: every task of this project as JSON lines.
import * as path from "node:path";
import { Command } from "commander";
import { WgError } from "../base/error.ts";
import { writeText } from "../base/file.ts";
import { exportTasks } from "../graph/export.ts";
import { fewOf } from "../graph/task.ts";
import type { Io } from "./io.ts";
import { plain, print, printJson, say } from "./print.ts";
import { withGraph } from "./project-graph.ts";

export function exportCommand(io: Io): Command {
  return new Command("export")
    .description(
      "Write every task as one JSON line, with needs, tags, log, artifacts and times; wg import reads them.",
    )
    .option("-o, --output <file>", "into this file, whole or not at all; without it, to stdout")
    .option("--json", "with -o: print one JSON envelope about it")
    .addHelpText(
      "after",
      `
What came along with an import is written again. Runs stay behind; a task that is being worked on is written as open.

Examples:
  wg export > tasks.jsonl
  wg export -o backup/tasks.jsonl`,
    )
    .action((options: { output?: string; json?: true }) => exportAll(io, options));
}

function exportAll(io: Io, { output, json }: { output?: string; json?: true }): void {
  if (json && output === undefined) {
    throw new WgError("usage", "--json is about the file of -o, and there is none", {
      exit: 2,
      hint: "wg export alone prints the tasks, each as JSON",
    });
  }
  withGraph(io, (graph) => {
    const { text, tasks, inProgress } = exportTasks(graph);
    const file = output === undefined ? undefined : path.resolve(io.cwd, output);
    if (file === undefined) io.stdout.write(text);
    else {
      writeText(file, text);
      if (json) return printJson(io, { file, tasks, openHere: inProgress });
      print(io, plain(file));
    }
    say(io, `exported ${tasks} ${tasks === 1 ? "task" : "tasks"}`);
    if (inProgress.length > 0) say(io, `being worked on, and open in the export: ${fewOf(inProgress)}`);
  });
}
