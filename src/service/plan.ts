// Making the plan of a run: all that settings, task and needs say, frozen into one value.
import * as path from "node:path";
import type { Project } from "../base/home.ts";
import { isReviewed, type ReviewPolicy } from "../base/review-policy.ts";
import type { Settings } from "../config/settings.ts";
import type { Assignment } from "../graph/assignment.ts";
import type { Message } from "../graph/message.ts";
import type { Failover, Plan, PlannedIdentity, PlannedReview, PlannedWorktree } from "../graph/plan.ts";
import type { Arm } from "../graph/tables.ts";
import type { Task } from "../graph/task.ts";
import { choose, chosenBefore, type Wish } from "../plan/choose.ts";
import { originText } from "../profile/load.ts";
import { branchOf, worktreeFolder } from "../worktree/record.ts";
import type { Repository } from "../worktree/repository.ts";
import { lowerOf } from "./assign.ts";
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
  /** Which side of a canary the settings are of. */
  arm?: Arm;
  /** The repository that the project is in. */
  repository?: Repository;
  /** The checkout it is to have, whatever the settings say of worktrees. */
  worktree?: PlannedWorktree;
  /** Who its agent is told to be. */
  identity?: PlannedIdentity;
  assignment?: Assignment;
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
    work.samePlan === undefined
      ? choose("worker", settings, wishOf(task, work.assignment))
      : chosenBefore(work.samePlan);
  const failover = work.marks?.failover;
  const permissions = lowerOf(chosen.permissions, work.assignment?.permissions);
  const worktree = work.worktree ?? worktreeFor(work, permissions, settings, project);
  const review = reviewFor(work, settings);
  const mcp = settings.general.agent.mcp === "auto" && needsTools({ ...chosen, permissions });
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
    permissions,
    ...(work.arm && { arm: work.arm }),
    ...(work.identity && { identity: work.identity }),
    ...(review && { review }),
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
        ...(review?.gate && { gate: review.gate.least }),
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

/** Who looks at the work when it is done, and what hangs on it; undefined for nobody. */
function reviewFor({ run, task }: Work, { general: { agency } }: Settings): PlannedReview | undefined {
  const isTaken = (policy: ReviewPolicy, tag: string) =>
    // What a command prints is not scored unless somebody asks for it.
    (task.exec === undefined || policy.kind === "tagged") &&
    isReviewed(policy, { run, tags: task.tags, tag });
  const isEvaluated = task.gate !== undefined || isTaken(agency.evaluate, "evaluate");
  const roles: PlannedReview["roles"] = [
    ...(isEvaluated ? (["evaluator"] as const) : []),
    ...(isTaken(agency.flip, "flip") ? (["flip"] as const) : []),
  ];
  if (roles.length === 0) return undefined;
  const least = task.gate ?? agency.gate;
  return { roles, ...(least !== undefined && { gate: { least, reopens: agency.gateAttempts } }) };
}

/** What a task asks for itself, or is asked for it by who assigned it where it left that open. */
export function wishOf({ id, model, tier, exec }: Task, assignment?: Assignment): Wish {
  const wanted = tier ?? (model === undefined ? assignment?.tier : undefined);
  return {
    task: id,
    isCommand: exec !== undefined,
    ...(model !== undefined && { model }),
    ...(wanted !== undefined && { tier: wanted }),
  };
}
