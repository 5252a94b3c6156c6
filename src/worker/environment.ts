// What a run finds in its environment, on top of what the worker was started with.
import * as path from "node:path";
import type { Env } from "../base/home.ts";
import { tokenName } from "../base/inside.ts";
import { routeText } from "../base/route.ts";
import type { Plan } from "../graph/plan.ts";
import { runMarker } from "../handlers/sweep.ts";
import { withoutRepository } from "../worktree/git.ts";

const usualPath = "/usr/local/bin:/usr/bin:/bin";

/**
 * `env` with the run's own variables. With a token, for an agent that reports, this too, and `bin` first on PATH, so that `wg` inside a run is the wg that
 * runs it. In a worktree, git finds the worktree, whatever the service was started in.
 */
export function jobEnvironment(plan: Plan, token: string | undefined, bin: string, env: Env): Env {
  return {
    ...(plan.worktree === undefined ? env : withoutRepository(env)),
    WG_RUN: plan.run,
    WG_TASK: plan.task,
    WG_MODEL: routeText(plan.route),
    WG_PROJECT: plan.project,
    [runMarker]: plan.run,
    ...(token !== undefined && { [tokenName]: token }),
    PATH: [...(token === undefined ? [] : [bin]), env["PATH"] || usualPath].join(path.delimiter),
  };
}
