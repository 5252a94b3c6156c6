// The processes of one run, and their sure end: by marker, by descent and by group, since each alone misses some.
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { markedPids } from "../base/marked.ts";
import { type ProcessMark, processMark } from "../base/process.ts";

/** In the environment of every process of a run, with the run's id. */
export const runMarker = "WG_RUN_ID";

/** SIGKILL takes milliseconds; this long only on a machine that hardly moves, or for what hangs in the kernel. */
const killLimitMs = 10_000;

/** So often nobody new must be found in a row: one look can miss a process that is just becoming another program. */
const quietLooks = 3;

/** `met`: every pid that was found alive; `left`: those that outlived SIGKILL. */
export interface Swept {
  met: number[];
  left: number[];
}

/**
 * Ends every process of a run, this one excepted: SIGTERM, after `graceMs` SIGKILL, until none is left or nothing
 * more can be done. Answers soon after `graceMs`, at the latest 10 s after it. `root` is the process the run was started as: with it also
 * those are found that dropped the marker but stayed in its group or below it. Never rejects.
 */
export async function sweepRun(
  runId: string,
  options: { root?: ProcessMark; graceMs?: number } = {},
): Promise<Swept> {
  const { root, graceMs = 2000 } = options;
  const met = new Set<number>();
  const mildUntilMs = performance.now() + graceMs;
  for (let isFirst = true; ; isFirst = false) {
    const found = runProcesses(runId, root);
    if (found.length === 0 && isGone(runId, root)) return { met: [...met], left: [] };
    for (const pid of found) met.add(pid);
    if (isFirst) for (const pid of found) signal(pid, "SIGTERM");
    if (performance.now() >= mildUntilMs) break;
    await sleep(60);
  }
  const killUntilMs = performance.now() + killLimitMs;
  for (;;) {
    const found = stopAll(runId, root, killUntilMs);
    if (found.length === 0) return { met: [...met], left: [] };
    for (const pid of found) met.add(pid);
    for (const pid of found) signal(pid, "SIGKILL");
    if (performance.now() >= killUntilMs) return { met: [...met], left: runProcesses(runId, root) };
    await sleep(15);
  }
}

/**
 * The processes of a run as they were seen: marked with it, in the group of `root`, or descended from any of these.
 * What was seen and is gone by now is among them: it may have left a successor.
 */
export function runProcesses(runId: string, root?: ProcessMark): number[] {
  const table = processTable();
  const found = new Set(markedPids(runMarker, runId));
  // A pid that now belongs to somebody else says nothing about groups.
  const group = root !== undefined && [undefined, root.started].includes(processMark(root.pid)?.started);
  for (const entry of table) if (group && entry.group === root.pid) found.add(entry.pid);
  for (let size = -1; size !== found.size; ) {
    size = found.size;
    for (const { pid, parent } of table) if (found.has(parent)) found.add(pid);
  }
  found.delete(process.pid);
  return [...found];
}

function isGone(runId: string, root: ProcessMark | undefined): boolean {
  for (let look = 1; look < quietLooks; look++) if (runProcesses(runId, root).length > 0) return false;
  return true;
}

// What forks faster than we kill must be stopped first: a stopped process has no more children.
function stopAll(runId: string, root: ProcessMark | undefined, untilMs: number): number[] {
  const stopped = new Set<number>();
  for (let quiet = 0; ; ) {
    const fresh = runProcesses(runId, root).filter((pid) => !stopped.has(pid));
    for (const pid of fresh) {
      signal(pid, "SIGSTOP");
      stopped.add(pid);
    }
    quiet = fresh.length === 0 ? quiet + 1 : 0;
    if (quiet === quietLooks || performance.now() >= untilMs) return [...stopped];
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone meanwhile; whoever looks again sees it.
  }
}

interface Entry {
  pid: number;
  parent: number;
  group: number;
}

function processTable(): Entry[] {
  return process.platform === "linux" ? linuxTable() : psTable();
}

function linuxTable(): Entry[] {
  return fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => linuxEntry(Number(name)))
    .filter((entry) => entry !== undefined);
}

function linuxEntry(pid: number): Entry | undefined {
  let stat: string;
  try {
    stat = fs.readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch {
    return undefined;
  }
  // The second field is the program's name in brackets and may hold spaces; count from its end.
  const [state, parent, group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (state === "Z" || state === "X") return undefined;
  return { pid, parent: Number(parent), group: Number(group) };
}

function psTable(): Entry[] {
  const text = execFileSync("ps", ["-axo", "pid=,ppid=,pgid=,state="], {
    encoding: "utf8",
    maxBuffer: 16 * 1024 * 1024,
  });
  return text
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([pid, , , state]) => pid !== "" && !state?.startsWith("Z"))
    .map(([pid, parent, group]) => ({ pid: Number(pid), parent: Number(parent), group: Number(group) }));
}
