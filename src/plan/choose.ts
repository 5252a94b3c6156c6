// What settings decide of a plan: the route of a role and all that goes with it, frozen into values.
import { WgError } from "../base/error.ts";
import type { Role } from "../base/role.ts";
import { type Route, routeText } from "../base/route.ts";
import { endpointFor, routeFor, type TaskChoice } from "../config/cascade.ts";
import { endpointsKey } from "../config/endpoints.ts";
import type { Settings } from "../config/settings.ts";
import type { OriginText, Plan } from "../graph/plan.ts";
import { originText } from "../profile/load.ts";

/** The parts of a plan that settings decide. */
export type Chosen = Pick<
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

/** A task's own wishes, which come before the settings; with `isCommand` it needs no model. */
export interface Wish extends TaskChoice {
  task: string;
  isCommand: boolean;
}

/**
 * What a role runs on under these settings. Pure. Refuses when there is nothing: `bad-route` for a task whose own model
 * is none, `no-endpoint` for a route that cannot do without one, `foreign-command` for a task's own program.
 */
export function choose(role: Role, settings: Settings, wish?: Wish): Chosen {
  const { bundle, general, revision, active } = settings;
  const { route, key } = routeOf(role, settings, wish);
  const endpoint = route.handler === "shell" ? undefined : endpointFor(bundle, role, route);
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
    origins: {
      profile: originText(active.origin),
      ...(wish && { [key]: `task ${wish.task}` }),
      ...origins(role, settings, route, key, endpoint !== undefined),
    },
  };
}

/** What an earlier plan ran on, to be run on once more. */
export function chosenBefore(plan: Plan): Chosen {
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

function routeOf(role: Role, settings: Settings, wish: Wish | undefined): { route: Route; key: string } {
  if (wish?.isCommand) return { route: { handler: "shell", model: "" }, key: "exec" };
  const found = routeFor(settings.bundle, role, wish);
  if (found.key === "task.model") checkOwnCommand(found.route, settings);
  return found;
}

/** A task may come from an agent or from a file: which agent programs are run, only settings say. */
function checkOwnCommand(route: Route, { bundle, active }: Settings): void {
  if (route.command === undefined) return;
  const { agent, dispatcher, models, tiers } = bundle;
  const own = [agent.model, dispatcher.model, ...Object.values(tiers)];
  const all = [...own, ...Object.values(models).map((role) => role?.model)];
  if (all.some((each) => each?.command === route.command)) return;
  const where = active.name === undefined ? "the settings do" : `profile ${active.name} does`;
  throw new WgError("foreign-command", `the task's own model is a program, and ${where} not name it`, {
    hint: `if ${JSON.stringify(route.command)} may be run: set a tier to "${routeText(route)}"`,
  });
}

/** Every setting the plan took something from, with where it stands. */
function origins(
  role: Role,
  { bundle, values }: Settings,
  { handler }: Route,
  routeKey: string,
  hasEndpoint: boolean,
): Record<string, OriginText> {
  const keys = [
    routeKey,
    "agent.permissions",
    ...(role === "worker" ? ["agent.mcp"] : []),
    "agent.timeout",
    "agent.hang_after",
    "agent.max_turns",
    "model_mismatch",
    "budget.task",
    "budget.day",
    `handlers.${handler}.command`,
    ...(hasEndpoint ? [endpointsKey, `models.${role}.endpoint`] : []),
    ...Object.keys(bundle.env).map((name) => `env.${name}`),
    ...Object.keys(bundle.handlerEnv[handler] ?? {}).map((name) => `handlers.${handler}.env.${name}`),
  ];
  const found: Record<string, OriginText> = {};
  for (const key of keys) {
    const setting = values.get(key);
    if (setting !== undefined) found[key] = originText(setting.origin);
  }
  return found;
}

function noEndpoint(route: Route, profile: string | undefined): WgError {
  const where = profile === undefined ? "the settings" : `profile ${profile}`;
  return new WgError("no-endpoint", `no endpoint serves ${routeText(route)}`, {
    hint: `give ${where} an endpoint of provider oai-compat`,
  });
}
