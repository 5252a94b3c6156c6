// `wg show`: everything about one task.
import { Command } from "commander";
import { artifacts } from "../graph/artifact.ts";
import { type Graph, snapshot } from "../graph/database.ts";
import { taskLog } from "../graph/log.ts";
import { neededBy } from "../graph/needs.ts";
import { listRuns, type Run } from "../graph/run.ts";
import { holdText, stateOf } from "../graph/standing.ts";
import { type Outline, outlines, requireTask, type Task } from "../graph/task.ts";
import type { Io } from "./io.ts";
import { entryText } from "./log.ts";
import { plain, print, printJson, table } from "./print.ts";
import { withGraph } from "./project-graph.ts";
import {
  costText,
  durationMs,
  profileText,
  runJson,
  servedText,
  spanText,
  stateText,
  tokensText,
} from "./run-text.ts";
import { block, taskJson, timeText } from "./task-print.ts";

export function showCommand(io: Io): Command {
  return new Command("show")
    .description(
      "Show a task: what it needs, what needs it, each run with its profile and models, artifacts, log.",
    )
    .argument("<id>", "the task")
    .option("--json", "print one JSON envelope")
    .addHelpText("after", "\nExample:\n  wg show write-the-parser")
    .action((id: string, options: { json?: true }) => show(io, id, options.json === true));
}

function show(io: Io, id: string, json: boolean): void {
  withGraph(io, (graph) => {
    const { task, needs, requiredBy, runs, files, log } = snapshot(graph, () => allOf(graph, id));
    if (json) {
      const attempts = runs.map((run) => runJson(run, io.now()));
      return printJson(io, {
        task: taskJson(task),
        needs,
        requiredBy,
        runs: attempts,
        artifacts: files,
        log,
      });
    }
    const parts = [
      heading(task),
      ...section("description", task.description && block(task.description)),
      ...section("needs", others(needs)),
      ...section("required by", others(requiredBy)),
      ...section("runs", runs.length > 0 ? indented(runTable(runs, io.now())) : ""),
      ...section("what went wrong", indented(failures(runs))),
      ...section("artifacts", indented(files.map((file) => plain(file.path)).join("\n"))),
      ...section("log", indented(log.map(entryText).join("\n"))),
    ];
    print(io, parts.join("\n\n"));
  });
}

function allOf(graph: Graph, id: string) {
  const task = requireTask(graph, id);
  return {
    task,
    needs: outlines(graph, task.needs),
    requiredBy: outlines(graph, neededBy(graph, id)),
    runs: listRuns(graph, { task: id }).reverse(),
    files: artifacts(graph, id),
    log: taskLog(graph, id),
  };
}

function heading(task: Task): string {
  const facts: [string, string | undefined][] = [
    ["title", task.title],
    ["status", stateOf(task)],
    ["held", task.hold && holdText(task.hold)],
    ["reason", task.reason],
    ["summary", task.summary],
    ["priority", String(task.priority)],
    ["model", task.model],
    ["tier", task.tier],
    ["exec", task.exec],
    ["verify", task.verify],
    ["gate", task.gate === undefined ? undefined : String(task.gate)],
    ["tags", task.tags.join(", ") || undefined],
    ["repeats", task.samePlanAs && `the plan of ${task.samePlanAs}`],
    ["added", timeText(task.createdAt)],
    ["started", task.startedAt && timeText(task.startedAt)],
    ["ended", task.completedAt && timeText(task.completedAt)],
  ];
  const lines = facts.flatMap(([name, value]) =>
    value === undefined ? [] : [`${name.padEnd(9)} ${oneLine(value)}`],
  );
  return [task.id, ...lines].join("\n");
}

/** The first line of a text, and how many follow. */
function oneLine(text: string): string {
  const [first = "", ...rest] = text.split(/\r?\n/);
  return rest.length === 0 ? plain(first) : `${plain(first)} (and ${rest.length} more lines)`;
}

function section(name: string, body: string): string[] {
  return body === "" ? [] : [`${name}\n${body}`];
}

function others(tasks: readonly Outline[]): string {
  if (tasks.length === 0) return "";
  return indented(
    table(
      ["ID", "STATUS", "TITLE"],
      tasks.map((task) => [task.id, stateOf(task), task.title]),
    ),
  );
}

function runTable(runs: readonly Run[], now: Date): string {
  const head = [
    "RUN",
    "ROLE",
    "RESULT",
    "PROFILE",
    "REVISION",
    "REQUESTED",
    "SERVED",
    "TOKENS",
    "COST",
    "TOOK",
  ];
  return table(
    head,
    runs.map((run) => [
      run.id,
      run.role,
      stateText(run),
      profileText(run),
      run.revision,
      run.route,
      servedText(run),
      tokensText(run.usage),
      costText(run.result?.cost),
      spanText(durationMs(run, now)),
    ]),
  );
}

function failures(runs: readonly Run[]): string {
  return runs
    .flatMap(({ id, result }) =>
      result?.failure ? [`${id}  ${result.failure.class}: ${oneLine(result.failure.message)}`] : [],
    )
    .join("\n");
}

function indented(text: string): string {
  return text === ""
    ? ""
    : text
        .split("\n")
        .map((line) => `  ${line}`)
        .join("\n");
}
