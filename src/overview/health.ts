// How each server that a bundle would use was doing when it was last heard of. Pure; asks nobody.
import type { Endpoint } from "../base/endpoint.ts";
import type { Role } from "../base/role.ts";
import { roles } from "../base/role.ts";
import { type Route, routeText } from "../base/route.ts";
import type { Verdict } from "../check/verdict.ts";
import { endpointFor, routeFor } from "../config/cascade.ts";
import type { Bundle } from "../config/settings.ts";
import type { CoolingClass } from "../cooling/cooling.ts";
import type { FailureClass, Outcome } from "../graph/result.ts";
import type { LastAnswer } from "../graph/tally.ts";

/** One server, or a handler's own login, with the roles that go there. */
export interface Health {
  /** The endpoint's name, or `claude login`. */
  name: string;
  handler: Route["handler"];
  url?: string;
  roles: Role[];
  routes: string[];
  /** `unknown`: it was not asked by any run or check that is remembered, or the answer said nothing of it. */
  state: "good" | "bad" | "unknown";
  /** It turned runs away and is left alone; without `until` one run tries it, or will. */
  cooling?: { why: CoolingClass; until?: string };
  /** The latest run there. */
  run?: { id: string; at: string; outcome: Outcome; failure?: FailureClass };
}

/** Failures that say something of the server, the key or the program, not of the work. */
const ofServers: ReadonlySet<FailureClass> = new Set([
  ...(["quota", "auth", "unreachable", "server", "bad-request", "model-mismatch", "spawn", "hang"] as const),
]);

/**
 * The servers of a bundle in the order of the roles that use them. A run says how its own server did; a newer check, which
 * is of the whole profile, counts where it came out well, or where there is no other server.
 */
export function healthOf(
  bundle: Bundle,
  answers: readonly LastAnswer[],
  check: { at: string; verdict: Verdict } | undefined,
  coolingOf: (role: Role) => Health["cooling"],
): Health[] {
  const found = new Map<string, Health>();
  for (const role of roles) {
    const { route } = routeFor(bundle, role);
    if (route.handler === "shell") continue;
    const endpoint = endpointFor(bundle, role, route);
    const key = `${route.handler} ${endpoint?.url ?? ""}`;
    const known = found.get(key) ?? fresh(route, endpoint, answers, coolingOf(role));
    found.set(key, known);
    known.roles.push(role);
    const text = routeText(route);
    if (!known.routes.includes(text)) known.routes.push(text);
  }
  const all = [...found.values()];
  const isOnly = all.length === 1;
  return check === undefined
    ? all
    : all.map((health) => ({ ...health, state: afterCheck(health, check, isOnly) }));
}

function fresh(
  { handler }: Route,
  endpoint: Endpoint | undefined,
  answers: readonly LastAnswer[],
  cooling: Health["cooling"],
): Health {
  const answer = answers.find((each) => each.handler === handler && each.url === endpoint?.url);
  const run = answer && {
    id: answer.run,
    at: answer.at,
    outcome: answer.outcome,
    ...(answer.failure !== undefined && { failure: answer.failure }),
  };
  return {
    name: endpoint?.name ?? `${handler} login`,
    handler,
    ...(endpoint && { url: endpoint.url }),
    roles: [],
    routes: [],
    state: cooling === undefined ? stateAfter(answer) : "bad",
    ...(cooling && { cooling }),
    ...(run && { run }),
  };
}

function afterCheck(
  { state, run, cooling }: Health,
  check: { at: string; verdict: Verdict },
  isOnly: boolean,
): Health["state"] {
  if (cooling !== undefined || (run !== undefined && run.at > check.at)) return state;
  if (check.verdict === "yes") return "good";
  // Of several servers it may be any that would not work.
  return check.verdict === "no" && isOnly ? "bad" : state;
}

function stateAfter(answer: LastAnswer | undefined): Health["state"] {
  if (answer === undefined) return "unknown";
  if (answer.failure !== undefined && ofServers.has(answer.failure)) return "bad";
  // What was killed or cancelled may never have got there.
  return answer.outcome === "done" || answer.failure === "agent" ? "good" : "unknown";
}
