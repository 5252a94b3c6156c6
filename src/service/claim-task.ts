// Claiming a ready task: settings of this very moment, a plan, and the run, in one piece.
import { WgError } from "../base/error.ts";
import type { Settings } from "../config/settings.ts";
import { readCoolings } from "../cooling/files.ts";
import type { Assignment } from "../graph/assignment.ts";
import { claimBeside, claimRun } from "../graph/claim.ts";
import { change } from "../graph/database.ts";
import { holdTask } from "../graph/hold.ts";
import { addLog, taskLog } from "../graph/log.ts";
import { takeMessages } from "../graph/message.ts";
import type { Failover, Plan, PlannedAssigning } from "../graph/plan.ts";
import { newRunId } from "../graph/run.ts";
import { findTask, type Task } from "../graph/task.ts";
import type { Side } from "../profile/arms.ts";
import type { Repository } from "../worktree/repository.ts";
import { assignedTo, noteAssignment } from "./assign.ts";
import { allowanceFor, holdForBudget } from "./budget.ts";
import { sideOf } from "./canary.ts";
import type { Context } from "./context.ts";
import { startDeadlineMs } from "./decide.ts";
import { coolingCode, failoverText, type Way, wayFor } from "./failover.ts";
import { planRun, wishOf } from "./plan.ts";
import { planRole } from "./plan-role.ts";
import { workOn } from "./work.ts";

/**
 * Looks at the settings, plans and claims in one piece: a worker's run, or first that of the assigner who is to choose
 * for it. Undefined when there is no plan, or the task is not to be had any more.
 */
export function claimTask(
  context: Context,
  id: string,
  repository: Repository | undefined,
): Plan | undefined {
  const { graph, applied } = context;
  const now = context.now();
  applied.refresh(now);
  // One change, so that the plan is of the task and its needs as they are when it is claimed.
  return change(graph, () => {
    const task = findTask(graph, id);
    if (task === undefined) return undefined;
    const side = sideOf(context, task);
    const assigned = assignedTo(context, task, side.settings);
    if (assigned.kind === "settled") return claimWorker(context, task, side, { repository, ...assigned });
    const plan = claimAssigner(context, task, assigned.assigning, side.settings);
    if (plan !== undefined) return plan;
    const assignment: Assignment = {
      task: id,
      by: "default",
      reason: "the assigner cannot be asked now",
      at: now.toISOString(),
    };
    return claimWorker(context, task, side, { repository, assignment });
  });
}

interface More {
  repository: Repository | undefined;
  identity?: Plan["identity"];
  assignment?: Assignment;
}

function claimWorker(
  context: Context,
  task: Task,
  { settings, arm }: Side,
  { repository, identity, assignment }: More,
): Plan | undefined {
  const { graph, applied, waiting, where, name } = context;
  const now = context.now();
  const taken = known(assignment, settings);
  const wish = wishOf(task, taken);
  let plan: Plan;
  let way: Way | undefined;
  try {
    const work = workOn(context, task, now);
    way = wayFor(context, { role: "worker", run: work.run, wish, samePlan: work.samePlan }, settings);
    const whole = {
      ...work,
      marks: way.marks,
      ...(arm && { arm }),
      ...(identity && { identity }),
      ...(taken && { assignment: taken }),
    };
    plan = planRun({ ...whole, ...(repository && { repository }) }, way.settings, context.project);
  } catch (error) {
    way?.giveUp();
    if (!(error instanceof WgError)) throw error;
    const mark = error.code === coolingCode ? readCoolings(where, now).mark : undefined;
    if (waiting.add(task, applied.settings(), error, now, mark)) noteWaiting(context, task, error, now);
    return undefined;
  }
  const allowance = allowanceFor(context, plan, way.settings);
  if ("reached" in allowance) {
    way.giveUp();
    holdForBudget(context, plan, allowance.reached);
    return undefined;
  }
  plan = { ...plan, ...allowance };
  if (!claimRun(graph, plan, { service: name, until: startBy(now) }, now)) {
    way.giveUp();
    return undefined;
  }
  noteAssignment(context, assignment);
  if (plan.failover !== undefined) noteFailover(context, plan, plan.failover, now);
  if (task.exec === undefined) takeMessages(graph, task.id, plan.run, "prompt", now);
  return plan;
}

/** Who assigned the task may have known another profile: a tier that there is no more is not insisted on. */
function known(assignment: Assignment | undefined, { bundle }: Settings): Assignment | undefined {
  const { tier, ...rest } = assignment ?? {};
  if (assignment === undefined || tier === undefined || Object.hasOwn(bundle.tiers, tier)) return assignment;
  return rest as Assignment; // All of it but the tier, which may be left out.
}

/** Asks who is to do the task, which waits for the answer; undefined where nobody can be asked now. */
function claimAssigner(
  context: Context,
  task: Task,
  assigning: PlannedAssigning,
  settings: Settings,
): Plan | undefined {
  const { graph, project, name, tell } = context;
  const now = context.now();
  const question = {
    run: newRunId(now, context.random),
    task: task.id,
    role: "assigner" as const,
    attempt: task.attempts + 1,
    assigning,
  };
  let way: Way | undefined;
  try {
    way = wayFor(context, { role: "assigner", run: question.run }, settings);
    const plan = planRole({ ...question, marks: way.marks }, way.settings, project);
    const allowance = allowanceFor(context, plan, way.settings);
    if ("reached" in allowance) throw new WgError("budget", allowance.reached.reason);
    const whole = { ...plan, ...allowance };
    if (!claimBeside(graph, whole, { service: name, until: startBy(now) }, now)) return giveUp(way);
    holdTask(graph, task.id, { kind: "assign", reason: "the assigner chooses who does it" }, now);
    return whole;
  } catch (error) {
    if (!(error instanceof WgError)) throw error;
    tell(`the assigner cannot be asked: ${error.message}`);
    return giveUp(way);
  }
}

function giveUp(way: Way | undefined): undefined {
  way?.giveUp();
}

/** Until when a claimed run has to be taken up. */
export function startBy(now: Date): Date {
  return new Date(now.getTime() + startDeadlineMs);
}

/** Says in the log of the service and of the task where a run goes instead. */
export function noteFailover(
  { graph, log }: Pick<Context, "graph" | "log">,
  plan: Plan,
  failover: Failover,
  now: Date,
): void {
  const message = failoverText(failover, plan.profile);
  log.write("warn", message, { run: plan.run, task: plan.task });
  addLog(graph, plan.task, { by: "wg", message, run: plan.run }, now);
}

function noteWaiting({ graph, log }: Context, task: Task, error: WgError, now: Date): void {
  const message = `cannot start: ${error.message}`;
  log.write("warn", message, { task: task.id, ...(error.hint !== undefined && { hint: error.hint }) });
  // A service that was started again finds the same problem; the task's log has it already.
  if (taskLog(graph, task.id).at(-1)?.message === message) return;
  addLog(graph, task.id, { by: "wg", message }, now);
}
