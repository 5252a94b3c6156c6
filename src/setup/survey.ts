// What this machine has to run agents with: programs, local model servers, and keys, by the names of their variables.
import { WgError } from "../base/error.ts";
import { loadSettings } from "../profile/load.ts";
import type { Where } from "../profile/where.ts";
import { presets } from "./presets.ts";
import { type AgentProgram, type FoundProgram, findPrograms } from "./programs.ts";
import { type FoundServer, findServers, type UsualPort } from "./servers.ts";

/** A variable that is set; its value is nobody's business here. `preset` where a preset reads it. */
export interface FoundKey {
  variable: string;
  preset?: string;
}

export interface Survey {
  programs: FoundProgram[];
  servers: FoundServer[];
  keys: FoundKey[];
}

/** Keys that the programs themselves read, besides those of presets. */
const programKeys = [
  "ANTHROPIC_API_KEY",
  "ANTHROPIC_AUTH_TOKEN",
  "CLAUDE_CODE_OAUTH_TOKEN",
  "OPENAI_API_KEY",
  "CODEX_API_KEY",
];

/** Looks at everything at once; a few seconds at most. Never refuses for what it finds. */
export async function surveyMachine(
  where: Where,
  ports: readonly UsualPort[],
  signal: AbortSignal,
): Promise<Survey> {
  const [programs, servers] = await Promise.all([
    findPrograms(where.env, commandsOf(where), signal),
    findServers(ports, signal),
  ]);
  return { programs, servers, keys: keysIn(where.env) };
}

function keysIn(env: Where["env"]): FoundKey[] {
  const ofPresets = presets.flatMap(({ name, key }): FoundKey[] =>
    key === undefined ? [] : [{ variable: key.variable, preset: name }],
  );
  return [...programKeys.map((variable) => ({ variable })), ...ofPresets].filter(
    ({ variable }) => env[variable],
  );
}

/** Programs that settings name. Settings that cannot be read name none: whoever uses them is told so then. */
function commandsOf(where: Where): Partial<Record<AgentProgram, string>> {
  try {
    return loadSettings(where).settings.general.handlerCommand;
  } catch (error) {
    if (error instanceof WgError) return {};
    throw error;
  }
}
