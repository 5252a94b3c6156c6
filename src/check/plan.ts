// What a check looks at: every route that roles, tiers and tasks take, and the plan each would be started with.
import { WgError } from "../base/error.ts";
import { type Role, roles } from "../base/role.ts";
import { parseRoute } from "../base/route.ts";
import { routeFor, type TaskChoice } from "../config/cascade.ts";
import type { Settings } from "../config/settings.ts";
import type { Plan } from "../graph/plan.ts";
import { type Chosen, choose } from "../plan/choose.ts";
import { type RouteUser, routeMark, type UsedRoute } from "./verdict.ts";

/** A task, or several in a few words, with a route of its own. */
export interface OwnRoute {
  name: string;
  model: string;
}

/** A route that can be planned, and who takes it. */
export interface WantedRoute {
  role: Role;
  chosen: Chosen;
  users: RouteUser[];
}

/** Every distinct route in use; `impossible` are those of tasks that no run can be planned on. */
export function wantedRoutes(
  settings: Settings,
  tasks: readonly OwnRoute[],
): { wanted: WantedRoute[]; impossible: UsedRoute[] } {
  const wanted = new Map<string, WantedRoute>();
  const impossible: UsedRoute[] = [];
  const add = (name: string, role: Role, choice: TaskChoice) => {
    const user = { name, key: routeFor(settings.bundle, role, choice).key };
    try {
      const chosen = choose(role, settings, { ...choice, task: "check", isCommand: false });
      const mark = routeMark(chosen);
      const known = wanted.get(mark);
      if (known === undefined) wanted.set(mark, { role, chosen, users: [user] });
      else known.users.push(user);
    } catch (error) {
      // Only a task's own: a bundle was checked as a whole when it was read.
      if (!(error instanceof WgError) || choice.model === undefined) throw error;
      impossible.push(withoutPlan(choice.model, user, error));
    }
  };
  for (const role of roles) add(role, role, {});
  for (const tier of Object.keys(settings.bundle.tiers)) add(`tier ${tier}`, "worker", { tier });
  for (const { name, model } of tasks) add(name, "worker", { model });
  return { wanted: [...wanted.values()], impossible };
}

function withoutPlan(model: string, user: RouteUser, { message, hint }: WgError): UsedRoute {
  const finding = { about: "settings", verdict: "no", message, ...(hint !== undefined && { hint }) } as const;
  return { users: [user], route: parseRoute(model), verdict: "no", findings: [finding] };
}

/** A plan of one short question, tiny and, where its handler can be, read-only. `cwd` is its working directory and its project at once. */
export function checkPlan(
  { role, chosen }: Pick<WantedRoute, "role" | "chosen">,
  cwd: string,
  limitMs: number,
): Plan {
  return {
    ...chosen,
    schemaVersion: 1,
    run: `check-${process.pid}-${Math.random().toString(36).slice(2, 10)}`,
    task: "check",
    role,
    attempt: 1,
    project: cwd,
    cwd,
    // Some ACP agents can be held to nothing, and refuse a read-only run; the folder is empty in any case.
    permissions: chosen.route.handler === "acp" ? "workspace" : "read-only",
    limits: { timeoutMs: limitMs, hangAfterMs: limitMs, maxTurns: 3 },
    prompt: "This is a test of the connection. Answer with the one word: ready. Do nothing else.",
    origins: {},
  };
}
