// Planning a rerun: the task of a finished run once more, on other settings, in a scratch worktree begun where that run began.
import { WgError } from "../base/error.ts";
import type { Settings } from "../config/settings.ts";
import type { PlannedWorktree } from "../graph/plan.ts";
import { newRunId, type PlannedRun } from "../graph/run.ts";
import { requireTask } from "../graph/task.ts";
import { worktreeFolder } from "../worktree/record.ts";
import type { Repository } from "../worktree/repository.ts";
import { allowanceFor } from "./budget.ts";
import type { Context } from "./context.ts";
import { wayFor } from "./failover.ts";
import { planRun, wishOf } from "./plan.ts";
import type { Planned } from "./plan-review.ts";
import { needResults } from "./work.ts";

/** What is repeated, and the repository that it was done in. */
export interface Repeated {
  subject: PlannedRun;
  repository: Repository;
}

/**
 * Plans a rerun under these settings: what the first attempt at the task would be told, as whom the repeated run was. Nobody
 * is asked to look at it, and it is merged nowhere. Refuses as `planReview` does, and what cannot be repeated: a command
 * (`no-model`), and a run that no worktree tells the beginning of (`no-beginning`).
 */
export function planRerun(
  context: Pick<Context, "graph" | "where" | "project" | "now" | "random" | "tell">,
  { subject, repository }: Repeated,
  settings: Settings,
): Planned {
  const { graph, project } = context;
  const run = newRunId(context.now(), context.random);
  const worktree = scratchFor(subject, run, repository, worktreeFolder(project, run));
  const { exec, model: _, samePlanAs: __, ...rest } = requireTask(graph, subject.task);
  if (exec !== undefined) {
    throw new WgError("no-model", `"${rest.id}" is a command, which runs on no model`, {
      hint: "only the work of agents can be compared",
    });
  }
  // Its own model would be the same again, and all that the agents before were told of each other is of that work.
  const task = { ...rest, attempts: 0 };
  const wish = wishOf(task);
  const way = wayFor(context, { role: "worker", run, wish }, settings);
  try {
    const needs = needResults(graph, task);
    const { identity } = subject.plan;
    const work = { run, task, needs, messages: [], marks: way.marks, repository, worktree };
    const { review: __, ...plan } = planRun(
      { ...work, ...(identity && { identity }) },
      way.settings,
      project,
    );
    const allowance = allowanceFor(context, plan, way.settings);
    if ("reached" in allowance) throw new WgError("budget", allowance.reached.reason);
    const attempt = subject.attempt;
    return { plan: { ...plan, ...allowance, subject: subject.id, attempt }, giveUp: way.giveUp };
  } catch (error) {
    way.giveUp();
    throw error;
  }
}

function scratchFor(
  { id, task, plan, baseCommit }: PlannedRun,
  run: string,
  { top }: Repository,
  folder: string,
): PlannedWorktree {
  const from = baseCommit ?? (plan.attempt === 1 ? plan.worktree?.from : undefined);
  if (from === undefined || plan.worktree === undefined) {
    throw new WgError(
      "no-beginning",
      `${id} worked in no worktree of its own, so nobody knows what it began with`,
      {
        hint: `runs in a git repository do, unless worktrees = "off"; wg retry ${task} does the task again in its place`,
      },
    );
  }
  const { title, setup } = plan.worktree;
  return {
    folder,
    branch: scratchBranch(task, run),
    repository: top,
    from,
    // Whoever looks at the branch afterwards does so elsewhere.
    merge: "pr-branch",
    title,
    ...(setup !== undefined && { setup }),
  };
}

/** `wg-rerun/build-k3f9xq`: never the branch of a task. */
function scratchBranch(task: string, run: string): string {
  return `wg-rerun/${task.replace(/\.(?=\.|$|lock$)/g, "-")}-${run.slice(run.lastIndexOf("-") + 1)}`;
}
