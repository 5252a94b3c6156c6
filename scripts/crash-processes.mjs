// The processes of a game, found by their environment: whatever wg and its runs start keeps the HOME it was given.
import * as fs from "node:fs";

/** Every living process that was started with this HOME, with its command line. Linux. */
export function processesOf(home) {
  return fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const environment = fs.readFileSync(`/proc/${name}/environ`, "utf8").split("\0");
        if (!environment.includes(`HOME=${home}`)) return [];
        const line = fs.readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
        return [
          { pid: Number(name), line, isOfRun: environment.some((entry) => entry.startsWith("WG_RUN=")) },
        ];
      } catch {
        return [];
      }
    });
}

/** What a process of a game is: `service`, `worker`, `command` of a run, `git` that outlives its worker; else undefined. */
export function kindOf({ line, isOfRun }) {
  if (/main\.js service start .*--foreground/.test(line)) return "service";
  if (/main\.js worker /.test(line)) return "worker";
  if (line.includes("main.js")) return undefined;
  if (isOfRun) return "command";
  return /^\S*git /.test(line) ? "git" : undefined;
}

/** SIGKILL; false when there is nobody any more. */
export function kill(pid) {
  try {
    process.kill(pid, "SIGKILL");
    return true;
  } catch {
    return false;
  }
}
