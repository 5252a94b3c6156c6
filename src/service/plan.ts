// Making the plan of a run: all that settings, task and needs say, frozen into one value.
import * as path from "node:path";
import type { Project } from "../base/home.ts";
import type { Settings } from "../config/settings.ts";
import type { Message } from "../graph/message.ts";
import type { Failover, Plan, PlannedWorktree } from "../graph/plan.ts";
import type { Task } from "../graph/task.ts";
import { choose, chosenBefore, type Wish } from "../plan/choose.ts";
import { originText } from "../profile/load.ts";
import { branchOf, worktreeFolder } from "../worktree/record.ts";
import type { Repository } from "../worktree/repository.ts";
import { type NeedResult, taskPrompt } from "./prompt.ts";

/** One piece of work to be planned, looked up by the caller. */
export interface Work {
  run: string;
  task: Task;
  needs: readonly NeedResult[];
  messages: readonly Message[];
  /** How the attempt before this one ended, for the agent. */
  lastFailure?: string;
  /** The plan to repeat: `wg retry --same-profile`. */
  samePlan?: Plan;
  /** The repository that the project is in. */
  repository?: Repository;
  /** What is said of its place: that it is on a fallback, may go to one, tries what has rested. */
  marks?: Pick<Plan, "fallback" | "failover" | "probe">;
}

/**
 * The worker's plan for a task under these settings. Pure. Refuses when there is none: `bad-route` for a task whose own
 * model is none, `no-endpoint` for a route that cannot do without one.
 */
export function planRun(work: Work, settings: Settings, project: Project): Plan {
  const { run, task } = work;
  const attempt = task.attempts + 1;
  const chosen =
    work.samePlan === undefined ? choose("worker", settings, wishOf(task)) : chosenBefore(work.samePlan);
  const failover = work.marks?.failover;
  const mcp = settings.general.agent.mcp === "auto" && needsTools(chosen);
  const worktree = worktreeFor(work, chosen.permissions, settings, project);
  const cwd =
    worktree === undefined ? project.root : path.join(worktree.folder, work.repository?.prefix ?? "");
  return {
    schemaVersion: 1,
    run,
    task: task.id,
    role: "worker",
    attempt,
    project: project.root,
    cwd,
    ...(worktree && { worktree }),
    ...chosen,
    origins: {
      ...chosen.origins,
      ...(worktree && worktreeOrigins(settings)),
      ...(failover && { profile: standsIn(failover, chosen) }),
    },
    ...(mcp && { mcp }),
    ...(task.exec !== undefined && { exec: task.exec }),
    ...(task.verify !== undefined && { verify: task.verify }),
    maxAttempts: settings.general.agent.maxAttempts,
    ...work.marks,
    prompt:
      task.exec ??
      taskPrompt(task, {
        ...work,
        cwd,
        attempt,
        reportsBy: mcp ? "tools" : "command",
        ...(worktree && { worktree }),
      }),
  };
}

/** The task's own checkout, where the project is in a repository; a run that only reads needs none. */
function worktreeFor(
  { task, repository }: Work,
  permissions: Plan["permissions"],
  { general: { worktrees } }: Settings,
  project: Project,
): PlannedWorktree | undefined {
  if (worktrees.use === "off" || repository === undefined || permissions === "read-only") return undefined;
  const { top, head, branch } = repository;
  return {
    folder: worktreeFolder(project, task.id),
    branch: branchOf(task.id),
    repository: top,
    from: head,
    ...(branch !== undefined && { target: branch }),
    merge: worktrees.merge,
    title: task.title,
    ...(worktrees.setup !== undefined && { setup: worktrees.setup }),
  };
}

function worktreeOrigins({ values }: Settings): Plan["origins"] {
  const found = ["worktrees", "merge", "worktree_setup"].flatMap((key) => values.get(key) ?? []);
  return Object.fromEntries(found.map(({ key, origin }) => [key, originText(origin)]));
}

/** Where the profile of a run on a fallback came from. */
function standsIn({ from, why }: Failover, { origins }: Pick<Plan, "origins">): string {
  return `fallback of ${from} (${why}), ${origins["profile"]}`;
}

/** True for a run that could not call `wg`: Claude then has no commands, and Codex none that write. */
function needsTools({ permissions, route }: Pick<Plan, "permissions" | "route">): boolean {
  return permissions === "read-only" && (route.handler === "claude" || route.handler === "codex");
}

/** What a task asks for itself. */
export function wishOf({ id, model, tier, exec }: Task): Wish {
  return {
    task: id,
    isCommand: exec !== undefined,
    ...(model !== undefined && { model }),
    ...(tier !== undefined && { tier }),
  };
}
