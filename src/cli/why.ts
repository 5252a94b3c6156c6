// `wg why`: what a run ran on, where each value of its plan came from, who answered, and what has changed since.
import { Command } from "commander";
import { WgError } from "../base/error.ts";
import type { Project } from "../base/home.ts";
import type { Role } from "../base/role.ts";
import type { Settings } from "../config/settings.ts";
import { type Assignment, assignmentOf } from "../graph/assignment.ts";
import type { Graph } from "../graph/database.ts";
import { findRun, listRuns, type PlannedRun, requireRun } from "../graph/run.ts";
import { findTask, requireTask, type Task } from "../graph/task.ts";
import { type Chosen, choose } from "../plan/choose.ts";
import { type Reason, reasonsOf } from "../plan/explain.ts";
import { type CanaryHere, canaryHere, sideIn } from "../profile/arms.ts";
import { loadSettings } from "../profile/load.ts";
import { lowerOf } from "../service/assign.ts";
import { wishOf } from "../service/plan.ts";
import { planRole, type Question } from "../service/plan-role.ts";
import { type Answers, answersOf } from "../worker/answers.ts";
import type { Io } from "./io.ts";
import { paint, plain, print, printJson, say, table } from "./print.ts";
import { withGraph } from "./project-graph.ts";
import { kindText, stateText } from "./run-text.ts";
import { whereOf } from "./where.ts";

interface Options {
  json?: true;
}

/** One run explained. `now` is why nothing could be chosen now, where that is so. */
interface Why {
  run: PlannedRun;
  reasons: Reason[];
  answers: Answers;
  now?: string;
}

export function whyCommand(io: Io): Command {
  return new Command("why")
    .description(
      "Prove what a run ran on: each value of its plan, where that came from, who answered, and what it would be now.",
    )
    .argument("<task|run>", "a task, for all its runs; or the id of one run, or how it begins")
    .option("--json", "print one JSON envelope")
    .addHelpText(
      "after",
      `
A plan is frozen when its run is claimed; the last column says what the same task would start on at this moment. What the
server itself said is told apart from what was only asked for.

Examples:
  wg why write-the-parser
  wg why r-20261123-130501 --json`,
    )
    .action((id: string, options: Options) => why(io, id, options));
}

function why(io: Io, id: string, { json }: Options): void {
  const here = placeNow(io);
  withGraph(io, (graph, project) => {
    const found = runsOf(graph, id).map((run) => {
      const about = aboutOf(graph, run.task);
      return explain(run, about, settingsFor(here, about.task), project);
    });
    if (json) return printJson(io, { runs: found.map(whyJson) });
    if (found.length === 0) return say(io, `${id} never ran`);
    print(io, found.map((each) => whyText(io, each)).join("\n\n"));
  });
}

/** The task of a run as it is now, and who is to do it. */
interface About {
  task: Task | undefined;
  assignment: Assignment | undefined;
}

function aboutOf(graph: Graph, task: string): About {
  return { task: findTask(graph, task), assignment: assignmentOf(graph, task) };
}

/** The settings in force here with the canary beside them, or why there are none. */
function placeNow(io: Io): { settings: Settings; canary: CanaryHere | undefined } | WgError {
  try {
    const where = whereOf(io);
    const { settings } = loadSettings(where);
    return { settings, canary: canaryHere(where, settings) };
  } catch (error) {
    if (error instanceof WgError) return error;
    throw error;
  }
}

/** What the task would be planned with: its side's settings while a canary is on. */
function settingsFor(here: ReturnType<typeof placeNow>, task: Task | undefined): Settings | WgError {
  if (here instanceof WgError || task === undefined) return here instanceof WgError ? here : here.settings;
  return sideIn(here.canary, here.settings, task).settings;
}

/** The runs of a task, the oldest first; else the one run of this id. */
function runsOf(graph: Graph, id: string): PlannedRun[] {
  if (findTask(graph, id) === undefined) return [/^r-/.test(id) ? requireRun(graph, id) : noSuch(graph, id)];
  return listRuns(graph, { task: id })
    .reverse()
    .flatMap((run) => findRun(graph, run.id) ?? []);
}

/** Refuses with the nearest task as hint. */
function noSuch(graph: Graph, id: string): never {
  requireTask(graph, id);
  throw new Error(`the task ${id} was not there, and now it is`);
}

function explain(run: PlannedRun, about: About, settings: Settings | WgError, project: Project): Why {
  const { plan } = run;
  const now = choiceNow(run, about, settings, project);
  const problem = now instanceof WgError ? { now: now.message } : {};
  // No budget holds a question of wg's own.
  const budgets = settings instanceof WgError || isQuestion(plan.role) ? undefined : settings.general.budgets;
  const reasons = reasonsOf(plan, now instanceof WgError ? undefined : now, budgets);
  return { run, reasons, answers: answersOf(project, run), ...problem };
}

/** What the same run would be started on now: an attempt as its task and who assigned it wish, a question as it is asked. */
function choiceNow(
  { id, task: of, attempt, plan: { role } }: PlannedRun,
  { task, assignment }: About,
  settings: Settings | WgError,
  project: Project,
): Chosen | WgError {
  if (settings instanceof WgError) return settings;
  if (task === undefined) return new WgError("no-task", "the task is no longer there");
  try {
    if (isQuestion(role)) return planRole({ run: id, task: of, attempt, role }, settings, project);
    const chosen = choose(role, settings, wishOf(task, assignment));
    return { ...chosen, permissions: lowerOf(chosen.permissions, assignment?.permissions) };
  } catch (error) {
    if (error instanceof WgError) return error;
    throw error;
  }
}

function isQuestion(role: Role): role is Question["role"] {
  return role === "evaluator" || role === "flip" || role === "assigner";
}

function whyJson({ run, reasons, answers, now }: Why): Record<string, unknown> {
  const { id, task, role, attempt, profile, revision } = run;
  return {
    run: id,
    task,
    role,
    attempt,
    profile,
    revision,
    reasons,
    ...answers,
    ...(now !== undefined && { now }),
  };
}

function whyText(io: Io, { run, reasons, answers, now }: Why): string {
  const about = run.subject === undefined ? `attempt ${run.attempt}` : `about ${run.subject}`;
  const head = `${run.id}: ${kindText(run)} of ${run.task}, ${about}, ${stateText(run)}`;
  const rows = reasons.map(({ name, was, origin, now: later, changed }) => [
    name,
    was,
    origin ?? "",
    changed ? (later ?? "nothing") : "",
  ]);
  const lines = [
    paint(io, "stdout", "bold", plain(head)),
    table(["", "WAS", "FROM", "NOW, WHERE IT DIFFERS"], rows),
    ...answersText(answers),
    ...(now === undefined ? [] : [plain(`now nothing would be chosen: ${now}`)]),
  ];
  return lines.join("\n");
}

function answersText({ requested, resolved, served, servedBy }: Answers): string[] {
  if (requested === "") return [];
  const models = served.map(
    ({ model, requests }) => `${model} (${requests === 1 ? "1 answer" : `${requests} answers`})`,
  );
  const answered =
    servedBy === "answered" ? models.join(", ") : "the server did not say; this is only what was asked for";
  return [
    `asked for ${requested}${resolved === undefined ? "" : `, which the handler took for ${resolved}`}`,
    `answered by: ${answered}`,
  ].map(plain);
}
