// `wg simulate`: a model server for rehearsal on this machine.
import * as fs from "node:fs";
import * as path from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { messageOf, placeText, WgError } from "../base/error.ts";
import type { SeenRequest } from "../simulate/seen.ts";
import type { Simulator } from "../simulate/server.ts";
import type { Io } from "./io.ts";
import { print, say, schemaVersion } from "./print.ts";

interface Options {
  port: number;
  script?: string;
  log: string;
  json?: true;
}

const examples = `
Examples:
  wg simulate                                 answer everything with one harmless command, then "done"
  wg simulate --script quota.toml             answer as the script says; edits to it count at once
  wg simulate --port 0 --json                 any free port; the first line of stdout says which
  wg profile set wgnext endpoint http://127.0.0.1:8088    point a profile at it

It speaks Anthropic Messages, OpenAI Chat Completions and OpenAI Responses. Scripts: docs/simulate.md.
`;

/** Serves until Ctrl-C. stdout: the url, then (unless `--log` names a file) each request as a JSON line. */
export function simulateCommand(io: Io): Command {
  return new Command("simulate")
    .description("a model server for rehearsal: scripted answers, injected faults, no tokens spent")
    .option("--port <number>", "port on 127.0.0.1, 0 for any that is free", readPort, 8088)
    .option("--script <file>", "what to answer, TOML or JSON; read again whenever it changes")
    .option("--log <file>", "append each request as a JSON line to a file; - is stdout", "-")
    .option("--json", "print the first line as JSON")
    .addHelpText("after", examples)
    .action((options: Options) => serve(io, options));
}

async function serve(io: Io, options: Options): Promise<void> {
  const { readScript } = await import("../simulate/script-file.ts");
  const { startSimulator } = await import("../simulate/server.ts");
  const file = options.script === undefined ? undefined : path.resolve(io.cwd, options.script);
  const script = file === undefined ? undefined : readScript(file);
  const log = openLog(io, options.log);
  const simulator = await startSimulator({ port: options.port, log: log.write, ...(script && { script }) });
  const { url, port } = simulator;
  print(io, options.json ? JSON.stringify({ schemaVersion, url, port, pid: process.pid }) : url);
  say(io, `simulating at ${url}, end with Ctrl-C`);
  const stopFollowing =
    file === undefined ? () => {} : follow(io, file, () => simulator.setScript(readScript(file)));
  await ended(io.signal);
  stopFollowing();
  await simulator.close();
  log.close();
  say(io, farewell(simulator));
}

function openLog(io: Io, name: string): { write: (seen: SeenRequest) => void; close: () => void } {
  if (name === "-") return { write: (seen) => print(io, JSON.stringify(seen)), close: () => {} };
  const file = path.resolve(io.cwd, name);
  try {
    const handle = fs.openSync(file, "a", 0o600);
    return {
      write: (seen) => fs.writeSync(handle, `${JSON.stringify(seen)}\n`),
      close: () => fs.closeSync(handle),
    };
  } catch (cause) {
    throw new WgError("cannot-write", `cannot write ${file}: ${messageOf(cause)}`, {
      at: { path: file },
      cause,
    });
  }
}

/** Calls `adopt` after each change of the file; what it refuses is said, and nothing else happens. */
function follow(io: Io, file: string, adopt: () => void): () => void {
  const changed = () => {
    try {
      adopt();
      say(io, `${file}: read again, in force now`);
    } catch (error) {
      if (!(error instanceof WgError)) throw error;
      say(
        io,
        `${error.at ? placeText(error.at) : file}: ${error.message}; the script before it stays in force`,
      );
    }
  };
  // Polling sees what editors do (rename over the file) on every file system; half a second is soon enough.
  fs.watchFile(file, { interval: 250, persistent: false }, changed);
  return () => fs.unwatchFile(file, changed);
}

function ended(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

function farewell({ requests }: Simulator): string {
  return requests.length === 1 ? "1 request was answered" : `${requests.length} requests were answered`;
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new InvalidArgumentError("a port is a number from 0 to 65535.");
  return port;
}
