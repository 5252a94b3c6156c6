// The agent programs of this machine: where they are, as a run would find them, and which version they say they are.
import { execFile } from "node:child_process";
import { messageOf, WgError } from "../base/error.ts";
import type { Env } from "../base/home.ts";
import { findProgram, nativeCodex, type Wanted } from "../handlers/program.ts";

/** The programs wg runs agents with. */
export const agentPrograms = ["claude", "codex"] as const;
export type AgentProgram = (typeof agentPrograms)[number];

/** `path` is absent when it was not found; `problem` says why it cannot be used, and `hint` how to get it. */
export interface FoundProgram {
  name: AgentProgram;
  path?: string;
  version?: string;
  problem?: string;
  hint?: string;
}

/** How long a program may take to say its version. */
const versionMs = 5000;

const installs: Readonly<Record<AgentProgram, string>> = {
  claude: "install Claude Code with: npm install -g @anthropic-ai/claude-code",
  codex: "install Codex with: npm install -g @openai/codex",
};

/** Looks for both programs and asks each for its version, at once and for at most 5 s. Never rejects. */
export function findPrograms(
  env: Env,
  commands: Partial<Record<AgentProgram, string>>,
  signal: AbortSignal,
): Promise<FoundProgram[]> {
  return Promise.all(agentPrograms.map((name) => lookAt(name, env, commands[name], signal)));
}

async function lookAt(
  name: AgentProgram,
  env: Env,
  command: string | undefined,
  signal: AbortSignal,
): Promise<FoundProgram> {
  const wanted: Wanted = { setting: `handlers.${name}.command`, name, install: installs[name] };
  let path: string;
  try {
    path = findProgram(wanted, command, env);
  } catch (error) {
    if (!(error instanceof WgError)) throw error;
    return { name, problem: error.message, ...(error.hint !== undefined && { hint: error.hint }) };
  }
  // The script around codex would leave the program behind when it is ended.
  const program = name === "codex" ? nativeCodex(path) : path;
  const answer = await versionOf(program, env, signal);
  return { name, path, ...answer };
}

function versionOf(
  program: string,
  env: Env,
  signal: AbortSignal,
): Promise<{ version: string } | { problem: string }> {
  return new Promise((resolve) => {
    const limits = { timeout: versionMs, maxBuffer: 64 * 1024, killSignal: "SIGKILL" as const };
    const child = execFile(program, ["--version"], { env, signal, ...limits }, (error, stdout) => {
      const version = /\d+\.\d+(\.\d+)?[\w.-]*/.exec(stdout)?.[0];
      if (version !== undefined && error === null) resolve({ version });
      else if (error?.killed) resolve({ problem: `${program} --version did not end within 5 s` });
      else if (error) resolve({ problem: `${program} --version failed: ${firstLine(messageOf(error))}` });
      else resolve({ problem: `${program} --version names no version` });
    });
    child.stdin?.end();
  });
}

function firstLine(text: string): string {
  return text.split("\n")[0]?.slice(0, 200) ?? "";
}
