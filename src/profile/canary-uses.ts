// Which canaries are on that a profile is a side of, so that its name is not taken from under them.
import { WgError } from "../base/error.ts";
import { type Project, projectAt } from "../base/home.ts";
import { type Canary, canaryOf } from "./canary.ts";
import { runningServices } from "./services.ts";
import type { Where } from "./where.ts";

/** Refuses (`canary-on`) a profile that `isSide`. */
export function refuseSide(where: Where, name: string, hint: string): void {
  if (!isSide(where, name)) return;
  throw new WgError("canary-on", `profile "${name}" is a side of a canary that is on`, { hint });
}

/** True for a side of the global canary, of that of this project or of one with a running service. */
export function isSide(where: Where, name: string): boolean {
  const roots = [where.project?.root, ...runningServices(where.home).map(({ project }) => project)];
  const projects = [...new Set(roots)].flatMap((root) => (root === undefined ? [] : [projectAt(root)]));
  const canaries = [undefined, ...projects].flatMap((project) => readable(where, project) ?? []);
  return canaries.some(({ main, canary }) => main.profile === name || canary.profile === name);
}

function readable({ home }: Where, project: Project | undefined): Canary | undefined {
  try {
    return canaryOf(home, project);
  } catch (error) {
    if (error instanceof WgError) return undefined;
    throw error;
  }
}
