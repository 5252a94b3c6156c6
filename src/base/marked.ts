// Processes found by a variable in their environment: the way to find what has left its process group.

import * as fs from "node:fs";
import { childProcess } from "./child-process.ts";
import { type ProcessMark, processMark } from "./process.ts";

/** Every living process of this user that was started with `name=value` in its environment, except this one. */
export function markedProcesses(name: string, value: string): ProcessMark[] {
  return markedPids(name, value)
    .map(processMark)
    .filter((mark) => mark !== undefined);
}

/** The pids of such processes as they were seen; some may be gone by the time this answers. */
export function markedPids(name: string, value: string): number[] {
  const pids = process.platform === "linux" ? linuxPids(`${name}=${value}`) : psPids(`${name}=${value}`);
  return pids.filter((pid) => pid !== process.pid);
}

// A process that is replaced by another while we look would slip through: look until nobody new is there.
function linuxPids(entry: string): number[] {
  const seen = new Set<string>();
  const found: number[] = [];
  for (;;) {
    const fresh = fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name) && !seen.has(name));
    if (fresh.length === 0) return found;
    for (const pid of fresh) {
      seen.add(pid);
      if (environmentOf(pid).split("\0").includes(entry)) found.push(Number(pid));
    }
  }
}

function environmentOf(pid: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    // Gone meanwhile, or another user's.
    return "";
  }
}

function psPids(entry: string): number[] {
  const lines = childProcess()
    .execFileSync("ps", ["-axEww", "-o", "pid=,command="], {
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    })
    .split("\n");
  return lines.filter((line) => `${line} `.includes(` ${entry} `)).map((line) => Number.parseInt(line, 10));
}
