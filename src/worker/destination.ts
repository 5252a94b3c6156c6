// What a run learns of where it goes, told to all other runs of the machine: that it answers, or has to be left alone.
import { type Env, homeOf, type Project } from "../base/home.ts";
import type { ProcessMark } from "../base/process.ts";
import { answered, cooled, coolingFailure } from "../cooling/cooling.ts";
import { destinationOf } from "../cooling/destination.ts";
import { beginProbe, changeCooling, endProbe, mayCool } from "../cooling/files.ts";
import type { Plan } from "../graph/plan.ts";
import type { RunResult } from "../graph/result.ts";

export interface Destination {
  /** A model has answered. */
  answers(): void;
  /**
   * The run is over; answers why that could not be noted, where it should have been. To be called before the end is
   * recorded, so that nobody who sees that end starts another run on what has just turned this one away.
   */
  ended(result: RunResult, now: Date): string | undefined;
}

/** The destination of a plan whose run begins now in the process of `mark`. */
export function openDestination(
  plan: Plan,
  project: Project,
  { env, mark, startedAt }: { env: Env; mark: ProcessMark; startedAt: Date },
): Destination {
  const place = { home: homeOf(env), project };
  const destination = destinationOf(plan, env);
  if (destination === undefined) return { answers() {}, ended: () => undefined };
  if (plan.probe) beginProbe(place, destination, plan.run, mark);
  let isHeard = false;
  const answers = () => {
    if (isHeard) return;
    isHeard = true;
    if (mayCool(place)) changeCooling(place, destination, (before) => answered(before, startedAt));
  };
  return {
    answers,
    ended(result, now) {
      const failure = coolingFailure(result);
      if (failure !== undefined && result.outcome === "failed") {
        const by = { run: plan.run, project: project.root, profile: plan.profile };
        const ended = { destination, startedAt, failure, by };
        return changeCooling(place, destination, (before) => cooled(before, ended, now))?.message;
      }
      // Work that was tried in earnest had an answer, also where no server told the name of its model.
      if (result.outcome === "done" || result.failure?.class === "agent") answers();
      if (plan.probe && mayCool(place)) endProbe(place, destination, plan.run);
      return undefined;
    },
  };
}
