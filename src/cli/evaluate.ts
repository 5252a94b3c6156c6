// `wg evaluate`: has the work of a task looked at now, and says what that makes of the task.
import { Command, Option } from "commander";
import { WgError } from "../base/error.ts";
import { routeText } from "../base/route.ts";
import { latestAttempt } from "../graph/attempt.ts";
import type { Graph } from "../graph/database.ts";
import type { Plan } from "../graph/plan.ts";
import { findRun, type PlannedRun, requireRun } from "../graph/run.ts";
import { stateOf } from "../graph/standing.ts";
import type { ReviewRole } from "../graph/tables.ts";
import { requireTask, type Task } from "../graph/task.ts";
import { type Foreground, reviewNow } from "../service/foreground.ts";
import { withForeground } from "./foreground.ts";
import type { Io } from "./io.ts";
import { type JudgedRun, judgedRuns } from "./judged.ts";
import { plain, print, printJson, say } from "./print.ts";
import { runJson, runName } from "./run-text.ts";
import { scoreLines, wordLines } from "./score-text.ts";
import { taskJson } from "./task-print.ts";
import { weightsHere } from "./weights-here.ts";

interface Options {
  run?: string;
  role?: ReviewRole;
  profile?: string;
  json?: true;
}

const examples = `
The latest attempt is looked at by whom its plan names, else by an evaluator. What comes of it counts as though a service had
asked for it: a task that waits for its gate moves on. Where nobody could tell there is no score, and the exit status is 1.

Examples:
  wg evaluate build
  wg evaluate build --role flip              does the work alone tell what was asked for?
  wg evaluate build --profile codex          by the evaluator of another profile
  wg evaluate build --run r-20261123-130501  an earlier attempt, or a rerun
`;

export function evaluateCommand(io: Io): Command {
  return new Command("evaluate")
    .description("Have the finished work of a task scored now, whether or not a service runs.")
    .argument("<task>", "the task")
    .option("--run <run>", "look at the work of this run instead of the latest attempt")
    .addOption(new Option("--role <role>", "who looks at it").choices(["evaluator", "flip"]))
    .option("--profile <name>", "on this profile, and on no fallback of it, instead of the active one")
    .option("--json", "print one JSON envelope")
    .addHelpText("after", examples)
    .action((task: string, options: Options) => evaluate(io, task, options));
}

async function evaluate(io: Io, id: string, options: Options): Promise<void> {
  await withForeground(io, options.profile, async (foreground) => {
    const { graph } = foreground;
    const before = requireTask(graph, id);
    const subject = subjectOf(graph, id, options.run);
    const roles = options.role === undefined ? usualRoles(subject) : [options.role];
    const looks: Look[] = [];
    for (const role of roles) looks.push(await lookAt(io, foreground, subject, role));
    answer(io, graph, { before, subject, looks }, options.json === true);
  });
}

/** The run whose work is to be looked at. Refuses what has no work yet, or none of its own. */
export function subjectOf(graph: Graph, id: string, prefix: string | undefined): PlannedRun {
  const run = prefix === undefined ? latestOf(graph, id) : requireRun(graph, prefix);
  if (run.task !== id) {
    throw new WgError("other-task", `${run.id} is a run of "${run.task}", not of "${id}"`, {
      hint: `wg evaluate ${run.task} --run ${run.id}`,
    });
  }
  if (run.role !== "worker") {
    throw new WgError("no-work", `${runName(run)} has done no work that could be looked at`, {
      hint: `wg runs --task ${id} --role worker lists those that have`,
    });
  }
  if (run.status === "ended") return run;
  throw new WgError("run-live", `${run.id} is still at work`, {
    hint: `wg logs ${run.id} -f follows it; --run names an earlier one`,
  });
}

function latestOf(graph: Graph, id: string): PlannedRun {
  const latest = latestAttempt(graph, id);
  const run = latest && findRun(graph, latest.id);
  if (run !== undefined) return run;
  throw new WgError("no-run", `"${id}" has not run yet, so there is nothing to look at`, {
    hint: "wg blocked says what it waits for",
  });
}

function usualRoles({ plan }: PlannedRun): readonly ReviewRole[] {
  return plan.review?.roles ?? ["evaluator"];
}

/** What came of one look: `problem` says why there is no score. */
export interface Look {
  run: PlannedRun;
  problem?: string;
}

/** Has somebody look, and says on stderr who does. Refuses as `reviewNow` does, and when it was interrupted. */
export async function lookAt(
  io: Io,
  foreground: Foreground,
  subject: PlannedRun,
  role: ReviewRole,
): Promise<Look> {
  const begun = (plan: Plan) => say(io, begins(plan));
  const { run, evaluation } = await reviewNow(foreground, { subject, role }, begun, io.signal);
  if (evaluation?.total !== undefined) return { run };
  io.signal.throwIfAborted();
  const ended = run.result?.failure?.message ?? `its run was ${run.result?.outcome}`;
  return { run, problem: evaluation?.problem ?? ended };
}

/** `evaluator looks at r-1: claude:haiku on codex@0123456789ab; wg logs r-2 -f follows it`. */
function begins({ role, subject, route, profile, revision, run }: Plan): string {
  const on = plain(`${routeText(route)} on ${profile}@${revision}`);
  return `${role} looks at ${subject}: ${on}; wg logs ${run} -f follows it`;
}

interface Looked {
  /** The task as it was. */
  before: Task;
  subject: PlannedRun;
  looks: readonly Look[];
}

function answer(io: Io, graph: Graph, { before, subject, looks }: Looked, json: boolean): void {
  const task = requireTask(graph, before.id);
  const judged = judgedRuns(graph, task.id, weightsHere(io)).find(({ run }) => run === subject.id);
  const said = judged?.words.filter(({ byRun }) => looks.some(({ run }) => run.id === byRun)) ?? [];
  if (looks.some(({ problem }) => problem !== undefined)) io.status = 1;
  if (json) {
    const reviews = looks.map(({ run: { plan: _, ...run }, problem }) => ({
      run: runJson(run, io.now()),
      ...(problem !== undefined && { problem }),
    }));
    const score = judged && scoreOf(judged);
    printJson(io, {
      ...{ task: taskJson(task), was: stateOf(before), state: stateOf(task), run: subject.id },
      ...(score && { score }),
      reviews,
      evaluations: said,
    });
    return;
  }
  const gate = subject.plan.review?.gate?.least;
  const lines = [
    ...(judged === undefined ? [] : scoreLines(io, judged, { gate })),
    ...said.flatMap((word) => ["", ...wordLines(io, word)]),
  ];
  if (said.length > 0) print(io, lines.join("\n"));
  for (const { run, problem } of looks) {
    if (problem !== undefined) say(io, `wg: ${run.role} gave no score: ${plain(problem)}`);
  }
  say(io, meaning(before, task));
}

/** What those that count come to. */
export function scoreOf({ run, scores, total }: JudgedRun): Record<string, unknown> {
  return { run, scores, ...(total !== undefined && { total }) };
}

/** What it makes of the task: `build was needs-you and is done`. */
function meaning(before: Task, task: Task): string {
  const { id } = task;
  const [was, is] = [stateOf(before), stateOf(task)];
  const why = task.hold === undefined ? "" : `: ${plain(task.hold.reason)}`;
  if (was === is) return `${id} stays ${is}${why}`;
  if (task.status === "open" && task.hold === undefined)
    return `${id} is sent back with these notes: it is ${is}`;
  return `${id} was ${was} and is ${is}${why}`;
}
