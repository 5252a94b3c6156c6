// From where runs would be started: the running services that follow, each with the environment it was given.
import * as fs from "node:fs";
import type { Env } from "../base/home.ts";
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

/** What a process was started with; Linux only. */
function environmentOf(pid: number): Env | undefined {
  try {
    const entries = fs.readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    const pairs = entries.map((entry) => /^([^=]+)=(.*)$/s.exec(entry));
    return Object.fromEntries(pairs.flatMap((pair) => (pair?.[1] ? [[pair[1], pair[2] ?? ""]] : [])));
  } catch {
    // No such file system, or the process is gone by now.
    return undefined;
  }
}
