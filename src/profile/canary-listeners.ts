// The running services that a canary concerns.
import { WgError } from "../base/error.ts";
import type { Home, Project } from "../base/home.ts";
import { activeProfile } from "./active.ts";
import { canaryFile, canaryFileFor } from "./canary.ts";
import { type Listener, placeOf } from "./nudge.ts";
import { runningServices, serves } from "./services.ts";
import type { Where } from "./where.ts";

/** Every service to tell of a canary of this pointer; those follow whose own place it decides. */
export function canaryListeners(home: Home, project: Project | undefined): Listener[] {
  const file = canaryFile(home, project);
  return runningServices(home)
    .filter((service) => project === undefined || serves(service, project))
    .map((service) => ({ service, follows: isTheirs(placeOf(home, service), file) }));
}

function isTheirs(place: Where, file: string): boolean {
  try {
    return canaryFileFor(place, activeProfile(place).origin) === file;
  } catch (error) {
    if (error instanceof WgError) return false;
    throw error;
  }
}
