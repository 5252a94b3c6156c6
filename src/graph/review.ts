// Reviews: work that an evaluator or flip is yet to look at.
import type { Graph } from "./database.ts";
import { execute, query, rowsOf } from "./query.ts";
import type { ReviewRole } from "./tables.ts";

/** `tries` is how often it has failed so far. */
export interface Review {
  /** The run whose work is to be looked at. */
  run: string;
  role: ReviewRole;
  task: string;
  tries: number;
}

/** Asks for reviews of a run's work; what is asked for already stays as it is. */
export function addReviews(graph: Graph, task: string, run: string, roles: readonly ReviewRole[]): void {
  for (const role of roles) {
    const insert = query.insertInto("review").values({ run, role, task, not_before: null });
    execute(
      graph,
      insert.onConflict((conflict) => conflict.doNothing()),
    );
  }
}

/** At most `limit` reviews that can be begun now: nobody is at them, and they wait for no time to come. */
export function dueReviews(graph: Graph, now: Date, limit: number): Review[] {
  const select = query
    .selectFrom("review")
    .selectAll()
    .where((where) =>
      where.or([where("not_before", "is", null), where("not_before", "<=", now.toISOString())]),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("run")
            .select("run.id")
            .whereRef("run.task", "=", "review.task")
            .whereRef("run.role", "=", "review.role")
            .whereRef("run.subject", "=", "review.run")
            .where("run.status", "!=", "ended"),
        ),
      ),
    )
    .orderBy("run")
    .orderBy("role")
    .limit(limit);
  return rowsOf(graph, select).map(({ run, role, task, tries }) => ({ run, role, task, tries }));
}

/** The reviews of a task that are still asked for. */
export function reviewsOf(graph: Graph, task: string): Review[] {
  const select = query.selectFrom("review").selectAll().where("task", "=", task);
  return rowsOf(graph, select.orderBy("run").orderBy("role")).map(({ run, role, tries }) => ({
    run,
    role,
    task,
    tries,
  }));
}

/** It failed, or could not be begun: it is tried again no sooner than `notBefore`. `counts`: as one of its tries. */
export function postponeReview(
  graph: Graph,
  { run, role, tries }: Review,
  notBefore: Date,
  { counts }: { counts: boolean },
): void {
  const later = { tries: tries + (counts ? 1 : 0), not_before: notBefore.toISOString() };
  execute(graph, query.updateTable("review").set(later).where("run", "=", run).where("role", "=", role));
}

/** Nobody needs to look at anything of the task any more. */
export function dropReviews(graph: Graph, task: string): void {
  execute(graph, query.deleteFrom("review").where("task", "=", task));
}

/** Nobody needs to look any more. */
export function dropReview(graph: Graph, run: string, role: ReviewRole): void {
  execute(graph, query.deleteFrom("review").where("run", "=", run).where("role", "=", role));
}
