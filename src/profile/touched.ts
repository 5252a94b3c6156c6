// Whether settings may have changed since they were last found good; from file times alone, so that it costs nothing.
import * as fs from "node:fs";
import * as path from "node:path";
import type { ActiveProfile } from "../config/settings.ts";
import { isOfProject } from "./files.ts";
import type { Where } from "./where.ts";

/** To read what is active is quicker than to look at the times of more profiles than this. */
const manyProfiles = 200;

/**
 * False when a pointer decides and no settings file changed after it was written: a switch writes its pointer last,
 * when all of them were good. It looks at the time of the inode's change, which no copying tool sets back. A pointer that
 * came with a project, together with the profile it names, was never found good.
 */
export function mayBeTouched(
  { home, project }: Where,
  { name, origin }: Pick<ActiveProfile, "name" | "origin">,
): boolean {
  if (origin.layer !== "global" && origin.layer !== "project") return origin.layer !== "default";
  if (project && origin.layer === "project" && name && isOfProject(home, project, name)) return true;
  const profiles = profilesIn(home.profiles);
  if (profiles.length > manyProfiles) return true;
  const pointedMs = fs.statSync(origin.source, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const ofProject = project ? [project.config, home.trusted] : [];
  return [home.config, ...ofProject, home.profiles, ...profiles].some((file) => {
    const stat = fs.statSync(file, { throwIfNoEntry: false });
    return stat !== undefined && stat.ctimeMs >= pointedMs;
  });
}

function profilesIn(folder: string): string[] {
  try {
    return fs
      .readdirSync(folder)
      .filter((name) => name.endsWith(".toml"))
      .map((name) => path.join(folder, name));
  } catch {
    // A folder that cannot be listed is touched: the full look says why.
    return [folder];
  }
}
