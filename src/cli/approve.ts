// `wg approve`: a person's yes to a task that waits for it: to what it costs, or to work that its gate has held.
import { Command, InvalidArgumentError } from "commander";
import { WgError } from "../base/error.ts";
import { requireProject } from "../base/home.ts";
import { approveTask } from "../graph/approval.ts";
import { latestAttempt } from "../graph/attempt.ts";
import { change, type Graph } from "../graph/database.ts";
import { holdTask } from "../graph/hold.ts";
import { addLog } from "../graph/log.ts";
import { findRun } from "../graph/run.ts";
import { standing } from "../graph/standing.ts";
import { completeTask, type Moved } from "../graph/status.ts";
import { requireTask } from "../graph/task.ts";
import { loadSettings } from "../profile/load.ts";
import { readRecord } from "../worktree/record.ts";
import type { Io } from "./io.ts";
import { printJson, say } from "./print.ts";
import { withGraph } from "./project-graph.ts";
import { printMoved, taskJson } from "./task-print.ts";
import { dollarsText } from "./usage-text.ts";
import { whereOf } from "./where.ts";

interface Options {
  budget?: number;
  json?: true;
}

export function approveCommand(io: Io): Command {
  return new Command("approve")
    .description(
      "Let a task go on that waits for your word: one that has reached a budget, or whose work a gate has held.",
    )
    .argument("<id>", "the task")
    .option(
      "--budget <dollars>",
      "how much it may cost from now on; else budget.task once more, or budget.day",
      dollars,
    )
    .option("--json", "print one JSON envelope")
    .addHelpText(
      "after",
      `
A task that has reached a budget may cost so much from now on, whatever the budgets are; when that is spent too, it waits again.
Work that was scored below its gate, or could not be scored, is taken as it is: its branch is merged where it has one, and
the task is done. To have it tried again instead: wg retry.

Examples:
  wg approve write-the-parser
  wg approve write-the-parser --budget 5`,
    )
    .action((id: string, options: Options) => approve(io, id, options));
}

async function approve(io: Io, id: string, options: Options): Promise<void> {
  const isGated = withGraph(io, (graph) => requireTask(graph, id).hold?.kind === "gate");
  if (!isGated) return approveCost(io, id, options);
  if (options.budget !== undefined) {
    throw new WgError("usage", `"${id}" waits for its gate, so --budget says nothing`, {
      hint: `to take its work as it is: wg approve ${id}`,
      exit: 2,
    });
  }
  await approveWork(io, id, options.json === true);
}

function approveCost(io: Io, id: string, { budget, json }: Options): void {
  const usd = budget ?? usualBudget(io);
  withGraph(io, (graph) => {
    const task = approveTask(graph, id, usd, io.now());
    if (json) return printJson(io, { task: taskJson(task), usd });
    say(io, `${id} may cost ${dollarsText(usd)} from now on; ${standing(graph, task)}`);
  });
}

/** What would have become of the work, had it passed. */
async function approveWork(io: Io, id: string, json: boolean): Promise<void> {
  const hasBranch = readRecord(requireProject(io.cwd, io.env), id) !== undefined;
  const merge = hasBranch ? withGraph(io, (graph) => mergeModeOf(graph, id)) : undefined;
  if (merge === "auto") {
    const { answerMerged, mergeTask } = await import("./merge.ts");
    return answerMerged(io, await mergeTask(io, id), json);
  }
  const now = io.now();
  withGraph(io, (graph) => {
    const moved = merge === "manual" ? waitForMerge(graph, id, now) : takeWork(graph, id, now);
    const next = merge === "manual" ? `wg merge ${id} merges its branch` : `${id} is done`;
    printMoved(io, moved, `its work is taken as it is; ${next}`, json);
  });
}

function mergeModeOf(graph: Graph, id: string) {
  const run = latestAttempt(graph, id);
  return run && findRun(graph, run.id)?.plan.worktree?.merge;
}

function waitForMerge(graph: Graph, id: string, now: Date): Moved {
  return change(graph, () => {
    holdTask(graph, id, { kind: "merge", reason: `wg merge ${id} merges its branch` }, now);
    addLog(graph, id, { by: "wg", message: "approved: its work is taken as it is" }, now);
    return { task: requireTask(graph, id), freed: [], held: [] };
  });
}

function takeWork(graph: Graph, id: string, now: Date): Moved {
  return change(graph, () => {
    addLog(graph, id, { by: "wg", message: "approved: its work is taken as it is" }, now);
    return completeTask(graph, id, requireTask(graph, id).summary, now);
  });
}

/** What a task may usually cost here; else what a day may. */
function usualBudget(io: Io): number {
  const { all, profile } = loadSettings(whereOf(io)).settings.general.budgets;
  const usual = all.task ?? profile.task ?? all.day ?? profile.day;
  if (usual !== undefined && usual > 0) return usual;
  throw new WgError("no-budget", "no budget says how much to approve", {
    hint: "say it: wg approve <id> --budget 5",
  });
}

function dollars(text: string): number {
  const value = /^\d{1,7}(\.\d{1,6})?$/.test(text) ? Number(text) : 0;
  if (value <= 0) throw new InvalidArgumentError("it must be a sum in dollars, such as 5 or 0.5.");
  return value;
}
