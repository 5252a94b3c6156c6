// `wg status --check`: the servers of the active profile asked, and what came of it remembered.
import { WgError } from "../base/error.ts";
import { checkQuickly } from "../check/check.ts";
import { rememberChecks } from "../check/last-check.ts";
import { spawnPlaces } from "../check/place.ts";
import { loadSettings } from "../profile/load.ts";
import { runningServices, serves } from "../profile/services.ts";
import type { Where } from "../profile/where.ts";
import type { Io } from "./io.ts";
import { callersPlace } from "./switch-check.ts";

/** Checks what is active, as its runs would be started. Settings that cannot be used are left to the screen. */
export async function checkActive(io: Io, where: Where): Promise<void> {
  const { project } = where;
  const own = project && runningServices(where.home).find((service) => serves(service, project));
  try {
    const { settings } = loadSettings(where);
    const places = spawnPlaces(callersPlace(io, where), own === undefined ? [] : [own]);
    const checks = await checkQuickly(
      places.map((place) => ({ settings, place })),
      io.signal,
    );
    rememberChecks(where.home, checks, io.now());
  } catch (error) {
    if (!(error instanceof WgError) || io.signal.aborted) throw error;
  }
}
