// A project with a service in it, for tests: started, looked at, killed, and surely gone at the end.
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { processMark, signalProcess } from "../../src/base/process.ts";
import { isPlayedHere, playHere } from "./here.ts";
import { type Ended, makePlace, type Place } from "./wg.ts";

/** What `wg service status --json` and `wg list --json` say, as far as tests look at it. */
export interface Status {
  running: boolean;
  pid: number;
  maxAgents: number;
  applied: {
    profile: string;
    revision: string;
    pinned?: string;
    problem?: { message: string; at?: { path: string; line?: number } };
  };
  lastReload: { result: string };
  inFlight: { run: string; task: string; profile: string; revision: string; pid?: number }[];
  ready: number;
  waiting: { task: string; problem: string }[];
}

export interface ServicePlace extends Place {
  /** Plays a command, in this process where that is the same, and expects it to be done; answers its stdout. */
  ok(...args: string[]): Promise<string>;
  status(): Promise<Status>;
  start(...args: string[]): Promise<Status>;
  /** Waits (at most a minute) until `step` answers something true, and answers that. */
  until<T>(what: string, step: () => Promise<T | false | undefined> | T | false | undefined): Promise<T>;
  /** A file of the project, its lines; none when it does not exist. */
  lines(file: string): string[];
  /** Ends the service and all its workers, and removes everything. */
  end(): Promise<void>;
}

/** A fresh project, `wg init` done, no service yet. */
export async function makeServicePlace(env: Record<string, string> = {}): Promise<ServicePlace> {
  const place = makePlace(env);
  const done = (ended: Ended): string => {
    expect(ended, ended.stderr).toMatchObject({ status: 0 });
    return ended.stdout;
  };
  const all: ServicePlace = {
    ...place,
    ok: async (...args) => done(await (isPlayedHere(args) ? playHere(place, args) : place.wg(...args))),
    status: async () => JSON.parse((await playHere(place, ["service", "status", "--json"])).stdout),
    start: async (...args) => JSON.parse(done(await place.wg("service", "start", "--json", ...args))),
    async until(what, step) {
      const untilMs = performance.now() + 60_000;
      while (performance.now() < untilMs) {
        const found = await step();
        if (found) return found;
        await sleep(30);
      }
      const log = all.lines(".wg/service/log").slice(-20).join("\n");
      throw new Error(`never came true: ${what}\n${log}`);
    },
    lines(file) {
      const whole = path.join(place.project, file);
      return fs.existsSync(whole) ? fs.readFileSync(whole, "utf8").split("\n").filter(Boolean) : [];
    },
    async end() {
      await playHere(place, ["service", "stop", "--kill-agents"]);
      place.remove();
    },
  };
  await all.ok("init");
  return all;
}

/** SIGKILL, which a process that has just ended does not need any more. */
export function killNow(pid: number): void {
  const mark = processMark(pid);
  if (mark !== undefined) signalProcess(mark, "SIGKILL");
}

/** Shell: adds a line to the file `twice` for each process listed in `file` that still lives. A zombie does not. */
export function tellOfOthers(file: string): string {
  return `for p in $(cat ${file} 2>/dev/null); do ps -o stat= -p $p | grep -q '^[^Z]' && echo $p >> twice; done`;
}
