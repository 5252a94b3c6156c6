// Which real agents this machine has for the demo: on PATH, or where `npm run test:agents` puts them.
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { messageOf } from "../base/error.ts";
import type { Env } from "../base/home.ts";

const agentNames = ["claude", "codex"] as const;
export type AgentName = (typeof agentNames)[number];

/** `program` is an absolute path; `version` is what it says of itself. */
export interface Agent {
  name: AgentName;
  program: string;
  version: string;
}

/** Looks for both and asks each for its version in `trial`, an environment where it can touch nothing of the user's. */
export async function findAgents(
  env: Env,
  trial: Record<string, string>,
  signal: AbortSignal,
): Promise<{ found: Agent[]; missing: { name: AgentName; why: string }[] }> {
  const asked = await Promise.all(agentNames.map((name) => findAgent(name, env, trial, signal)));
  return {
    found: asked.filter((agent) => "version" in agent),
    missing: asked.filter((agent) => "why" in agent),
  };
}

/** Where `npm run test:agents` installs the pinned programs. */
function agentsFolder(env: Env): string {
  return env["WG_AGENTS"] || path.join(env["HOME"] || os.homedir(), ".cache", "wg-agents");
}

async function findAgent(
  name: AgentName,
  env: Env,
  trial: Record<string, string>,
  signal: AbortSignal,
): Promise<Agent | { name: AgentName; why: string }> {
  const program = candidates(name, env).find(isProgram);
  if (program === undefined) return { name, why: "not found" };
  try {
    const options = { env: trial, timeout: 15_000, signal };
    const { stdout } = await promisify(execFile)(program, ["--version"], options);
    return { name, program, version: /\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? stdout.trim() };
  } catch (error) {
    signal.throwIfAborted();
    return { name, why: `${program} does not run: ${messageOf(error).split("\n")[0]}` };
  }
}

function candidates(name: AgentName, env: Env): string[] {
  const onPath = (env["PATH"] ?? "")
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, name));
  const machine = `${process.platform}-${process.arch}`;
  const installed: Record<AgentName, string> = {
    claude: `@anthropic-ai/claude-code-${machine}/claude`,
    codex: `@openai/codex-${machine}/vendor/${triples[machine]}/bin/codex`,
  };
  return [...onPath, path.join(agentsFolder(env), "node_modules", installed[name])];
}

const triples: Record<string, string> = {
  "linux-x64": "x86_64-unknown-linux-musl",
  "linux-arm64": "aarch64-unknown-linux-musl",
  "darwin-x64": "x86_64-apple-darwin",
  "darwin-arm64": "aarch64-apple-darwin",
};

function isProgram(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
