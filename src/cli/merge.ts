// `wg merge`: brings the branch of a task that is done to where it belongs.
import * as fs from "node:fs";
import { Command } from "commander";
import { WgError } from "../base/error.ts";
import { type Project, requireProject } from "../base/home.ts";
import { artifacts } from "../graph/artifact.ts";
import type { Graph } from "../graph/database.ts";
import { addLog } from "../graph/log.ts";
import { completeTask, type Moved, statusAfter } from "../graph/status.ts";
import { requireTask, type Task } from "../graph/task.ts";
import { type Brought, bringBack } from "../worktree/bring.ts";
import { changesIn, conflictMarks, conflictsIn, returnToBranch } from "../worktree/commit.ts";
import type { Checkout } from "../worktree/git.ts";
import { readRecord, type WorktreeRecord, worktreeFolder } from "../worktree/record.ts";
import { adminFolder, commonFolder, findRepository, type Repository } from "../worktree/repository.ts";
import type { Io } from "./io.ts";
import { print, printJson, say } from "./print.ts";
import { withGraph } from "./project-graph.ts";
import { taskJson } from "./task-print.ts";

const help = `
Example:
  wg merge write-the-parser

Where a conflict is in the way nothing is changed, and the answer says what to do. The branch and the worktree are taken away
once all they hold is in the branch that the task began at.`;

export function mergeCommand(io: Io): Command {
  return new Command("merge")
    .description(
      "Merge the branch of a task whose work is done, whatever its gate says, and mark the task as done.",
    )
    .argument("<id>", "the task")
    .option("--json", "print one JSON envelope")
    .addHelpText("after", help)
    .action((id: string, options: { json?: true }) => merge(io, id, options.json === true));
}

async function merge(io: Io, id: string, json: boolean): Promise<void> {
  answerMerged(io, await mergeTask(io, id), json);
}

/** What merging a task's branch has changed. */
export interface Merged {
  moved: Moved;
  brought: Brought;
  record: WorktreeRecord;
}

/**
 * Merges the branch of a task whose work is done, and completes it. Refuses what is not done, what has no branch, and with
 * `needs-merge` what conflicts; then nothing is changed.
 */
export async function mergeTask(io: Io, id: string): Promise<Merged> {
  // A merge that has begun is brought to its end.
  io.patient = true;
  const project = requireProject(io.cwd, io.env);
  const record = readRecord(project, id);
  const { task, files } = withGraph(io, (graph) => ({
    task: mergeable(requireTask(graph, id), record !== undefined),
    files: artifacts(graph, id).map(({ path }) => path),
  }));
  const repository = findRepository(project.root, io.env);
  if (repository === undefined || record === undefined) throw nothingToMerge(id);
  const top: Checkout = { folder: repository.top, env: io.env };
  const aimed = { ...record, target: targetOf(record, repository) };
  await checkWorktree(project, aimed, top);
  const message = `Merge ${record.branch}: ${task.title}\n\nTask: ${id}\n`;
  const brought = await bringBack(
    project,
    aimed,
    { message, tell: (sentence) => say(io, sentence), artifacts: files, prefix: repository.prefix },
    top,
  );
  if (brought.kind === "held") throw held(brought, aimed, worktreeFolder(project, id));
  const moved = withGraph(io, (graph) => settle(graph, id, sentenceOf(brought, aimed), io.now()));
  return { moved, brought, record: aimed };
}

/** Refuses a task whose work is not done, or that cannot become done. */
function mergeable(task: Task, hasBranch: boolean): Task {
  const { id } = task;
  if (!hasBranch && task.status !== "in-progress") throw nothingToMerge(id);
  if (task.status === "done") return task;
  if (task.hold?.kind === "merge" || task.hold?.kind === "gate") {
    statusAfter("done", { ...task, blockers: task.blockers - 1 });
    return task;
  }
  throw new WgError("not-done", `the work of "${id}" is not done, so it is not merged`, {
    hint: whatHelps(task),
  });
}

function whatHelps({ id, status, hold }: Task): string {
  if (status === "in-progress") return "it is merged when its run is done";
  if (hold?.kind === "review")
    return `it is merged when it has passed its gate; wg evaluate ${id} looks at it now`;
  return `what it has so far is on its branch; to take it as it is: git merge, then wg done ${id}`;
}

function targetOf({ target }: WorktreeRecord, { branch }: Repository): string {
  if (target !== undefined) return target;
  if (branch !== undefined) return branch;
  throw new WgError("no-branch", "no branch is checked out that it could be merged into", {
    hint: "check one out: git switch main",
  });
}

/** What a person did there to solve a conflict must be committed first. */
async function checkWorktree(
  project: Project,
  record: WorktreeRecord & { target: string },
  top: Checkout,
): Promise<void> {
  const folder = worktreeFolder(project, record.task);
  const gitDir = adminFolder(await commonFolder(top), folder);
  if (gitDir === undefined || !fs.existsSync(folder)) return;
  const checkout = { folder, gitDir, env: top.env };
  const conflicts = await conflictsIn(checkout);
  const changes = conflicts.length > 0 ? conflicts : await changesIn(checkout);
  if (changes.length > 0) {
    const what = conflicts.length > 0 ? "conflicts that are not solved" : "changes that are not committed";
    throw new WgError("uncommitted", `the worktree has ${what}: ${changes.slice(0, 5).join(", ")}`, {
      at: { path: folder },
      hint: `commit them there, then: wg merge ${record.task}`,
    });
  }
  await returnToBranch(checkout, record.branch);
  const marked = await conflictMarks(checkout, record.target);
  if (marked.length === 0) return;
  throw new WgError("conflict-marks", `marks of a conflict are left in ${marked.join(", ")}`, {
    at: { path: folder },
    hint: `solve and commit them there; where they are meant: git merge ${record.branch}, then wg done ${record.task}`,
  });
}

function settle(graph: Graph, id: string, sentence: string, now: Date): Moved {
  addLog(graph, id, { by: "wg", message: sentence }, now);
  const task = requireTask(graph, id);
  if (task.status === "done") return { task, freed: [], held: [] };
  return completeTask(graph, id, task.summary, now);
}

/** Says what was merged where, and what is ready by it. */
export function answerMerged(io: Io, { moved, brought, record }: Merged, json: boolean): void {
  const { task, freed, held: waiting } = moved;
  const commit = brought.kind === "merged" ? brought.commit : undefined;
  const { branch, target } = record;
  if (json) {
    printJson(io, {
      task: taskJson(task),
      freed,
      held: waiting,
      branch,
      target,
      ...(commit && { commit }),
    });
    return;
  }
  print(io, task.id);
  say(
    io,
    [sentenceOf(brought, record), ...(freed.length > 0 ? [`ready now: ${freed.join(", ")}`] : [])].join("; "),
  );
  if (brought.files.length > 0) say(io, `brought over, since git ignores it: ${brought.files.join(", ")}`);
}

function sentenceOf(brought: Brought, { branch, target }: WorktreeRecord): string {
  if (brought.kind !== "merged") return `${target} has all of ${branch} already`;
  return `merged ${branch} into ${target} (${brought.how}, ${brought.commit.slice(0, 10)})`;
}

function held(brought: Extract<Brought, { kind: "held" }>, record: WorktreeRecord, folder: string): WgError {
  const again = `wg merge ${record.task}`;
  const hint =
    brought.conflicts === undefined
      ? `see to it, then: ${again}`
      : `solve it in ${folder} (git merge ${record.target}, then commit), then: ${again}`;
  return new WgError("needs-merge", `not merged: ${brought.reason}`, { hint });
}

function nothingToMerge(id: string): WgError {
  return new WgError("no-worktree", `there is no branch of "${id}" to merge`, {
    hint: "only a task that worked in a worktree of its own has one; wg gc lists them",
  });
}
