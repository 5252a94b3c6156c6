// The processes that work for a project, found by their environment.
import * as fs from "node:fs";

/** Every process but this one whose environment names the project as that of its run. Linux. */
export function markedBy(project) {
  return fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      try {
        const environment = fs.readFileSync(`/proc/${name}/environ`, "utf8");
        if (!environment.split("\0").includes(`WG_PROJECT=${project}`)) return [];
        const line = fs.readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
        return [{ pid: Number(name), line }];
      } catch {
        return [];
      }
    });
}
