// `wg init --route`: the profile of a route, made where it is missing, and active from then on.
import { WgError } from "../base/error.ts";
import type { Project } from "../base/home.ts";
import { nearest } from "../base/nearest.ts";
import { activeProfile } from "../profile/active.ts";
import { profilePath } from "../profile/files.ts";
import { useProfile } from "../profile/switch.ts";
import type { Where } from "../profile/where.ts";
import { portsOf } from "../setup/ports.ts";
import { ensureRouteProfile, type RouteName, type RouteProfile, routeProfiles } from "../setup/route.ts";
import type { Io } from "./io.ts";
import { plain, say } from "./print.ts";
import { changedBy } from "./profile-place.ts";
import { tellSwitch } from "./profile-use.ts";
import { switchCheck } from "./switch-check.ts";
import { whereOf } from "./where.ts";

export interface RouteOptions {
  route?: string;
  model?: string;
  endpoint?: string;
}

/** The profile of the route that was asked for; undefined when none was. Nothing is switched yet. */
export async function prepareRoute(
  io: Io,
  { route, model, endpoint }: RouteOptions,
): Promise<RouteProfile | undefined> {
  if (route === undefined) {
    if (model === undefined && endpoint === undefined) return undefined;
    throw new WgError("usage", "-m and -e say more about --route, which is missing", {
      exit: 2,
      hint: "for example: wg init --route local -e http://127.0.0.1:8088",
    });
  }
  const wish = {
    route: routeNamed(route),
    ports: portsOf(io.env["WG_SETUP_PORTS"]),
    ...(model !== undefined && { model }),
    ...(endpoint !== undefined && { url: endpoint }),
  };
  return ensureRouteProfile(whereOf(io), wish, io.signal);
}

/**
 * Makes the profile the active one: everywhere where nothing is active yet, else for this project alone, since other
 * projects have not asked to be switched. Refuses what a check calls a definite no, unless that is left out. What happened
 * is said, except for `json`.
 */
export async function activateRoute(
  io: Io,
  { name, made }: RouteProfile,
  project: Project,
  { check, json }: { check: boolean; json: boolean },
): Promise<void> {
  const everywhere = whereOf(io);
  const where: Where = { ...everywhere, project };
  const { project: _, ...global } = where;
  const isFree = [undefined, name].includes(activeProfile({ ...global, env: {} }).name);
  const request = {
    target: { kind: "named" as const, word: name },
    ...(!isFree && { project }),
    ...(check && { check: switchCheck(io, where) }),
    by: changedBy(io),
    now: io.now,
  };
  if (made && !json) say(io, `made ${plain(profilePath(where.home, name))}`);
  const outcome = await useProfile(where, request, io.signal);
  if (!json) tellSwitch(io, outcome);
}

function routeNamed(word: string): RouteName {
  const names = Object.keys(routeProfiles) as RouteName[];
  const found = names.find((name) => name === word);
  if (found) return found;
  const guess = names.find((name) => word !== "" && name.startsWith(word)) ?? nearest(word, names);
  throw new WgError("usage", `unknown route ${JSON.stringify(word.slice(0, 60))}`, {
    exit: 2,
    hint: guess ? `did you mean ${guess}?` : `routes: ${names.join(", ")}`,
  });
}
