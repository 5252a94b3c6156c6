// One run beside the attempts at a task, begun by a command and watched by it to its end, with a service or without one.
import { setTimeout as sleep } from "node:timers/promises";
import { WgError } from "../base/error.ts";
import { signalProcess } from "../base/process.ts";
import type { Settings } from "../config/settings.ts";
import { claimBeside } from "../graph/claim.ts";
import { change } from "../graph/database.ts";
import { type Evaluation, evaluationsOf } from "../graph/evaluation.ts";
import type { Plan } from "../graph/plan.ts";
import { type PlannedRun, requestCancel, requireRun } from "../graph/run.ts";
import type { Arm } from "../graph/tables.ts";
import { noteFailover, startBy } from "./claim-task.ts";
import type { Context } from "./context.ts";
import { decide } from "./decide.ts";
import { bringToEnd } from "./ending.ts";
import type { ServiceLog } from "./log.ts";
import { changeability } from "./obstacle.ts";
import { type Planned, planReview, type Reviewed } from "./plan-review.ts";
import { underPointerLock } from "./pointer-lock.ts";
import { spawnWorker } from "./spawn.ts";
import { watchRuns } from "./watch.ts";

/** What a command works with that has a run carried out. */
export interface Foreground
  extends Pick<
    Context,
    "home" | "project" | "where" | "env" | "program" | "graph" | "now" | "random" | "tell"
  > {
  /**
   * The settings of this very moment that runs are planned with, for what is about a run on a side of a canary those of that
   * side; refuses as they do.
   */
  settings(arm?: Arm): Settings;
}

const lookEveryMs = 100;

/** True for the name of a command that has claimed a run; no service is named so. */
export function isCommandName(name: string): boolean {
  return name.startsWith("command ");
}

/**
 * Has the work of a run looked at now. `begun` hears of the plan before anything starts. When `signal` aborts, the review is
 * cancelled and its end awaited, and what was asked for stays asked for. The evaluation is absent where the run came to none.
 * Refuses (`review-runs`) while somebody is at it, and as `planReview` does.
 */
export async function reviewNow(
  foreground: Foreground,
  reviewed: Reviewed,
  begun: (plan: Plan) => void,
  signal: AbortSignal,
): Promise<{ run: PlannedRun; evaluation?: Evaluation }> {
  const { graph } = foreground;
  const { arm } = reviewed.subject;
  const plan = claimNow(foreground, () => planReview(foreground, reviewed, foreground.settings(arm)));
  begun(plan);
  const run = await carryOut(foreground, plan, signal);
  const evaluation = evaluationsOf(graph, run.task).find(({ byRun }) => byRun === run.id);
  return { run, ...(evaluation && { evaluation }) };
}

/**
 * Plans by `plan`, which looks at the settings, and claims: no switch falls in between. Refuses as `plan` does, and with
 * `review-runs` where a run of this role is already about the same.
 */
export function claimNow(foreground: Foreground, plan: () => Planned): Plan {
  const { home, graph, tell } = foreground;
  const now = foreground.now();
  const log = warnings(tell);
  const claimed = underPointerLock({ home, log }, () => {
    return change(graph, () => {
      const planned = plan();
      if (
        !claimBeside(graph, planned.plan, { service: `command ${process.pid}`, until: startBy(now) }, now)
      ) {
        planned.giveUp();
        throw alreadyRuns(planned.plan);
      }
      const { failover } = planned.plan;
      if (failover !== undefined) noteFailover({ graph, log }, planned.plan, failover, now);
      return planned.plan;
    });
  });
  if (claimed !== undefined) return claimed;
  throw new WgError("locked", "a switch of profiles is under way and does not end", {
    hint: "try again in a moment",
  });
}

/**
 * Starts the worker of a claimed run and waits for the run's end, whoever records it: the worker, a service that watches it
 * too, or, where it died or hangs, this. Cancels it when `signal` aborts, and then waits for its end as well, some 20 seconds
 * at most.
 */
export async function carryOut(
  foreground: Foreground,
  { run: id, maxAttempts, attempt }: Plan,
  signal: AbortSignal,
): Promise<PlannedRun> {
  const { graph, now, tell } = foreground;
  const told = new Set<string>();
  const watch = watchRuns(
    changeability(graph, ({ message }) => {
      if (!told.has(message)) tell(message);
      told.add(message);
    }),
  );
  const context = { ...foreground, watch, log: warnings(tell), wake: () => {} };
  watch.assigned(id, spawnWorker(context, id));
  let isCancelled = false;
  for (;;) {
    const run = requireRun(graph, id);
    if (run.status === "ended") return run;
    const nowMs = performance.now();
    if (signal.aborted && !isCancelled) {
      isCancelled = requestCancel(graph, id, "requeue");
      const worker = watch.processOf(run);
      if (worker !== undefined) signalProcess(worker, "SIGTERM");
      watch.terminated(id, nowMs);
    }
    const live = watch.look([requireRun(graph, id)], nowMs, now());
    const look = { nowMs, maxAgents: 0, dispatching: false, ready: [], reviews: [], live };
    for (const action of decide(look)) {
      if (action.kind !== "start" && action.kind !== "review") {
        bringToEnd(context, action, maxAttempts ?? attempt);
      }
    }
    await sleep(lookEveryMs);
  }
}

/** What went wrong is told; the rest is for the log that only a service has. */
function warnings(tell: (sentence: string) => void): ServiceLog {
  return {
    write(level, message) {
      if (level !== "info") tell(message);
    },
  };
}

function alreadyRuns({ role, subject, task }: Plan): WgError {
  const what = role === "worker" ? `${subject} is being repeated` : `the ${role} is at ${subject}`;
  return new WgError("review-runs", `${what} already`, {
    hint: `wg runs --task ${task} --live shows it`,
  });
}
