// The plan a role would be started with, as far as a check needs it: tiny, read-only, nowhere near a project.
import type { Endpoint } from "../base/endpoint.ts";
import { type Role, roles } from "../base/role.ts";
import type { Route } from "../base/route.ts";
import { endpointFor, routeFor } from "../config/cascade.ts";
import type { Settings } from "../config/settings.ts";
import type { Plan } from "../graph/plan.ts";

/** What a role runs on, and the setting that says so. */
export interface RoleRoute {
  role: Role;
  key: string;
  route: Route;
  endpoint?: Endpoint;
}

/** Every role with its route and endpoint. */
export function roleRoutes({ bundle }: Settings): RoleRoute[] {
  return roles.map((role) => {
    const { route, key } = routeFor(bundle, role);
    const endpoint = endpointFor(bundle, role, route);
    return { role, key, route, ...(endpoint && { endpoint }) };
  });
}

/** The longest a real request may take, in milliseconds. */
export const realMs = 60_000;

/** A plan of one short question. `cwd` is its working directory and its project at once. */
export function checkPlan(settings: Settings, { role, route, endpoint }: RoleRoute, cwd: string): Plan {
  const { bundle, general, active, revision } = settings;
  const command =
    route.handler === "claude" || route.handler === "codex"
      ? general.handlerCommand[route.handler]
      : undefined;
  return {
    schemaVersion: 1,
    run: `check-${process.pid}-${Math.random().toString(36).slice(2, 10)}`,
    task: "check",
    role,
    attempt: 1,
    project: cwd,
    cwd,
    profile: active.name ?? "base",
    revision,
    route,
    ...(endpoint && { endpoint }),
    env: { ...bundle.env, ...bundle.handlerEnv[route.handler] },
    permissions: "read-only",
    limits: { timeoutMs: realMs, hangAfterMs: realMs, maxTurns: 3 },
    onModelMismatch: general.modelMismatch,
    ...(command !== undefined && { command }),
    prompt: "This is a test of the connection. Answer with the one word: ready. Do nothing else.",
    origins: {},
  };
}
