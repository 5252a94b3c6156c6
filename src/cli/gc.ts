// `wg gc`: takes away what is of no use any more, and says what stays and why.
import * as fs from "node:fs";
import * as path from "node:path";
import { Command } from "commander";
import { type Project, requireProject } from "../base/home.ts";
import type { Graph } from "../graph/database.ts";
import { findRun, listRuns, type Run } from "../graph/run.ts";
import { findTask } from "../graph/task.ts";
import { findRepository } from "../worktree/repository.ts";
import { reclaim, type Surveyed, survey } from "../worktree/survey.ts";
import type { Io } from "./io.ts";
import { print, printJson, say, table } from "./print.ts";
import { withGraph } from "./project-graph.ts";
import { count } from "./task-options.ts";

interface Options {
  dryRun?: boolean;
  runsOlderThan?: number;
  json?: true;
}

const help = `
Examples:
  wg gc --dry-run
  wg gc --runs-older-than 30

A worktree and its branch go once everything committed there is in the branch that the task began at, and nothing there is
uncommitted. The files of a run (.wg/runs) go only where an age is given, and its task is not open; what is recorded of it
stays.`;

export function gcCommand(io: Io): Command {
  return new Command("gc")
    .description("Take away worktrees, branches and files of runs that nothing needs any more.")
    .option("--dry-run", "only say what would go")
    .option("--runs-older-than <days>", "also the files of runs that ended so many days ago", count)
    .option("--json", "print one JSON envelope")
    .addHelpText("after", help)
    .action((options: Options) => collect(io, options));
}

async function collect(io: Io, { dryRun = false, runsOlderThan, json }: Options): Promise<void> {
  io.patient = true;
  const project = requireProject(io.cwd, io.env);
  const worktrees = await collectWorktrees(io, project, dryRun);
  const runs = runsOlderThan === undefined ? [] : collectRuns(io, project, runsOlderThan, dryRun);
  const removed = worktrees.filter(({ keep }) => keep === undefined);
  const kept = worktrees.filter(({ keep }) => keep !== undefined);
  if (json) return printJson(io, { dryRun, removed, kept, runs });
  const rows = worktrees.map(({ task = "-", branch = "-", keep }) => [
    task,
    branch,
    keep ?? (dryRun ? "would go" : "removed"),
  ]);
  if (rows.length > 0) print(io, table(["TASK", "BRANCH", "WHAT"], rows));
  const verb = dryRun ? "would remove" : "removed";
  const folders = runsOlderThan === undefined ? "" : `, and the files of ${runs.length} runs`;
  say(io, `${verb} ${removed.length} worktrees${folders}; ${kept.length} stay`);
}

async function collectWorktrees(io: Io, project: Project, dryRun: boolean): Promise<Surveyed[]> {
  const repository = findRepository(project.root, io.env);
  if (repository === undefined) return [];
  const top = { folder: repository.top, env: io.env };
  const inUse = (task: string) => withGraph(io, (graph) => usedBy(graph, task));
  const surveyed = await survey(project, top, inUse);
  const found = withGraph(io, (graph) => surveyed.map((each) => explained(graph, each)));
  if (dryRun) return found;
  const after: Surveyed[] = [];
  for (const each of found) {
    const isGone =
      each.keep === undefined && each.task !== undefined && (await reclaim(project, each.task, top, inUse));
    after.push(isGone || each.keep !== undefined ? each : { ...each, keep: "it came into use meanwhile" });
  }
  return after;
}

/** Why a task, or a rerun, still needs its worktree. */
function usedBy(graph: Graph, id: string): string | undefined {
  const task = findTask(graph, id);
  const run = task === undefined ? findRun(graph, id) : undefined;
  if (run !== undefined && run.status !== "ended") return "a rerun is at work in it";
  if (task?.status === "in-progress") return "it is being worked on";
  if (task?.hold?.kind === "merge") return `it waits for: wg merge ${id}`;
  if (task?.hold?.kind === "gate") return `it waits for: wg approve ${id}`;
  return task?.status === "open" ? "its task is still to be done" : undefined;
}

/** Nobody merges what a rerun came to, so it stays until a person has done with it. */
function explained(graph: Graph, each: Surveyed): Surveyed {
  const { task: id, folder, branch, keep } = each;
  if (id === undefined || keep === undefined || branch === undefined) return each;
  if (findTask(graph, id) !== undefined || findRun(graph, id)?.status !== "ended") return each;
  const away = `git worktree remove --force ${folder}; git branch -D ${branch}`;
  return { ...each, keep: `a rerun left it; when it is of no use any more: ${away}` };
}

/** The ids of the runs whose files go. */
function collectRuns(io: Io, project: Project, days: number, dryRun: boolean): string[] {
  if (!fs.existsSync(project.runs)) return [];
  const before = new Date(io.now().getTime() - days * 86_400_000);
  const old = withGraph(io, (graph) => {
    const runs = new Map(listRuns(graph).map((run) => [run.id, run]));
    return fs
      .readdirSync(project.runs)
      .filter((id) => isOld(graph, runs.get(id), path.join(project.runs, id), before));
  });
  if (!dryRun) for (const id of old) fs.rmSync(path.join(project.runs, id), { recursive: true, force: true });
  return old;
}

function isOld(graph: Graph, run: Run | undefined, folder: string, before: Date): boolean {
  // Of a task that was removed only the files are left.
  if (run === undefined) return fs.statSync(folder).mtime < before;
  const status = findTask(graph, run.task)?.status;
  if (run.endedAt === undefined || status === "open" || status === "in-progress") return false;
  return new Date(run.endedAt) < before;
}
