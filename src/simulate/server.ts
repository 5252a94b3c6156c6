// The model server for rehearsal: three APIs on one loopback port, answered from a script.
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { errnoOf, messageOf, WgError } from "../base/error.ts";
import { handle, refuseUpgrade, type Shared } from "./handle.ts";
import { checkScript, defaultScript, type Script } from "./script.ts";
import type { SeenRequest } from "./seen.ts";

/** A running simulator. */
export interface Simulator {
  /** `http://127.0.0.1:<port>`, without a trailing slash. */
  url: string;
  port: number;
  /** What was asked so far, in order; the newest 10,000. */
  requests: readonly SeenRequest[];
  /** Answers from another script from now on, faults counted anew. Refuses (`bad-script`) and keeps the old one. */
  setScript(script: Script): void;
  /** Ends every connection, hanging ones too, and frees the port. May be called twice. */
  close(): Promise<void>;
}

const keptRequests = 10_000;

/**
 * Starts a simulator on 127.0.0.1; `port` 0 (the default) takes a free one. `log` is called once for each request, as
 * soon as it is known how it will be answered. Refuses with `bad-script`, `port-busy` or `cannot-listen`.
 */
export async function startSimulator(
  options: { port?: number; script?: Script; log?: (seen: SeenRequest) => void } = {},
): Promise<Simulator> {
  const requests: SeenRequest[] = [];
  const shared: Shared = {
    script: checkScript(options.script ?? defaultScript),
    met: new Map(),
    answered: 0,
    note(seen) {
      requests.push(seen);
      if (requests.length > keptRequests) requests.shift();
      options.log?.(seen);
    },
  };
  const server = http.createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    void handle(shared, request, response);
  });
  server.on("upgrade", (request, socket) => refuseUpgrade(shared, request, socket));
  await listen(server, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    setScript(script) {
      shared.script = checkScript(script);
      shared.met = new Map();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: http.Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(cannotListen(port, error)));
    server.listen({ port, host: "127.0.0.1" }, resolve);
  });
}

function cannotListen(port: number, error: Error): WgError {
  if (errnoOf(error) === "EADDRINUSE") {
    return new WgError("port-busy", `port ${port} is taken by another program`, {
      hint: "take another one with --port, or --port 0 for any that is free",
      cause: error,
    });
  }
  return new WgError("cannot-listen", `cannot listen on port ${port}: ${messageOf(error)}`, { cause: error });
}
