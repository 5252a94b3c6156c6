// Where wg's own files are: the home of the user, and the folder of a project.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { WgError } from "./error.ts";

export type Env = Readonly<Record<string, string | undefined>>;

/** The global files. */
export interface Home {
  root: string;
  config: string;
  profiles: string;
  pointer: string;
  /** The canary that goes with the pointer; absent while there is none. */
  canary: string;
  history: string;
  /** The history's next line, while the switch that it tells of is under way. */
  pending: string;
  services: string;
  /** Which files of projects the user has looked at and trusts: one small file each. */
  trusted: string;
  /** What was ever in force: one bundle a file, named by its revision. */
  revisions: string;
  /** What turned runs away and is left alone for a while: one small file a destination; absent while nothing is. */
  cooling: string;
  /** Who agents can be, as files of the user's own: agents, their roles, their tradeoffs. */
  agency: string;
  /** What agents have been: one content a file, named by its hash, and who had it when. */
  identities: string;
  /** One folder a chat, named by its id. */
  chats: string;
  /** Held exclusively by one switch at a time, from its first read to its last write. */
  switchLock: string;
  /** Held exclusively while a pointer is renamed, shared while a service checks its settings and claims. */
  pointerLock: string;
}

/** The files of one project; `root` is the folder that holds `.wg/`. */
export interface Project {
  root: string;
  folder: string;
  config: string;
  /** Profiles that come with the project. */
  profiles: string;
  pointer: string;
  /** As that of the home, for this project's own pointer. */
  canary: string;
  database: string;
  runs: string;
  service: string;
  /** As that of the home, where the home cannot be written. */
  revisions: string;
  /** The same. */
  cooling: string;
  /** As those of the home, for this project alone. */
  agency: string;
  identities: string;
}

/** `$WG_HOME`, else `~/.wg` of `$HOME`, else of the user database. Refuses a relative `WG_HOME`. */
export function homeOf(env: Env): Home {
  const moved = env["WG_HOME"];
  if (moved !== undefined && moved !== "" && !path.isAbsolute(moved)) {
    throw new WgError("bad-home", `WG_HOME is "${moved}", not an absolute path`, { exit: 1 });
  }
  const root = path.resolve(moved || path.join(env["HOME"] || os.homedir(), ".wg"));
  return {
    root,
    config: path.join(root, "config.toml"),
    profiles: path.join(root, "profiles"),
    pointer: path.join(root, "active-profile"),
    canary: path.join(root, "canary.json"),
    history: path.join(root, "profile-history.jsonl"),
    pending: path.join(root, "profile-history.pending"),
    services: path.join(root, "services"),
    trusted: path.join(root, "trusted"),
    revisions: path.join(root, "revisions"),
    cooling: path.join(root, "cooling"),
    agency: path.join(root, "agency"),
    identities: path.join(root, "identities"),
    chats: path.join(root, "chats"),
    switchLock: path.join(root, "switch.lock"),
    pointerLock: path.join(root, "pointer.lock"),
  };
}

/** The files of a project whose root is known. */
export function projectAt(root: string): Project {
  const folder = path.join(root, ".wg");
  return {
    root,
    folder,
    config: path.join(folder, "config.toml"),
    profiles: path.join(folder, "profiles"),
    pointer: path.join(folder, "active-profile"),
    canary: path.join(folder, "canary.json"),
    database: path.join(folder, "graph.db"),
    runs: path.join(folder, "runs"),
    service: path.join(folder, "service"),
    revisions: path.join(folder, "revisions"),
    cooling: path.join(folder, "cooling"),
    agency: path.join(folder, "agency"),
    identities: path.join(folder, "identities"),
  };
}

/** The nearest folder from `cwd` upwards that holds `.wg/`; the global folder is never taken for one. */
export function findProject(cwd: string, home: Home): Project | undefined {
  const global = realPath(home.root);
  for (let at = path.resolve(cwd); ; at = path.dirname(at)) {
    const folder = path.join(at, ".wg");
    const stat = fs.statSync(folder, { throwIfNoEntry: false });
    if (stat?.isDirectory() && realPath(folder) !== global && !isDefaultHome(folder)) return projectAt(at);
    if (at === path.dirname(at)) return undefined;
  }
}

/** The project a command works on: `$WG_PROJECT` (set inside a run), else the nearest one from `cwd` upwards. */
export function projectOf(cwd: string, env: Env): Project | undefined {
  const named = env["WG_PROJECT"];
  if (named === undefined || named === "") return findProject(cwd, homeOf(env));
  if (!path.isAbsolute(named) || !fs.existsSync(path.join(named, ".wg"))) {
    throw new WgError("no-project", `WG_PROJECT is "${named}", which is no project`, {
      hint: "unset WG_PROJECT",
    });
  }
  return projectAt(named);
}

/** As `projectOf`, refusing (`no-project`) where there is none. */
export function requireProject(cwd: string, env: Env): Project {
  const project = projectOf(cwd, env);
  if (project === undefined) {
    throw new WgError("no-project", `no project here or above ${cwd}`, { hint: "make one with: wg init" });
  }
  return project;
}

// With WG_HOME moved, ~/.wg is still somebody's global folder and no project.
function isDefaultHome(folder: string): boolean {
  return path.dirname(folder) === path.resolve(os.homedir()) && !fs.existsSync(path.join(folder, "graph.db"));
}

function realPath(file: string): string {
  try {
    return fs.realpathSync(file);
  } catch {
    return file;
  }
}
