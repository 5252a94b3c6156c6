// Processes found by a variable in their environment: the way to find what has left its process group.
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { type ProcessMark, processMark } from "./process.ts";

/** Every living process of this user that was started with `name=value` in its environment, except this one. */
export function markedProcesses(name: string, value: string): ProcessMark[] {
  const pids = process.platform === "linux" ? linuxPids(`${name}=${value}`) : psPids(`${name}=${value}`);
  return pids
    .filter((pid) => pid !== process.pid)
    .map(processMark)
    .filter((mark) => mark !== undefined);
}

function linuxPids(entry: string): number[] {
  const pids = fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => environmentOf(pid).split("\0").includes(entry)).map(Number);
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
  const lines = execFileSync("ps", ["-axEww", "-o", "pid=,command="], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  }).split("\n");
  return lines.filter((line) => `${line} `.includes(` ${entry} `)).map((line) => Number.parseInt(line, 10));
}
