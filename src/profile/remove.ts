// A profile's file taken away; where it is active and that is forced, after a switch away from it.
import { WgError } from "../base/error.ts";
import { removeFile } from "../base/file.ts";
import type { Project } from "../base/home.ts";
import { activeProfile } from "./active.ts";
import { extendedFrom } from "./chain.ts";
import { whileSwitching } from "./commit.ts";
import { profileNames, profilePath } from "./files.ts";
import { exactMatch } from "./name.ts";
import { placeOf } from "./nudge.ts";
import type { SwitchOutcome } from "./outcome.ts";
import { readPointer } from "./pointer.ts";
import { matchOwn } from "./project-profiles.ts";
import { runningServices } from "./services.ts";
import { type SwitchRequest, switchNow } from "./switch.ts";
import type { Where } from "./where.ts";

export interface RemoveRequest extends Pick<SwitchRequest, "by" | "now"> {
  /** The name in full: what is to be lost is not guessed at. */
  word: string;
  /** Also when it is active, or another profile extends it. */
  force: boolean;
}

export interface Removed {
  name: string;
  path: string;
  /** The switches away from it that came first. */
  switches: SwitchOutcome[];
  /** The profiles that extend it, and cannot be used without it. */
  orphans: string[];
}

/**
 * Removes a profile. Refuses one that is active here, everywhere or for a running service, and one that another extends,
 * unless forced: then the global pointer and that of this project are cleared where they name it. Workers keep their
 * plan; a service with a choice of its own keeps its last good revision.
 */
export function removeProfile(where: Where, request: RemoveRequest, signal: AbortSignal): Promise<Removed> {
  return whileSwitching(where.home, signal, () => removeNow(where, request, signal));
}

async function removeNow(where: Where, request: RemoveRequest, signal: AbortSignal): Promise<Removed> {
  const { home, project } = where;
  const { word, force, by, now } = request;
  const names = profileNames(home);
  const name = matchOwn(where, word);
  if (name !== exactMatch(word, names)) throw notInFull(word, name);
  const orphans = extendedFrom(home, name);
  if (!force) await refuseUsed(where, name, orphans);
  const switches: SwitchOutcome[] = [];
  for (const owner of [undefined, ...(project ? [project] : [])]) {
    if (!isPointedAt(where, owner, name)) continue;
    const away = { target: { kind: "clear" as const }, ...(owner && { project: owner }), by, now };
    switches.push(await switchNow(where, away, signal));
  }
  const path = profilePath(home, name);
  removeFile(path);
  return { name, path, switches, orphans };
}

async function refuseUsed(where: Where, name: string, orphans: readonly string[]): Promise<void> {
  const hint = "--force deletes it all the same";
  for (const owner of [undefined, ...(where.project ? [where.project] : [])]) {
    if (!isPointedAt(where, owner, name)) continue;
    const whose = owner === undefined ? "is active" : `is active in ${owner.root}`;
    throw new WgError("profile-active", `profile "${name}" ${whose}`, {
      hint: `switch away from it first; ${hint} and clears the pointer`,
    });
  }
  const service = runningServices(where.home).find((each) => isActiveAt(placeOf(where.home, each), name));
  if (service !== undefined) {
    throw new WgError("profile-active", `the service of ${service.project} runs on profile "${name}"`, {
      hint,
    });
  }
  const { refuseSide } = await import("./canary-uses.ts");
  refuseSide(where, name, `end it first: wg profile abort; ${hint}, and its runs go on as they were kept`);
  if (orphans.length > 0) {
    throw new WgError("profile-extended", `profile "${name}" is extended by ${orphans.join(", ")}`, { hint });
  }
}

/** True when the pointer of a project, or the global one, names the profile. */
function isPointedAt({ home }: Where, project: Project | undefined, name: string): boolean {
  const pointer = readPointer(project?.pointer ?? home.pointer);
  return pointer.kind === "profile" && pointer.name === name;
}

function isActiveAt(place: Where, name: string): boolean {
  try {
    return activeProfile(place).name === name;
  } catch (error) {
    if (error instanceof WgError) return false;
    throw error;
  }
}

function notInFull(word: string, name: string): WgError {
  return new WgError("no-profile", `profile "${word}" not found`, {
    hint: `write the name in full: ${name}`,
  });
}
