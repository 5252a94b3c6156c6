// The quick check: every route of a bundle, all at once, three seconds in all, and no question to a model.
import { setMaxListeners } from "node:events";
import type { Settings } from "../config/settings.ts";
import type { SpawnPlace } from "./place.ts";
import { checkPlan, type OwnRoute, wantedRoutes } from "./plan.ts";
import { makeProber, type Prober } from "./prober.ts";
import { checkRoute } from "./route.ts";
import { type ProfileCheck, worst } from "./verdict.ts";

/** A bundle, from where its runs would be started, and the tasks there that ask for a route of their own. */
export interface CheckRequest {
  settings: Settings;
  place: SpawnPlace;
  tasks?: readonly OwnRoute[];
}

/** How long a quick check may take in all. */
export const quickMs = 3000;

/** Checks every route of each request, within `quickMs`. Throws only the reason of `signal`. */
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

async function checkOne(
  prober: Prober,
  { settings, place, tasks = [] }: CheckRequest,
): Promise<ProfileCheck> {
  const { wanted, impossible } = wantedRoutes(settings, tasks);
  const checked = await Promise.all(
    wanted.map(async (each) => ({
      users: each.users,
      ...(await checkRoute(prober, checkPlan(each, place.cwd, quickMs), place.env)),
    })),
  );
  const routes = [...checked, ...impossible];
  return {
    profile: settings.active.name ?? "base",
    revision: settings.revision,
    ...(place.service !== undefined && { service: place.service }),
    verdict: worst(routes.map(({ verdict }) => verdict)),
    routes,
  };
}
