// A pretended machine: programs on a PATH of its own, and model servers on ports that are free.
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { makePlaceHere } from "./here.ts";
import type { Place } from "./wg.ts";

export interface Machine extends Place {
  /** Puts a program on PATH that says its version when asked, and leaves a trace of every other call. */
  program(name: string, version: string): void;
  /** A model server that lists these models; answers its port. */
  server(...models: string[]): Promise<number>;
  /** The text of a profile's file, undefined where there is none. */
  profile(name: string): string | undefined;
  end(): Promise<void>;
}

/** A place with nothing on PATH but what is put there, and no ports to look at but those that are opened. */
export function makeMachine(env: Record<string, string> = {}): Machine {
  const place = makePlaceHere(env);
  const bin = path.join(place.home, "bin");
  fs.mkdirSync(bin);
  place.env["PATH"] = bin;
  // A port of nobody's, so that real servers of this machine are never asked.
  place.env["WG_SETUP_PORTS"] = "1";
  const servers: http.Server[] = [];
  return {
    ...place,
    program(name, version) {
      const script = `#!/bin/sh\n[ "$1" = --version ] && [ $# = 1 ] && echo "${version}" && exit 0\necho "$@" >> ${bin}/calls\n`;
      fs.writeFileSync(path.join(bin, name), script, { mode: 0o755 });
    },
    async server(...models) {
      const body = JSON.stringify({ object: "list", data: models.map((id) => ({ id, object: "model" })) });
      const server = http.createServer((_, response) => response.end(body));
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return (server.address() as AddressInfo).port;
    },
    profile(name) {
      const file = path.join(place.home, ".wg", "profiles", `${name}.toml`);
      return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined;
    },
    async end() {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
      place.remove();
    },
  };
}
