// One look at everything and what follows from it: never two at once, since nothing in it waits.
import { readCoolings } from "../cooling/files.ts";
import { releaseDue } from "../graph/hold.ts";
import { countReady, readyTasks } from "../graph/ready.ts";
import { dueReviews } from "../graph/review.ts";
import { liveRuns } from "../graph/run.ts";
import { findTask } from "../graph/task.ts";
import { act } from "./act.ts";
import type { Context } from "./context.ts";
import { decide, roomIn } from "./decide.ts";
import { releaseElsewhere } from "./elsewhere.ts";

/** Looks, decides, acts. With `dispatching` false nothing is started; what runs is still watched. `busy`: something is in flight. */
export function tick(context: Context, dispatching: boolean): { busy: boolean } {
  const { graph, applied, watch } = context;
  const nowMs = performance.now();
  const live = watch.look(liveRuns(graph), nowMs, context.now());
  const { maxAgents } = applied.settings().general.service;
  releaseDue(graph, context.now());
  context.lookAtBudgets();
  if (dispatching) releaseElsewhere(context);
  const room = roomIn({ maxAgents, dispatching, live });
  const ready = room > 0 ? startableTasks(context, room) : [];
  const reviews = room > 0 ? dueReviews(graph, context.now(), room) : [];
  const actions = decide({ nowMs, maxAgents, dispatching, ready, reviews, live });
  for (const action of actions) {
    try {
      act(context, action);
    } catch (error) {
      // One run's trouble must not keep the others from their turn; the next look meets it again.
      context.failed(error);
    }
  }
  if (dispatching) {
    context.probation.look();
    context.guard.look();
  }
  if (actions.some(({ kind }) => kind === "start" || kind === "review")) context.wake();
  return { busy: live.length > 0 || actions.length > 0 };
}

/** At most `room` ready tasks in order, past those that wait for other settings. */
function startableTasks({ graph, applied, waiting, where, now }: Context, room: number): string[] {
  const settings = applied.settings();
  const { mark } = readCoolings(where, now());
  const ready = readyTasks(graph, room + waiting.size());
  return ready
    .filter((task) => !waiting.holds(task, settings, mark))
    .slice(0, room)
    .map((task) => task.id);
}

/** How many tasks are ready, those that wait for other settings included; forgets waiting ones that are not ready. */
export function countWork({ graph, waiting }: Context): number {
  waiting.keepOnly((id) => {
    const task = findTask(graph, id);
    return task !== undefined && task.status === "open" && task.blockers === 0;
  });
  return countReady(graph);
}
