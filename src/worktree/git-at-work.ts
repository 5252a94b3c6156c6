// Whether somebody's git is at work in a repository right now.
import * as fs from "node:fs";
import * as path from "node:path";
import { childProcess } from "../base/child-process.ts";

/** In the environment of a worker, whose gits lock nothing that others share. */
const workerMarker = "WG_WORKER=";

/**
 * True while a git works in `folder` or below, but for those of wg's workers; where the system does not tell where it works,
 * while there is any.
 */
export function gitAtWork(folder: string): boolean {
  return process.platform === "linux" ? linuxAtWork(folder) : psAtWork();
}

function linuxAtWork(folder: string): boolean {
  return fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => {
      try {
        if (!/^git\b/.test(fs.readFileSync(`/proc/${pid}/comm`, "utf8"))) return false;
        const cwd = fs.readlinkSync(`/proc/${pid}/cwd`);
        if (cwd !== folder && !cwd.startsWith(`${folder}${path.sep}`)) return false;
        return !fs.readFileSync(`/proc/${pid}/environ`, "utf8").includes(workerMarker);
      } catch {
        // Gone meanwhile, or another user's.
        return false;
      }
    });
}

function psAtWork(): boolean {
  const lines = childProcess()
    .execFileSync("ps", ["-axEww", "-o", "command="], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 })
    .split("\n");
  return lines.some((line) => /^(\S*\/)?git(-\w+)? /.test(line) && !line.includes(` ${workerMarker}`));
}
