// From where runs would be started: the running services that follow, each with the environment it was given.
import type { Env } from "../base/home.ts";
import { environmentOf } from "../base/process.ts";
import type { RunningService } from "../profile/services.ts";

/** The environment runs would inherit, and the folder they would work in. `service` is the project of the service that has it. */
export interface SpawnPlace {
  env: Env;
  cwd: string;
  service?: string;
}

/**
 * The place of every service, or the caller's own where there is none. Where the system does not tell the environment
 * of another process, the caller's stands for it.
 */
export function spawnPlaces(
  own: Pick<SpawnPlace, "env" | "cwd">,
  services: readonly RunningService[],
): SpawnPlace[] {
  if (services.length === 0) return [own];
  return services.map(({ project, mark }) => {
    const env = environmentOf(mark.pid);
    return env === undefined ? { ...own, cwd: project } : { env, cwd: project, service: project };
  });
}
