// The check of a switch: what the target would run on, in the environment of whoever would start its runs.
import { checkQuickly } from "../check/check.ts";
import { rememberChecks } from "../check/last-check.ts";
import { type SpawnPlace, spawnPlaces } from "../check/place.ts";
import { refusalOf, warningsOf } from "../check/refusal.ts";
import type { ProfileCheck } from "../check/verdict.ts";
import type { Settings } from "../config/settings.ts";
import { loadAs } from "../profile/load.ts";
import { placeOf } from "../profile/nudge.ts";
import type { RunningService } from "../profile/services.ts";
import type { SwitchCheck } from "../profile/switch.ts";
import type { Where } from "../profile/where.ts";
import type { Io } from "./io.ts";

/** Refuses with `check-failed` (exit 3) on a definite no; answers what is not known as warnings. */
export function switchCheck(io: Io, where: Where): SwitchCheck {
  return async (target, followers) => {
    const checks = await checkTarget(io, where, target, followers);
    rememberChecks(where.home, checks, io.now());
    const refusal = refusalOf(checks);
    if (refusal !== undefined) throw refusal;
    return warningsOf(checks);
  };
}

/** The quick check of a profile that is to become the active one: once for every service that follows, as it would run it. */
export function checkTarget(
  io: Io,
  where: Where,
  target: Settings,
  followers: readonly RunningService[],
): Promise<ProfileCheck[]> {
  const places = spawnPlaces(callersPlace(io, where), followers);
  const requests = places.map((place, at) => {
    const service = followers[at];
    // Its project may name other programs than this one.
    const settings =
      service === undefined ? target : loadAs(placeOf(where.home, service), target.active).settings;
    return { settings, place };
  });
  return checkQuickly(requests, io.signal);
}

/** From where the caller's own runs would be started. */
export function callersPlace(io: Io, { project }: Where): SpawnPlace {
  return { env: io.env, cwd: project?.root ?? io.cwd };
}
