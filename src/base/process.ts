// Who a process is: its pid with its start time, since a pid alone is used again.

import * as fs from "node:fs";
import { childProcess } from "./child-process.ts";
import { errnoOf } from "./error.ts";
import type { Env } from "./home.ts";

/** `started` is the kernel's own mark of when the process began; opaque, compared only for equality. */
export interface ProcessMark {
  pid: number;
  started: string;
}

/** The mark of a living process, or undefined when there is none with that pid (a zombie counts as gone). */
export function processMark(pid: number): ProcessMark | undefined {
  const started = process.platform === "linux" ? linuxStart(pid) : psStart(pid);
  return started === undefined ? undefined : { pid, started };
}

/** True while the very process that was marked still lives. */
export function isAlive(mark: ProcessMark): boolean {
  return processMark(mark.pid)?.started === mark.started;
}

/** Sends a signal to the marked process and no other; false when it is gone. */
export function signalProcess(mark: ProcessMark, signal: NodeJS.Signals): boolean {
  if (!isAlive(mark)) return false;
  try {
    process.kill(mark.pid, signal);
    return true;
  } catch (error) {
    if (errnoOf(error) === "ESRCH") return false;
    throw error;
  }
}

/** SIGKILL for a process group, by the pid of who leads it; false when there is no such group. */
export function killGroup(leader: number): boolean {
  try {
    process.kill(-leader, "SIGKILL");
    return true;
  } catch (error) {
    if (errnoOf(error) === "ESRCH") return false;
    throw error;
  }
}

/** What a process was started with, where the system tells: on Linux, of the user's own. Undefined too when it is gone. */
export function environmentOf(pid: number): Env | undefined {
  try {
    const entries = fs.readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    const pairs = entries.map((entry) => /^([^=]+)=(.*)$/s.exec(entry));
    return Object.fromEntries(pairs.flatMap((pair) => (pair?.[1] ? [[pair[1], pair[2] ?? ""]] : [])));
  } catch {
    return undefined;
  }
}

/** The same of the process that started this one. */
export function parentEnvironment(): Env | undefined {
  return environmentOf(process.ppid);
}

function linuxStart(pid: number): string | undefined {
  let stat: string;
  try {
    stat = fs.readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch {
    return undefined;
  }
  // The second field is the program's name in brackets and may hold spaces; count from its end.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state] = fields;
  const startTicks = fields[19];
  return state === "Z" || state === "X" ? undefined : startTicks;
}

function psStart(pid: number): string | undefined {
  try {
    const line = childProcess()
      .execFileSync("ps", ["-o", "state=,lstart=", "-p", String(pid)], { encoding: "utf8" })
      .trim();
    return line === "" || line.startsWith("Z") ? undefined : line.replace(/^\S+\s+/, "");
  } catch {
    return undefined;
  }
}
