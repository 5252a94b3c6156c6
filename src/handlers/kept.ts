// Conversations as the agent CLIs keep them, in files of their own, which are read here and never written.
import * as fs from "node:fs";
import * as path from "node:path";
import type { Env } from "../base/home.ts";
import type { HandlerName } from "../base/route.ts";
import type { Plan } from "../graph/plan.ts";
import type { KeptTurn } from "./kept-turn.ts";

/** The variables that say where CLIs keep their sessions. */
const placeNames = ["HOME", "CLAUDE_CONFIG_DIR", "CODEX_HOME"];

/** Where to look: those variables as the CLI of a plan gets them. */
export function keptPlace({ env: pins }: Pick<Plan, "env">, env: Env): Record<string, string> {
  const found = placeNames.map((name) => [name, pins[name] ?? env[name]]);
  return Object.fromEntries(found.filter(([, value]) => typeof value === "string"));
}

/** A session that a handler keeps. `sessions` is the folder that jobs name for handlers without a place of their own. */
export interface KeptSession {
  handler: HandlerName;
  id: string;
  place: Env;
  sessions: string;
}

/** The file a session is kept in, or undefined when it is gone, or is kept where nobody can look. */
export async function keptFile({ handler, id, place, sessions }: KeptSession): Promise<string | undefined> {
  switch (handler) {
    case "claude":
      return (await import("./claude-kept.ts")).claudeFile(id, place);
    case "codex":
      return (await import("./codex-kept.ts")).codexFile(id, place);
    case "nex": {
      const file = path.join(sessions, `${id}.jsonl`);
      return fs.existsSync(file) ? file : undefined;
    }
    default:
      return undefined;
  }
}

/** The turns of a session of Claude's or Codex's that began at `sinceMs` or later, in order. */
export async function keptTurns(session: KeptSession, sinceMs: number): Promise<KeptTurn[]> {
  const file = await keptFile(session);
  if (file === undefined) return [];
  if (session.handler === "claude") return (await import("./claude-kept.ts")).claudeTurns(file, sinceMs);
  if (session.handler === "codex") return (await import("./codex-kept.ts")).codexTurns(file, sinceMs);
  return [];
}

/** The ids of the sessions that were touched at `sinceMs` or later and hold a mark in what their agent was told first. */
export async function markedSessions(
  handler: HandlerName,
  place: Env,
  mark: string,
  sinceMs: number,
): Promise<string[]> {
  if (handler === "claude") return (await import("./claude-kept.ts")).markedClaude(place, mark, sinceMs);
  if (handler === "codex") return (await import("./codex-kept.ts")).markedCodex(place, mark, sinceMs);
  return [];
}

/** True when a session holds a prompt that was given at `sinceMs` or later, whatever came of it. */
export async function holdsPrompt(session: KeptSession, prompt: string, sinceMs: number): Promise<boolean> {
  if (session.handler === "nex") {
    const file = await keptFile(session);
    return file !== undefined && fs.readFileSync(file, "utf8").includes(JSON.stringify(prompt));
  }
  const turns = await keptTurns(session, sinceMs);
  return turns.some((turn) => turn.text === prompt.trim());
}
