// The real agent CLIs against a simulated model server: dummy keys, a home of their own, nothing but 127.0.0.1.
import { execFileSync } from "node:child_process";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { sha256 } from "../../src/base/canonical.ts";
import { providerOf } from "../../src/base/endpoint.ts";
import type { Plan } from "../../src/graph/plan.ts";
import type { Job } from "../../src/handlers/handler.ts";
import { type Simulator, startSimulator } from "../../src/simulate/server.ts";
import { makeJob, makeRunPlace, type RunPlace } from "./contract.ts";

export type Agent = "claude" | "codex";
/** Agents for the acp handler. */
export type AcpAgent = "claude-acp" | "qwen";

/** The key of the planned endpoint, and how a simulator tells it in `SeenRequest.key`. */
export const plannedKey = "sk-planned-0123456789";
export const plannedKeyMark = sha256(plannedKey).slice(0, 8);

/** The models the tests ask for. */
export const modelOf: Record<Agent, string> = { claude: "opus", codex: "gpt-5.5" };

/** The pinned CLIs; throws, saying how to install them, when one is not there in its exact version. */
export function agentPrograms(): Record<Agent | AcpAgent, string> {
  const script = path.resolve(import.meta.dirname, "..", "..", "scripts", "agents.mjs");
  return JSON.parse(execFileSync(process.execPath, [script, "--where"], { encoding: "utf8" }));
}

/** A place and a simulator for one test. Outside /tmp, which Codex lets every workspace run write to. */
export interface Rehearsal {
  place: RunPlace;
  simulator: Simulator;
  /** A job of that agent at the simulator. */
  job(agent: Agent, changes?: Partial<Plan>): Job;
  end(): Promise<void>;
}

export async function startRehearsal(): Promise<Rehearsal> {
  const programs = agentPrograms();
  const place = makeRunPlace("/var/tmp");
  const simulator = await startSimulator();
  return {
    place,
    simulator,
    job: (agent, changes = {}) => {
      const job = makeJob(place, agent, {
        route: { handler: agent, model: modelOf[agent] },
        command: programs[agent],
        endpoint: {
          name: "rehearsal",
          provider: providerOf[agent],
          url: simulator.url,
          keyRef: "env:PLANNED_KEY",
        },
        ...changes,
      });
      return { ...job, env: { ...job.env, PLANNED_KEY: plannedKey } };
    },
    end: async () => {
      await simulator.close();
      place.remove();
    },
  };
}

/** A proxy that turns everything down and tells what was asked for, as `host:port` or url. */
export async function startProxy(
  tell: (target: string) => void,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = http.createServer((request, response) => {
    tell(request.url ?? "");
    response.writeHead(403).end();
  });
  server.on("connect", (request, socket) => {
    tell(request.url ?? "");
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
