// The claim: how one run, and no other, gets a task.
import { routeText } from "../base/route.ts";
import { change, type Graph } from "./database.ts";
import type { Plan } from "./plan.ts";
import { execute, query } from "./query.ts";

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
    return true;
  });
}
