// `wg show`: everything about one task.
import { Command } from "commander";
import { type Graph, snapshot } from "../graph/database.ts";
import { evaluationsOf } from "../graph/evaluation.ts";
import { requireTask } from "../graph/task.ts";
import type { Io } from "./io.ts";
import type { JudgedRun } from "./judged.ts";
import { print, printJson } from "./print.ts";
import { withGraph } from "./project-graph.ts";
import { runJson } from "./run-text.ts";
import { pageText } from "./show-page.ts";
import { type Shown, scoredAttempt, shownOf } from "./shown-task.ts";
import { taskJson } from "./task-print.ts";

export function showCommand(io: Io): Command {
  return new Command("show")
    .description(
      "Show a task: where it stands, who did it on what, how that was scored, its needs, runs, artifacts and log.",
    )
    .argument("<id>", "the task")
    .option("--json", "print one JSON envelope")
    .addHelpText(
      "after",
      `
A run that is about another stands below that: who judged it, and reruns. Of a long log there is the end; wg log has it whole,
and --json has everything.

Examples:
  wg show write-the-parser
  wg show write-the-parser --json | jq .score.total`,
    )
    .action((id: string, options: { json?: true }) => show(io, id, options.json === true));
}

async function show(io: Io, id: string, json: boolean): Promise<void> {
  // Loaded for what was judged alone: settings take longer to read than all else here.
  const isJudged = withGraph(io, (graph) => evaluationsOf(graph, requireTask(graph, id).id).length > 0);
  const judgedOf = isJudged ? await judging(io) : () => [];
  withGraph(io, (graph) => {
    const found = snapshot(graph, () => ({ ...shownOf(graph, id), judged: judgedOf(graph, id) }));
    if (!json) return print(io, pageText(io, found));
    const { task, assignment, runs, judged, latest, ...rest } = found;
    printJson(io, {
      task: taskJson(task),
      ...(assignment && { assignment }),
      ...scoreJson(found),
      runs: runs.map((run) => runJson(run, io.now())),
      evaluations: judged.flatMap(({ words }) => words),
      ...rest,
    });
  });
}

async function judging(io: Io): Promise<(graph: Graph, task: string) => JudgedRun[]> {
  const [{ weightsHere }, { judgedRuns }] = await Promise.all([
    import("./weights-here.ts"),
    import("./judged.ts"),
  ]);
  const weights = weightsHere(io);
  return (graph, task) => judgedRuns(graph, task, weights);
}

function scoreJson(found: Shown): Record<string, unknown> {
  const work = scoredAttempt(found);
  if (work === undefined) return {};
  const { words, ...score } = work;
  return { score };
}
