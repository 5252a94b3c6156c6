// Carrying out what was decided: each action one short step that leaves truth in the graph.
import type { Plan } from "../graph/plan.ts";
import { findRepository } from "../worktree/repository.ts";
import { claimReview } from "./claim-review.ts";
import { claimTask } from "./claim-task.ts";
import type { Context } from "./context.ts";
import type { Action } from "./decide.ts";
import { bringToEnd } from "./ending.ts";
import { underPointerLock } from "./pointer-lock.ts";
import { spawnWorker } from "./spawn.ts";

/** Does one action. */
export function act(context: Context, action: Action): void {
  switch (action.kind) {
    case "start":
      startTask(context, action.task);
      break;
    case "review":
      startClaimed(context, () => claimReview(context, action.review));
      break;
    case "end":
    case "terminate":
    case "kill":
      bringToEnd(context, action, context.applied.settings().general.agent.maxAttempts);
  }
}

/** Claims a task with the settings of this very moment and starts its worker. */
function startTask(context: Context, task: string): void {
  // Before the lock and the change of the graph, which others wait for: it may start a program.
  const repository = findRepository(context.project.root, context.env);
  startClaimed(context, () => claimTask(context, task, repository));
}

/** Claims by `claim`, which looks at the settings, and starts the worker of what was claimed. */
function startClaimed(context: Context, claim: () => Plan | undefined): void {
  const startedMs = performance.now();
  const plan = underPointerLock(context, claim);
  if (plan === undefined) return;
  const claimedMs = performance.now();
  const worker = spawnWorker(context, plan.run);
  context.watch.assigned(plan.run, worker);
  if (worker === undefined) context.wake();
  const what = plan.role === "worker" ? plan.task : `${plan.role} of ${plan.task}`;
  context.log.write("info", `started ${plan.run} for ${what}`, {
    pid: worker?.pid,
    profile: plan.profile,
    revision: plan.revision,
    ...(plan.arm && { arm: plan.arm }),
    claimMs: round(claimedMs - startedMs),
    spawnMs: round(performance.now() - claimedMs),
  });
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
