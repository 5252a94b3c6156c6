// The quick check: every role of a bundle, all at once, three seconds in all, and no question to a model.
import { setMaxListeners } from "node:events";
import type { Settings } from "../config/settings.ts";
import type { SpawnPlace } from "./place.ts";
import { checkPlan, type RoleRoute, roleRoutes } from "./plan.ts";
import { makeProber, type Prober } from "./prober.ts";
import { checkRoute } from "./route.ts";
import { type ProfileCheck, type RouteCheck, worst } from "./verdict.ts";

/** A bundle, and from where its runs would be started. */
export interface CheckRequest {
  settings: Settings;
  place: SpawnPlace;
}

/** How long a quick check may take in all. */
export const quickMs = 3000;

/** Checks every role of each request, within `quickMs`. Throws only the reason of `signal`. */
export async function checkQuickly(
  requests: readonly CheckRequest[],
  signal: AbortSignal,
): Promise<ProfileCheck[]> {
  // A controller of our own: a signal that nobody holds but another signal may be collected before it fires.
  const limit = new AbortController();
  // Every question listens to it.
  setMaxListeners(0, limit.signal);
  const end = () => limit.abort(signal.reason);
  signal.addEventListener("abort", end, { once: true });
  const timer = setTimeout(end, quickMs);
  try {
    signal.throwIfAborted();
    const prober = makeProber(limit.signal);
    const checks = await Promise.all(requests.map((request) => checkOne(prober, request)));
    signal.throwIfAborted();
    return checks;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
}

/** Routes that differ in nothing but who takes them have the same mark. */
export function routeMark({ route, endpoint }: Pick<RouteCheck, "route" | "endpoint">): string {
  return JSON.stringify([route, endpoint]);
}

async function checkOne(prober: Prober, { settings, place }: CheckRequest): Promise<ProfileCheck> {
  const asked = new Map<string, Promise<RouteCheck>>();
  const checkOnce = (wanted: RoleRoute) => {
    const mark = routeMark(wanted);
    const found = asked.get(mark) ?? checkRoute(prober, checkPlan(settings, wanted, place.cwd), place.env);
    asked.set(mark, found);
    return found;
  };
  const roles = await Promise.all(
    roleRoutes(settings).map(async (wanted) => ({
      role: wanted.role,
      key: wanted.key,
      ...(await checkOnce(wanted)),
    })),
  );
  return {
    profile: settings.active.name ?? "base",
    revision: settings.revision,
    ...(place.service !== undefined && { service: place.service }),
    verdict: worst(roles.map(({ verdict }) => verdict)),
    roles,
  };
}
