// Where a handler's program is: named in settings or found on the run's PATH, and never a wrapper around it.
import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { errnoOf, WgError } from "../base/error.ts";
import type { Env } from "../base/home.ts";
import type { Route } from "../base/route.ts";

/** What to look for, and how a person gets it. */
export interface Wanted {
  /** The setting that names it: `handlers.claude.command`. */
  setting: string;
  name: string;
  install: string;
}

/** The programs that wg runs agents with, by their handlers. */
export const agentPrograms = {
  claude: {
    setting: "handlers.claude.command",
    name: "claude",
    install: "install Claude Code with: npm install -g @anthropic-ai/claude-code",
  },
  codex: {
    setting: "handlers.codex.command",
    name: "codex",
    install: "install Codex with: npm install -g @openai/codex",
  },
} as const satisfies Record<string, Wanted>;

/**
 * The absolute path of a program. `command` (from the plan) is a path, `~/...`, or a name like the default one,
 * looked up on the PATH of `env`. Refuses with `no-program`, naming the setting and how to install it.
 */
export function findProgram(wanted: Wanted, command: string | undefined, env: Env): string {
  const named = command ?? wanted.name;
  if (!named.includes("/")) return onPath(named, env) ?? refuse(wanted, `${named} is not on PATH`);
  const file = named.startsWith("~/") ? path.join(env["HOME"] ?? "", named.slice(2)) : named;
  if (!path.isAbsolute(file)) refuse(wanted, `${wanted.setting} is ${named}, not an absolute path`);
  const problem = cannotRun(file);
  return problem === undefined ? file : refuse(wanted, `${file} ${problem}`);
}

/** The program of an acp route's command, found as `findProgram` does, and its arguments. */
export function findAgent({ command = "" }: Route, env: Env): { program: string; args: string[] } {
  const [name = "", ...args] = command.split(" ");
  const wanted = { setting: "the route", name, install: `install ${name}` };
  return { program: findProgram(wanted, undefined, env), args };
}

/**
 * The native binary behind an installed `codex`, which npm installs as a script of ours to run it: killed, that
 * script would leave the binary behind. The program itself where it is no such script.
 */
export function nativeCodex(program: string): string {
  const script = fs.realpathSync(program);
  if (path.basename(script) !== "codex.js") return program;
  const target = targets[`${process.platform}-${process.arch}`];
  if (target === undefined) return program;
  const [folder, triple] = target;
  const roots = [packageFolder(script, `@openai/${folder}`), path.join(path.dirname(script), "..")];
  const binaries = roots
    .filter((root) => root !== undefined)
    .map((root) => path.join(root, "vendor", triple, "bin", "codex"));
  return binaries.find((binary) => cannotRun(binary) === undefined) ?? program;
}

const targets: Record<string, [folder: string, triple: string]> = {
  "linux-x64": ["codex-linux-x64", "x86_64-unknown-linux-musl"],
  "linux-arm64": ["codex-linux-arm64", "aarch64-unknown-linux-musl"],
  "darwin-x64": ["codex-darwin-x64", "x86_64-apple-darwin"],
  "darwin-arm64": ["codex-darwin-arm64", "aarch64-apple-darwin"],
};

function packageFolder(from: string, name: string): string | undefined {
  try {
    return path.dirname(createRequire(from).resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}

function onPath(name: string, env: Env): string | undefined {
  const folders = (env["PATH"] ?? "").split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  return folders.map((folder) => path.join(folder, name)).find((file) => cannotRun(file) === undefined);
}

function cannotRun(file: string): string | undefined {
  try {
    if (!fs.statSync(file).isFile()) return "is no file";
    fs.accessSync(file, fs.constants.X_OK);
    return undefined;
  } catch (error) {
    return errnoOf(error) === "EACCES" ? "is not executable" : "does not exist";
  }
}

function refuse(wanted: Wanted, message: string): never {
  throw new WgError("no-program", message, {
    hint: `${wanted.install}, or set ${wanted.setting} to where it is`,
  });
}
