// `wg watch`: what goes on, as it goes on.
import { Command } from "commander";
import { requireProject } from "../base/home.ts";
import { closeGraph, openGraph } from "../graph/database.ts";
import type { Io } from "./io.ts";
import { watchSource } from "./watch-source.ts";

const examples = `
At a terminal it is the screen of wg status, drawn anew when something has changed, with what runs in flight say below it;
q or Ctrl-C leaves. Elsewhere it prints one line for each change, until Ctrl-C.

Examples:
  wg watch
  wg watch | grep failed
  wg watch --json | jq -c 'select(.kind == "task" and .to == "failed")'
`;

export function watchCommand(io: Io): Command {
  return new Command("watch")
    .description("Show what goes on in the project, as it goes on.")
    .option("--json", "one JSON object a line, for each change")
    .addHelpText("after", examples)
    .action((options: { json?: true }) => watch(io, options.json === true));
}

async function watch(io: Io, json: boolean): Promise<void> {
  const project = requireProject(io.cwd, io.env);
  const graph = openGraph(project);
  try {
    const source = watchSource(io, project, graph);
    const isTerminal = io.stdin.isTTY === true && io.stdout.isTTY === true && io.env["TERM"] !== "dumb";
    if (isTerminal && !json) await (await import("./watch-screen.ts")).watchScreen(io, project, source);
    else await (await import("./watch-lines.ts")).watchLines(io, graph, source, json);
  } finally {
    closeGraph(graph);
  }
}
