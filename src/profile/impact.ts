// What a switch would do, worked out without doing any of it.
import type { Endpoint } from "../base/endpoint.ts";
import { WgError } from "../base/error.ts";
import { type Role, roles } from "../base/role.ts";
import { routeText } from "../base/route.ts";
import { endpointFor, routeFor, type TaskChoice } from "../config/cascade.ts";
import type { Settings } from "../config/settings.ts";
import { activeProfile } from "./active.ts";
import { aimOf, follows } from "./aim.ts";
import { type Difference, differences } from "./difference.ts";
import { originText } from "./load.ts";
import { baseName } from "./name.ts";
import { placeOf } from "./nudge.ts";
import type { Version } from "./outcome.ts";
import type { RunningService } from "./services.ts";
import { listenersOf, type SwitchRequest, settingsAfter, versionBefore } from "./switch.ts";
import type { Where } from "./where.ts";

/** A route with its endpoint's url, for people: `local:qwen3 at http://127.0.0.1:8088`. */
type Destination = string;

/** Where work goes before and after; `now` is absent where what is active cannot be read. */
export interface Change {
  now?: Destination;
  then: Destination;
}

/** `why` says what keeps a service that would not follow. */
export interface ServiceImpact {
  project: string;
  follows: boolean;
  why?: string;
}

export interface Impact {
  from: Version;
  to: Version;
  /** False when the pointer says so already. */
  changed: boolean;
  /** True when the caller's own place would be on it. */
  followsHere: boolean;
  /** Key by key; a key that only one side sets has only that value. */
  differences: Difference[];
  /** The roles that would run on something else. */
  roles: (Change & { role: Role })[];
  services: ServiceImpact[];
  /** What would be active, and what is, where it can be read. */
  target: Settings;
  before?: Settings;
  followers: RunningService[];
}

/** Works out what `useProfile` would do. Refuses where it would refuse before its check. */
export function switchImpact(where: Where, { target, project }: SwitchRequest): Impact {
  const { home } = where;
  const aim = aimOf(home, target, project);
  const bare: Where = { home, ...(where.project && { project: where.project }), env: {} };
  const after = settingsAfter(bare, aim, project);
  const before = readable(() => settingsAfter(bare, { ...aim, after: aim.before }, project));
  const listeners = listenersOf(home, aim, project);
  return {
    from: versionBefore(bare, aim, project),
    to: { profile: after.active.name ?? baseName, revision: after.revision },
    changed: aim.from !== aim.to || aim.before.kind === "broken",
    followsHere: follows(where, aim),
    differences: before === undefined ? [] : differences(before, after),
    roles: roles
      .map((role) => ({ role, ...changeOf(before, after, role) }))
      .filter(({ now, then }) => now !== then),
    services: listeners.map(({ service, follows }) => serviceImpact(where, service, follows)),
    target: after,
    ...(before && { before }),
    followers: listeners.filter((listener) => listener.follows).map(({ service }) => service),
  };
}

/** Where a role's work goes before and after; `task` is what a task asks for itself. */
export function changeOf(
  before: Settings | undefined,
  after: Settings,
  role: Role,
  task: TaskChoice = {},
): Change {
  const then = destination(after, role, task);
  return before === undefined ? { then } : { now: destination(before, role, task), then };
}

function destination({ bundle }: Settings, role: Role, task: TaskChoice): Destination {
  const { route } = routeFor(bundle, role, task);
  const endpoint: Endpoint | undefined = endpointFor(bundle, role, route);
  return endpoint === undefined ? routeText(route) : `${routeText(route)} at ${endpoint.url}`;
}

function serviceImpact({ home }: Where, service: RunningService, isFollowing: boolean): ServiceImpact {
  const { project } = service;
  if (isFollowing) return { project, follows: true };
  const active = readable(() => activeProfile(placeOf(home, service)));
  const why = active === undefined ? "its own settings" : originText(active.origin);
  return { project, follows: false, why };
}

function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof WgError) return undefined;
    throw error;
  }
}
