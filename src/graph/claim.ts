// The claim: how one run, and no other, gets a task.
import { routeText } from "../base/route.ts";
import { change, type Graph } from "./database.ts";
import type { Plan } from "./plan.ts";
import { execute, query, rowOf } from "./query.ts";

/** Who answers for a run, and until when it is surely alive unless the lease is renewed. */
export interface Lease {
  service: string;
  until: Date;
}

/**
 * Starts an attempt at a task: the task goes from open to in-progress, and the run with its frozen plan is written,
 * in one change. False, with nothing changed, when the task is not open, waits for another, is gone, or has had
 * another attempt since it was planned: somebody else won.
 */
export function claimRun(graph: Graph, plan: Plan, lease: Lease, now: Date): boolean {
  return change(graph, () => {
    const taken = query
      .updateTable("task")
      .set({
        status: "in-progress",
        attempts: plan.attempt,
        started_at: now.toISOString(),
        completed_at: null,
        reason: null,
        summary: null,
      })
      .where("id", "=", plan.task)
      .where("status", "=", "open")
      .where("blockers", "=", 0)
      .where("attempts", "=", plan.attempt - 1);
    if (execute(graph, taken) === 0) return false;
    insertRun(graph, plan, lease, now);
    return true;
  });
}

/**
 * Starts a run beside the attempts at a task, which stays as it is: of an assigner, of who looks at the work of a run, or one
 * that repeats a run. False, with nothing changed, when there is one already that is not over.
 */
export function claimBeside(graph: Graph, plan: Plan, lease: Lease, now: Date): boolean {
  return change(graph, () => {
    const live = query
      .selectFrom("run")
      .select("id")
      .where("task", "=", plan.task)
      .where("role", "=", plan.role);
    const same = live.where("status", "!=", "ended").where("subject", "is", plan.subject ?? null);
    if (rowOf(graph, same) !== undefined) return false;
    insertRun(graph, plan, lease, now);
    return true;
  });
}

function insertRun(graph: Graph, plan: Plan, lease: Lease, now: Date): void {
  execute(
    graph,
    query.insertInto("run").values({
      id: plan.run,
      task: plan.task,
      role: plan.role,
      subject: plan.subject ?? null,
      status: "claimed",
      attempt: plan.attempt,
      profile: plan.profile,
      revision: plan.revision,
      arm: plan.arm ?? null,
      identity: plan.identity?.hash ?? null,
      route: routeText(plan.route),
      service: lease.service,
      lease_until: lease.until.toISOString(),
      claimed_at: now.toISOString(),
      plan: JSON.stringify(plan),
      failover: plan.failover === undefined ? null : JSON.stringify(plan.failover),
    }),
  );
}
