// Whether settings may have changed since they were last found good; from file times alone, so that it costs nothing.
import * as fs from "node:fs";
import * as path from "node:path";
import type { Origin } from "../config/settings.ts";
import type { Where } from "./where.ts";

/**
 * False when a pointer decides and no settings file changed after it was written: a switch writes its pointer last,
 * when all of them were good. It looks at the time of the inode's change, which no copying tool sets back.
 */
export function mayBeTouched({ home, project }: Where, deciding: Origin): boolean {
  if (deciding.layer !== "global" && deciding.layer !== "project") return deciding.layer !== "default";
  const pointedMs = fs.statSync(deciding.source, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const configs = [home.config, ...(project ? [project.config] : [])];
  return [...configs, home.profiles, ...profilesIn(home.profiles)].some((file) => {
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
