// `wg artifact`: the files a task produced.
import * as fs from "node:fs";
import * as path from "node:path";
import { Command } from "commander";
import { addArtifact, artifactPath, artifacts } from "../graph/artifact.ts";
import { requireTask } from "../graph/task.ts";
import type { Io } from "./io.ts";
import { tellMessages } from "./own-messages.ts";
import { plain, print, printJson, say } from "./print.ts";
import { ownRun, withGraph } from "./project-graph.ts";

export function artifactCommand(io: Io): Command {
  return new Command("artifact")
    .description("Record a file that a task produced, for the tasks that need it; or list them.")
    .argument("<id>", "the task")
    .argument("[path]", "the file, from here")
    .option("--json", "print one JSON envelope")
    .addHelpText("after", "\nExample:\n  wg artifact write-the-parser src/parser.ts")
    .action((id: string, file: string | undefined, options: { json?: true }) =>
      file === undefined ? list(io, id, options.json === true) : record(io, id, file, options.json === true),
    );
}

function list(io: Io, id: string, json: boolean): void {
  withGraph(io, (graph) => {
    const known = artifacts(graph, requireTask(graph, id).id);
    if (json) return printJson(io, { task: id, artifacts: known });
    if (known.length === 0) return say(io, "no artifacts yet");
    print(io, known.map((artifact) => plain(artifact.path)).join("\n"));
  });
}

function record(io: Io, id: string, file: string, json: boolean): void {
  withGraph(io, (graph, project) => {
    const absolute = path.resolve(io.cwd, file);
    const run = ownRun(graph, io);
    const recorded = artifactPath(project.root, absolute, run?.plan.cwd);
    const artifact = addArtifact(graph, id, recorded, run?.id, io.now());
    tellMessages(io, graph, run);
    if (!fs.existsSync(absolute)) say(io, `warning: ${plain(absolute)} does not exist yet`);
    if (json) return printJson(io, { task: id, artifact });
    print(io, plain(artifact.path));
    say(io, `recorded on ${id}${path.isAbsolute(recorded) ? "; it lies outside the project" : ""}`);
  });
}
