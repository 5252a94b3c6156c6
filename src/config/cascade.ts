// Which route a role takes, and which endpoint that route is served by.
import { type Endpoint, isServed, providerOf } from "../base/endpoint.ts";
import type { Role } from "../base/role.ts";
import { parseRoute, type Route } from "../base/route.ts";
import type { Bundle } from "./settings.ts";

/** What a task itself asks for: a route's text, a tier's name. */
export interface TaskChoice {
  model?: string;
  tier?: string;
}

/**
 * The route of a role, and the key that decided it (`task.model` for the task's own). A tier that the bundle does not
 * have falls through to the next in line. Refuses with `bad-route` only when the task's own model is none.
 */
export function routeFor(bundle: Bundle, role: Role, task: TaskChoice = {}): { route: Route; key: string } {
  for (const step of steps(bundle, role, task)) {
    if (step.route !== undefined) return { route: step.route, key: step.key };
  }
  return { route: bundle.agent.model, key: "agent.model" };
}

/**
 * The endpoint a role's route uses: the role's own where it fits, else the default one that fits the handler, else the
 * only one that fits, else undefined, which means the handler's own login.
 */
export function endpointFor(bundle: Bundle, role: Role, route: Route): Endpoint | undefined {
  const fitting = bundle.endpoints.filter((endpoint) => fits(endpoint, route));
  const named = bundle.models[role]?.endpoint;
  const found =
    fitting.find((endpoint) => endpoint.name === named) ??
    fitting.find((endpoint) => endpoint.isDefault) ??
    (fitting.length === 1 ? fitting[0] : undefined);
  if (found === undefined) return undefined;
  const { isDefault: _, ...endpoint } = found;
  return endpoint;
}

/** True when a route's handler can talk to an endpoint. */
export function fits(endpoint: Endpoint, { handler }: Route): boolean {
  return isServed(handler) && endpoint.provider === providerOf[handler];
}

type Step = { route: Route | undefined; key: string };

function steps(bundle: Bundle, role: Role, task: TaskChoice): Step[] {
  const dispatcher: Step = { route: bundle.dispatcher.model, key: "dispatcher.model" };
  const own: Step = { route: bundle.models[role]?.model, key: `models.${role}.model` };
  switch (role) {
    case "worker":
      return [
        { route: task.model === undefined ? undefined : parseRoute(task.model), key: "task.model" },
        tierStep(bundle, task.tier),
      ];
    case "chat":
      return [own];
    case "dispatcher":
      return [dispatcher];
    case "assigner":
    case "evaluator":
    case "flip":
      return [own, tierStep(bundle, "fast"), dispatcher];
  }
}

function tierStep({ tiers }: Bundle, tier: string | undefined): Step {
  const known = tier !== undefined && Object.hasOwn(tiers, tier);
  return { route: known ? tiers[tier] : undefined, key: `tiers.${tier}` };
}
