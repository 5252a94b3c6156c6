// The world of a drill: a temporary home and project, a service of its own, and a simulator for each place work would go.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { WgError } from "../base/error.ts";
import { makeFolder, writeText } from "../base/file.ts";
import { homeOf, projectAt } from "../base/home.ts";
import { isAlive, type ProcessMark, processMark, signalProcess } from "../base/process.ts";
import { tomlLiteral } from "../config/literal.ts";
import type { Cooling, CoolingClass } from "../cooling/cooling.ts";
import { changeCooling, readCoolings } from "../cooling/files.ts";
import { closeGraph, createGraph } from "../graph/database.ts";
import { listRuns, type Run } from "../graph/run.ts";
import { addTask, requireTask } from "../graph/task.ts";
import { call } from "../ipc/client.ts";
import { socketPathOf } from "../ipc/socket.ts";
import { profilePath } from "../profile/files.ts";
import { pointAt, pointerWord, readPointer } from "../profile/pointer.ts";
import { startService } from "../service/start.ts";
import type { Fault } from "../simulate/script.ts";
import { type Simulator, startSimulator } from "../simulate/server.ts";
import type { Io } from "./io.ts";

/** A profile that takes part: under its own name, with a stand-in for its model and for where its work goes. */
export interface Part {
  name: string;
  /** What it really runs, for people. */
  route: string;
  model: string;
  /** Parts with the same one share a simulator, as they would share a quota. */
  destination: string;
}

export interface DrillPlace {
  /** From now on runs are turned away there. */
  turnAway(destination: string, failure: CoolingClass): Promise<void>;
  answerAgain(destination: string): Promise<void>;
  startService(): Promise<void>;
  /** Adds a task and waits until it is over or has to wait; its runs, the first one first. */
  work(id: string): Promise<Run[]>;
  /** What cools, each under the name of the place it stands for. */
  coolings(): Cooling[];
  /** As though all that cools had rested. */
  rest(): void;
  /** The profile that the pointer names. */
  pointer(): string;
  /** Ends everything and removes it. */
  end(): Promise<void>;
}

const workLimitMs = 60_000;
const stopLimitMs = 15_000;
const faults: Record<Exclude<CoolingClass, "unreachable">, Fault> = {
  // Days, so that it shows who decides for how long something is left alone.
  quota: { status: 429, retry_after: 406_080, message: "the quota is used up" },
  auth: { status: 401, message: "the key is not valid" },
};

/** Makes the world of these profiles; the first is the active one, and the others are its fallbacks. */
export async function makeDrillPlace(io: Io, parts: readonly Part[]): Promise<DrillPlace> {
  const { env, now, signal } = io;
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "wg-drill-")));
  const own = {
    PATH: env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin",
    LANG: env["LANG"] ?? "C.UTF-8",
    HOME: path.join(root, "home"),
    WG_HOME: path.join(root, "home", ".wg"),
    NO_COLOR: "1",
  };
  const home = homeOf(own);
  const project = projectAt(path.join(root, "project"));
  const place = { home, project };
  for (const folder of [home.profiles, project.folder]) makeFolder(folder);
  const simulators = new Map<string, Simulator>();
  for (const { destination } of parts) {
    if (!simulators.has(destination))
      simulators.set(destination, await startSimulator({ script: answering }));
  }
  const simulatorOf = (destination: string): Simulator => {
    const found = simulators.get(destination);
    if (found === undefined) throw new Error(`nothing stands in for ${destination}`);
    return found;
  };
  writeParts(home, parts, (destination) => simulatorOf(destination).url);
  const graph = createGraph(project);
  let service: ProcessMark | undefined;
  const isSettled = (id: string) => {
    const { status, hold } = requireTask(graph, id);
    return status === "done" || status === "failed" || hold !== undefined;
  };
  return {
    async turnAway(destination, failure) {
      const simulator = simulatorOf(destination);
      if (failure === "unreachable") await simulator.close();
      else simulator.setScript({ rules: [{ fault: faults[failure] }] });
    },
    async answerAgain(destination) {
      const { port, close } = simulatorOf(destination);
      await close();
      simulators.set(destination, await startSimulator({ port, script: answering }));
    },
    async startService() {
      const program = { node: process.execPath, main: fs.realpathSync(process.argv[1] ?? "") };
      // Not to be interrupted: a service that nobody has heard of could not be ended.
      const { pid } = await startService(project, own, program, [], new AbortController().signal);
      service = processMark(pid);
    },
    async work(id) {
      addTask(graph, { id, title: "a piece of work" }, now());
      const untilMs = performance.now() + workLimitMs;
      // A task that is held may be let go of a moment later, when the service has found another place for it.
      for (let quietMs = 0; quietMs < 3000; ) {
        if (performance.now() > untilMs)
          throw new WgError("drill-stuck", `nothing came of it within a minute`);
        await sleep(50);
        signal.throwIfAborted();
        const { status } = requireTask(graph, id);
        if (status === "done" || status === "failed") break;
        quietMs = isSettled(id) ? quietMs + 50 : 0;
      }
      return listRuns(graph, { task: id }).reverse();
    },
    coolings: () =>
      readCoolings(place, now()).list.map((cooling) => {
        const met = parts.find(({ destination }) =>
          cooling.destination.includes(simulatorOf(destination).url),
        );
        return { ...cooling, destination: met?.destination ?? cooling.destination };
      }),
    rest() {
      for (const { destination } of readCoolings(place, now()).list) {
        changeCooling(place, destination, (before) => before && { ...before, until: now().toISOString() });
      }
    },
    pointer: () => pointerWord(readPointer(home.pointer), "everywhere"),
    async end() {
      if (service !== undefined) await stopService(socketPathOf(project), service);
      closeGraph(graph);
      for (const simulator of simulators.values()) await simulator.close();
      fs.rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

const answering = { rules: [{ steps: [{ final: "rehearsed" }] }] };

function writeParts(home: DrillHome, parts: readonly Part[], urlOf: (destination: string) => string): void {
  const [active, ...fallbacks] = parts;
  for (const { name, model, destination } of parts) {
    const chain = name === active?.name ? fallbacks.map((part) => part.name) : [];
    const text = [
      `fallback = ${tomlLiteral(chain)}`,
      "[agent]",
      `model = ${tomlLiteral(`local:${model || "agent"}`)}`,
      "[[llm_endpoints.endpoints]]",
      'name = "simulated"',
      'provider = "oai-compat"',
      `url = ${tomlLiteral(urlOf(destination))}`,
    ].join("\n");
    writeText(name === "base" ? home.config : profilePath(home, name), `${text}\n`);
  }
  if (active !== undefined && active.name !== "base") pointAt(home.pointer, active.name);
}

type DrillHome = ReturnType<typeof homeOf>;

/** Asked first, then made to: nothing of a drill lives on. */
async function stopService(socket: string, service: ProcessMark): Promise<void> {
  const limits = { timeoutMs: stopLimitMs, signal: new AbortController().signal };
  await call(socket, "stop", { killAgents: true }, limits).catch((error: unknown) => {
    if (!(error instanceof WgError)) throw error;
  });
  for (let waitedMs = 0; isAlive(service) && waitedMs < 5000; waitedMs += 20) await sleep(20);
  signalProcess(service, "SIGKILL");
}
