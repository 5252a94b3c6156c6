// Making the plan of a run: all that settings, task and needs say, frozen into one value.

import { WgError } from "../base/error.ts";
import type { Project } from "../base/home.ts";
import { type Route, routeText } from "../base/route.ts";
import { endpointFor, routeFor } from "../config/cascade.ts";
import { endpointsKey } from "../config/endpoints.ts";
import type { Settings } from "../config/settings.ts";
import type { OriginText, Plan } from "../graph/plan.ts";
import type { Task } from "../graph/task.ts";
import { originText } from "../profile/load.ts";
import { type NeedResult, taskPrompt } from "./prompt.ts";

/** One piece of work to be planned, looked up by the caller. */
export interface Work {
  run: string;
  task: Task;
  needs: readonly NeedResult[];
  /** How the attempt before this one ended, for the agent. */
  lastFailure?: string;
  /** The plan to repeat: `wg retry --same-profile`. */
  samePlan?: Plan;
}

/** The parts of a plan that settings decide; `wg retry --same-profile` copies exactly these. */
type Chosen = Pick<
  Plan,
  | "profile"
  | "revision"
  | "route"
  | "endpoint"
  | "env"
  | "permissions"
  | "limits"
  | "onModelMismatch"
  | "command"
  | "origins"
>;

/**
 * The worker's plan for a task under these settings. Pure. Refuses when there is none: `bad-route` for a task whose own
 * model is none, `no-endpoint` for a route that cannot do without one.
 */
export function planRun(work: Work, settings: Settings, project: Project): Plan {
  const { run, task } = work;
  const attempt = task.attempts + 1;
  const chosen = work.samePlan === undefined ? choose(task, settings) : chosenBefore(work.samePlan);
  return {
    schemaVersion: 1,
    run,
    task: task.id,
    role: "worker",
    attempt,
    project: project.root,
    cwd: project.root,
    ...chosen,
    ...(task.exec !== undefined && { exec: task.exec }),
    ...(task.verify !== undefined && { verify: task.verify }),
    prompt: task.exec ?? taskPrompt(task, project.root, work.needs, attempt, work.lastFailure),
  };
}

function choose(task: Task, settings: Settings): Chosen {
  const { bundle, general, revision, active } = settings;
  const { route, key } = routeOf(task, settings);
  const endpoint = route.handler === "shell" ? undefined : endpointFor(bundle, "worker", route);
  if (route.handler === "nex" && endpoint === undefined) throw noEndpoint(route, active.name);
  const command =
    route.handler === "claude" || route.handler === "codex"
      ? general.handlerCommand[route.handler]
      : undefined;
  const { permissions, timeoutMs, hangAfterMs, maxTurns } = general.agent;
  return {
    profile: active.name ?? "base",
    revision,
    route,
    ...(endpoint && { endpoint }),
    env: { ...bundle.env, ...bundle.handlerEnv[route.handler] },
    permissions,
    limits: { timeoutMs, hangAfterMs, maxTurns },
    onModelMismatch: general.modelMismatch,
    ...(command !== undefined && { command }),
    origins: origins(task, settings, route, key, endpoint !== undefined),
  };
}

function routeOf(task: Task, settings: Settings): { route: Route; key: string } {
  if (task.exec !== undefined) return { route: { handler: "shell", model: "" }, key: "exec" };
  const { model, tier } = task;
  return routeFor(settings.bundle, "worker", {
    ...(model !== undefined && { model }),
    ...(tier !== undefined && { tier }),
  });
}

/** Every setting the plan took something from, with where it stands. */
function origins(
  task: Task,
  settings: Settings,
  route: Route,
  routeKey: string,
  hasEndpoint: boolean,
): Record<string, OriginText> {
  const { bundle, values } = settings;
  const pinned = [
    ...Object.keys(bundle.env).map((name) => `env.${name}`),
    ...Object.keys(bundle.handlerEnv[route.handler] ?? {}).map(
      (name) => `handlers.${route.handler}.env.${name}`,
    ),
  ];
  const keys = [
    "agent.permissions",
    "agent.timeout",
    "agent.hang_after",
    "agent.max_turns",
    "model_mismatch",
    `handlers.${route.handler}.command`,
    ...(hasEndpoint ? [endpointsKey, "models.worker.endpoint"] : []),
    ...pinned,
  ];
  const found: Record<string, OriginText> = { [routeKey]: `task ${task.id}` };
  for (const key of [routeKey, ...keys]) {
    const setting = values.get(key);
    if (setting !== undefined) found[key] = originText(setting.origin);
  }
  return found;
}

function chosenBefore(plan: Plan): Chosen {
  const { profile, revision, route, endpoint, env, permissions, limits, onModelMismatch, command, origins } =
    plan;
  return {
    profile,
    revision,
    route,
    ...(endpoint && { endpoint }),
    env,
    permissions,
    limits,
    onModelMismatch,
    ...(command !== undefined && { command }),
    origins: { ...origins, "same-profile": `run ${plan.run}` },
  };
}

function noEndpoint(route: Route, profile: string | undefined): WgError {
  const where = profile === undefined ? "the settings" : `profile ${profile}`;
  return new WgError("no-endpoint", `no endpoint serves ${routeText(route)}`, {
    hint: `give ${where} an endpoint of provider oai-compat`,
  });
}
