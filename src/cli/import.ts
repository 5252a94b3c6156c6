// `wg import`: the tasks of a file, be it of the original wg or an export of ours, into this project.
import * as path from "node:path";
import { Command } from "commander";
import { WgError } from "../base/error.ts";
import { readText } from "../base/file.ts";
import { type ImportReport, importTasks, previewImport, type TaskFile } from "../graph/import.ts";
import { fewOf } from "../graph/task.ts";
import { inputText } from "./input.ts";
import type { Io } from "./io.ts";
import { plain, print, printJson, say } from "./print.ts";
import { withGraph } from "./project-graph.ts";

interface Options {
  merge?: true;
  dryRun?: true;
  json?: true;
}

/** More than a graph of a million tasks has seldom, and what still fits a text. */
const maxBytes = 256 * 1024 * 1024;

export function importCommand(io: Io): Command {
  return new Command("import")
    .description(
      "Import tasks: the graph.jsonl of the original wg, or what wg export wrote. All of it or nothing.",
    )
    .argument("<file>", "one JSON object on each line; - reads stdin")
    .option("--merge", "leave tasks whose ids exist as they are, and import the others")
    .option("--dry-run", "say what would be imported, and change nothing")
    .option("--json", "print one JSON envelope")
    .addHelpText(
      "after",
      `
Prints the ids of the new tasks on stdout. Needs, tags, log, artifacts and times come along; fields that have no place
here are kept beside the task, named, and written again by wg export. A task that was in progress elsewhere is open.

Examples:
  wg import ../old/.workgraph/graph.jsonl --dry-run
  wg export | ssh other 'cd project && wg import -'`,
    )
    .action((file: string, options: Options) => bring(io, file, options));
}

async function bring(io: Io, named: string, { merge, dryRun, json }: Options): Promise<void> {
  const file = await taskFile(io, named);
  withGraph(io, (graph) => {
    const step = dryRun ? previewImport : importTasks;
    const report = step(graph, file, { merge: merge === true }, io.now());
    if (json) return printJson(io, { dryRun: dryRun === true, ...report });
    if (report.imported.length > 0) print(io, report.imported.join("\n"));
    for (const line of sentences(report, dryRun === true)) say(io, plain(line));
  });
}

async function taskFile(io: Io, named: string): Promise<TaskFile> {
  if (named === "-") return { source: "stdin", text: await inputText(io, maxBytes) };
  const file = path.resolve(io.cwd, named);
  const text = readText(file, maxBytes);
  if (text === undefined) {
    throw new WgError("no-file", `there is no file ${named}`, {
      hint: "the original keeps its graph in .workgraph/graph.jsonl",
    });
  }
  return { source: file, text };
}

/** What a person should know, most important first. */
function sentences(report: ImportReport, isPreview: boolean): string[] {
  const { imported, skipped, renamed, dropped, unknownFields, otherLines, commands } = report;
  const verb = isPreview ? "would import" : "imported";
  const left = skipped.length > 0 ? `; ${tasks(skipped.length)} exist and stay as they are` : "";
  return [
    `${verb} ${tasks(imported.length)}${left}`,
    ...remarkLines(report),
    ...(commands > 0 ? [`${tasks(commands)} bring a command of the file, which runs here`] : []),
    ...few(renamed, "id changed", ({ from, to }) => `${from} is ${to}`),
    ...few(dropped, "need dropped", ({ task, needs, why }) => `${task} needs ${needs} (${reasons[why]})`),
    ...countLine("kept, although nothing here reads them", unknownFields),
    ...countLine("lines that are no tasks, kept for wg export", otherLines),
  ];
}

const reasons = {
  unknown: "no such task",
  cycle: "it would wait for itself",
  elsewhere: "it was here before",
} as const;

/** The same remark once, with the tasks it is about. */
function remarkLines({ remarks }: ImportReport): string[] {
  const groups = new Map<string, string[]>();
  for (const { field, what, id } of remarks) {
    const key = `${field}: ${what}`;
    const ids = groups.get(key);
    if (ids === undefined) groups.set(key, [id]);
    else ids.push(id);
  }
  return [...groups].map(([what, ids]) => `${what} (${fewOf(ids)})`);
}

function few<Item>(items: readonly Item[], what: string, text: (item: Item) => string): string[] {
  if (items.length === 0) return [];
  return [`${what}: ${fewOf(items.map(text))}`];
}

function countLine(what: string, counts: Readonly<Record<string, number>>): string[] {
  const parts = Object.entries(counts).map(([name, count]) => `${name} (${count})`);
  return parts.length === 0 ? [] : [`${what}: ${parts.join(", ")}`];
}

function tasks(count: number): string {
  return count === 1 ? "1 task" : `${count} tasks`;
}
