// `wg service stop`: tells the service to end and waits until it has.
import { setTimeout as sleep } from "node:timers/promises";
import { WgError } from "../base/error.ts";
import { requireProject } from "../base/home.ts";
import { isAlive, processMark } from "../base/process.ts";
import { call } from "../ipc/client.ts";
import { socketPathOf } from "../ipc/socket.ts";
import type { Io } from "./io.ts";
import { printJson, say } from "./print.ts";

/** With the agents it may take ten seconds and some; a service that takes longer hangs. */
const stopLimitMs = 20_000;
const exitLimitMs = 10_000;

export async function stop(io: Io, options: { killAgents?: true; json?: true }): Promise<void> {
  const socketPath = socketPathOf(requireProject(io.cwd, io.env));
  const killAgents = options.killAgents === true;
  try {
    const { pid } = await call(socketPath, "ping", {}, { timeoutMs: 5000, signal: io.signal });
    const mark = processMark(pid);
    const limits = { timeoutMs: stopLimitMs, signal: io.signal };
    const { inFlight } = await call(socketPath, "stop", { killAgents }, limits);
    const untilMs = performance.now() + exitLimitMs;
    while (mark !== undefined && isAlive(mark)) {
      if (performance.now() > untilMs) throw stuck(pid);
      await sleep(20, undefined, { signal: io.signal });
    }
    if (options.json) return printJson(io, { stopped: true, pid, inFlight });
    const left = inFlight === 1 ? "1 worker goes on" : `${inFlight} workers go on`;
    say(io, `service stopped, pid ${pid}${inFlight > 0 ? `; ${left}` : ""}`);
  } catch (error) {
    if (!(error instanceof WgError && error.code === "no-service")) throw error;
    if (options.json) return printJson(io, { stopped: false });
    say(io, "no service runs here");
  }
}

function stuck(pid: number): WgError {
  return new WgError("service-slow", `the service was told to stop and still runs, pid ${pid}`, {
    hint: `kill ${pid} ends it at once; workers go on`,
  });
}
