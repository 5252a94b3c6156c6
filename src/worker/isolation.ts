// A run in a worktree of its task's: brought there before its handler starts, and its work brought back after it.
import * as fs from "node:fs";
import * as path from "node:path";
import { messageOf, WgError } from "../base/error.ts";
import type { Env, Project } from "../base/home.ts";
import { artifacts } from "../graph/artifact.ts";
import type { Graph } from "../graph/database.ts";
import type { Plan, PlannedWorktree } from "../graph/plan.ts";
import type { Outcome } from "../graph/result.ts";
import { recordCommits } from "../graph/run.ts";
import type { StopReason } from "../handlers/handler.ts";
import { bringBack } from "../worktree/bring.ts";
import { commitAll, conflictMarks, headOf, returnToBranch } from "../worktree/commit.ts";
import { type Checkout, git } from "../worktree/git.ts";
import { bringFiles, openWorktree } from "../worktree/open.ts";
import { readRecord, type WorktreeRecord, writeRecord } from "../worktree/record.ts";
import { adminFolder, commonFolder } from "../worktree/repository.ts";
import { runOwnCommand } from "./command.ts";
import type { RunFolder } from "./folder.ts";
import type { Record } from "./record.ts";

/** What of a running run its isolation works with. */
export interface Isolated {
  graph: Graph;
  project: Project;
  plan: Plan;
  folder: RunFolder;
  /** What the run's processes find. */
  env: Env;
  record: Record;
}

/** Makes the worktree ready, its setup included; answers why it cannot be, as a failure of class `spawn`. Never rejects. */
export async function enter(
  isolated: Isolated,
  planned: PlannedWorktree,
  signal: AbortSignal,
): Promise<StopReason | undefined> {
  const { project, plan, env, record } = isolated;
  try {
    const wanted = { ...planned, top: planned.repository, task: nameOf(plan), attempt: plan.attempt };
    const opened = await openWorktree(project, wanted, env);
    // Nobody misses in a scratch worktree what was never in it.
    if (plan.subject === undefined) for (const note of opened.notes) tell(record, note);
    const problem =
      opened.record.state === "ready" ? undefined : await setUp(isolated, planned, opened, signal);
    if (problem !== undefined) return problem;
    // A project may be a folder that its repository does not know yet.
    fs.mkdirSync(plan.cwd, { recursive: true });
    return undefined;
  } catch (error) {
    return notStarted(error);
  }
}

/** How a run left its worktree: how it ended, and whether what is done is brought to where it belongs. */
export interface Leaving {
  outcome: Outcome;
  merges: boolean;
  /** The commit that was judged, of work that has passed its gate: nothing else is merged. */
  judged?: string;
}

/**
 * Commits what the run left uncommitted, and when it was done brings it to where it belongs, if it is to. Answers why it is not there,
 * if it is not. Never rejects: what goes wrong here leaves the work in the worktree, and a person is told.
 */
export async function leave(
  isolated: Isolated,
  planned: PlannedWorktree,
  { outcome, merges, judged }: Leaving,
): Promise<string | undefined> {
  const { project, plan, env, record } = isolated;
  const task = readRecord(project, nameOf(plan));
  if (task === undefined || task.state === "planned") return undefined;
  const top: Checkout = { folder: planned.repository, env };
  const isDone = outcome === "done";
  try {
    const checkout = await checkoutOf(planned.folder, top);
    await returnToBranch(checkout, task.branch);
    const begin = isDone ? planned.title : `unfinished: ${planned.title}`;
    const committed = await commitAll(checkout, `${begin}\n\nTask: ${plan.task}\nRun: ${plan.run}\n`);
    await noteCommits(isolated, task, checkout);
    if (!isDone) {
      if (committed && plan.subject === undefined)
        tell(record, `what was not finished is kept on the branch ${task.branch}`);
      return undefined;
    }
    if (!merges) return undefined;
    if (judged !== undefined && (await headOf(checkout)) !== judged) {
      return `${planned.folder} was changed since it was judged; wg merge ${plan.task} takes it as it is`;
    }
    const marked = await conflictMarks(checkout, task.target ?? task.from);
    if (marked.length > 0)
      return `marks of a conflict are left in ${marked.join(", ")}; then: wg merge ${plan.task}`;
    return await finish(isolated, planned, task, top);
  } catch (error) {
    const message = `the work stays in ${planned.folder}: ${messageOf(error)}`;
    record.event({ kind: "warning", message });
    return isDone ? message : undefined;
  }
}

/** Records what the task's whole work began at and ended at, for whoever looks at it later. */
async function noteCommits(
  { graph, plan }: Isolated,
  { target, from }: WorktreeRecord,
  checkout: Checkout,
): Promise<void> {
  const headCommit = await headOf(checkout);
  const { stdout } = await git(checkout, ["merge-base", target ?? from, "HEAD"]);
  const baseCommit = stdout.trim() || from;
  if (headCommit !== undefined) recordCommits(graph, plan.run, { baseCommit, headCommit });
}

async function finish(
  isolated: Isolated,
  { folder, merge, title }: PlannedWorktree,
  task: WorktreeRecord,
  top: Checkout,
): Promise<string | undefined> {
  const { graph, project, plan, record } = isolated;
  if (merge === "pr-branch") {
    record.note(`done on the branch ${task.branch}; git push origin ${task.branch} sends it to a review`);
    return undefined;
  }
  if (merge === "manual")
    return `wg merge ${plan.task} merges ${task.branch} into ${task.target ?? "a branch"}`;
  const merged = await bringBack(
    project,
    task,
    {
      message: `Merge ${task.branch}: ${title}\n\nTask: ${plan.task}\nRun: ${plan.run}\n`,
      tell: record.note,
      artifacts: artifacts(graph, plan.task).map((artifact) => artifact.path),
      prefix: path.relative(folder, plan.cwd),
    },
    top,
  );
  if (merged.kind === "held") return `${merged.reason}; then: wg merge ${plan.task}`;
  if (merged.kind === "merged") {
    record.note(`merged ${task.branch} into ${task.target} (${merged.how}, ${merged.commit.slice(0, 10)})`);
  }
  if (merged.files.length > 0) record.note(`brought over, since git ignores it: ${merged.files.join(", ")}`);
  return undefined;
}

/** What the worktree of a run is known by: its task, for which it is kept; or the run itself, where it only repeats one. */
function nameOf({ task, subject, run }: Plan): string {
  return subject === undefined ? task : run;
}

async function setUp(
  { project, plan, folder, env, record }: Isolated,
  { repository, setup }: PlannedWorktree,
  { checkout, record: task }: { checkout: Checkout; record: WorktreeRecord },
  signal: AbortSignal,
): Promise<StopReason | undefined> {
  const notes = await bringFiles(project, { folder: repository, env }, checkout);
  for (const message of notes) record.event({ kind: "text", text: message });
  if (setup !== undefined) {
    fs.mkdirSync(plan.cwd, { recursive: true });
    const command = { name: "setup", command: setup, log: folder.setupLog } as const;
    const ended = await runOwnCommand({ plan, env, folder: folder.root }, command, record.event, signal);
    if (ended.outcome !== "done") return setupFailure(ended, signal.aborted);
  }
  writeRecord(project, { ...task, state: "ready" });
  return undefined;
}

function setupFailure(
  { outcome, failure }: Awaited<ReturnType<typeof runOwnCommand>>,
  isStopped: boolean,
): StopReason {
  const message = failure?.message ?? "setup failed";
  if (!isStopped || failure === undefined) return { outcome: "failed", failure: { class: "spawn", message } };
  return { outcome: outcome === "cancelled" || outcome === "timed-out" ? outcome : "failed", failure };
}

async function checkoutOf(folder: string, top: Checkout): Promise<Checkout> {
  const gitDir = adminFolder(await commonFolder(top), folder);
  if (gitDir === undefined || !fs.existsSync(folder)) {
    throw new WgError("no-worktree", "the worktree was removed while the run was at work");
  }
  return { folder, gitDir, env: top.env };
}

function notStarted(error: unknown): StopReason {
  const hint = error instanceof WgError && error.hint !== undefined ? `\nhint: ${error.hint}` : "";
  const message = `no worktree: ${messageOf(error)}${hint}`;
  return { outcome: "failed", failure: { class: "spawn", message } };
}

function tell(record: Record, message: string): void {
  record.event({ kind: "warning", message });
  record.note(message);
}
