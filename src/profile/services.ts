// Which services run on this machine, so that a switch reaches all of them: one small file each in ~/.wg/services.
import * as fs from "node:fs";
import * as path from "node:path";
import { canonicalJson, sha256 } from "../base/canonical.ts";
import { errnoOf, messageOf, WgError } from "../base/error.ts";
import { readText, removeFile, writeText } from "../base/file.ts";
import type { Home, Project } from "../base/home.ts";
import { objectIn } from "../base/jsonl.ts";
import { isAlive, type ProcessMark } from "../base/process.ts";

/**
 * One running service. `env` and `flags` are the settings it was started with (see `ownLayers` in load.ts), so that
 * others can work out what it will run on.
 */
export interface RunningService {
  /** The root of its project, absolute. */
  project: string;
  socket: string;
  mark: ProcessMark;
  env: Record<string, string>;
  flags: Record<string, string>;
}

/** No such file is larger; a larger one was not written by us. */
const maxBytes = 16 * 1024;

/** Makes a service known to every later switch; call it once the service can answer on its socket. */
export function registerService(home: Home, service: RunningService): void {
  writeText(fileOf(home, service), `${JSON.stringify(service)}\n`);
}

/** Takes a service off the list; nothing happens when it is not on it. */
export function unregisterService(home: Home, service: Pick<RunningService, "project" | "mark">): void {
  removeFile(fileOf(home, service));
}

/** Every registered service whose process still lives, by project. Files of dead ones are cleared away on the way. */
export function runningServices(home: Home): RunningService[] {
  const found: RunningService[] = [];
  for (const name of fileNames(home)) {
    const file = path.join(home.services, name);
    const service = serviceIn(file);
    if (service === undefined) continue;
    if (isAlive(service.mark)) found.push(service);
    else clearAway(file);
  }
  return found.sort((a, b) => (a.project < b.project ? -1 : 1));
}

/** True when a service is that of a project, by whatever path either was reached. */
export function serves(service: Pick<RunningService, "project">, { root }: Project): boolean {
  const other = service.project;
  return other === root || (fs.existsSync(other) && fs.realpathSync(other) === fs.realpathSync(root));
}

// Named by process, so that clearing a dead one away can never hit the file of its successor.
function fileOf(home: Home, service: Pick<RunningService, "project" | "mark">): string {
  const { project, mark } = service;
  return path.join(home.services, `${sha256(canonicalJson({ project, mark })).slice(0, 16)}.json`);
}

function fileNames(home: Home): string[] {
  try {
    return fs.readdirSync(home.services).filter((name) => /^[0-9a-f]{16}\.json$/.test(name));
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return [];
    throw new WgError("bad-file", `cannot read ${home.services}: ${messageOf(cause)}`, {
      at: { path: home.services },
      cause,
    });
  }
}

function serviceIn(file: string): RunningService | undefined {
  const { project, socket, mark, env, flags } = objectIn(readText(file, maxBytes) ?? "") ?? {};
  if (typeof project !== "string" || typeof socket !== "string" || !isMark(mark)) return undefined;
  return { project, socket, mark, env: texts(env), flags: texts(flags) };
}

function isMark(value: unknown): value is ProcessMark {
  if (typeof value !== "object" || value === null) return false;
  return (
    "pid" in value && Number.isInteger(value.pid) && "started" in value && typeof value.started === "string"
  );
}

function texts(value: unknown): Record<string, string> {
  const entries = Object.entries(typeof value === "object" && value !== null ? value : {});
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function clearAway(file: string): void {
  try {
    removeFile(file);
  } catch (error) {
    // A home that cannot be written keeps its stale files; they are skipped again next time.
    if (!(error instanceof WgError)) throw error;
  }
}
