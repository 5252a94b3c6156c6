// The agent programs of this machine: where they are, as a run would find them, and which version they say they are.
import { WgError } from "../base/error.ts";
import type { Env } from "../base/home.ts";
import { agentPrograms, findProgram, nativeCodex } from "../handlers/program.ts";
import { programVersion } from "../handlers/program-version.ts";

export type AgentProgram = keyof typeof agentPrograms;

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

/** Looks for both programs and asks each for its version, at once and for at most 5 s. Never rejects. */
export function findPrograms(
  env: Env,
  commands: Partial<Record<AgentProgram, string>>,
  signal: AbortSignal,
): Promise<FoundProgram[]> {
  return Promise.all(
    (Object.keys(agentPrograms) as AgentProgram[]).map((name) => lookAt(name, env, commands[name], signal)),
  );
}

async function lookAt(
  name: AgentProgram,
  env: Env,
  command: string | undefined,
  signal: AbortSignal,
): Promise<FoundProgram> {
  let path: string;
  try {
    path = findProgram(agentPrograms[name], command, env);
  } catch (error) {
    if (!(error instanceof WgError)) throw error;
    return { name, problem: error.message, ...(error.hint !== undefined && { hint: error.hint }) };
  }
  // The script around codex would leave the program behind when it is ended.
  const program = name === "codex" ? nativeCodex(path) : path;
  const answer = await programVersion(program, env, versionMs, signal);
  return answer.kind === "version"
    ? { name, path, version: answer.version }
    : { name, path, problem: answer.problem };
}
