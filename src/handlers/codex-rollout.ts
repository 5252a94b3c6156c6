// Codex's own record of a thread: the only place that says which model it asked for, and what one run alone used.
import * as fs from "node:fs";
import * as path from "node:path";
import type { Env } from "../base/home.ts";
import { linesOf, objectIn } from "../base/jsonl.ts";
import type { Usage } from "../graph/result.ts";
import { countOf, type Fields, fieldsOf, textOf } from "./fields.ts";

/** `model` is what was asked for, which is not what a server answered with; `turns` counts its answers. */
export interface Rollout {
  model?: string;
  usage?: Usage;
  turns: number;
}

/**
 * What `sessions/Y/M/D/rollout-*-<threadId>.jsonl` holds from `sinceMs` on. Undefined when there is no such file or
 * it cannot be read. Never rejects.
 */
export async function readRollout(
  sessions: string,
  threadId: string,
  sinceMs: number,
): Promise<Rollout | undefined> {
  try {
    const file = findRollout(sessions, threadId);
    return file === undefined ? undefined : await readRecords(file, sinceMs);
  } catch {
    // Cleared or moved meanwhile: then nothing better is known than what was asked for.
    return undefined;
  }
}

/** Where Codex keeps its records, in the environment it gets. */
export function sessionsFolder(env: Env): string {
  return path.join(env["CODEX_HOME"] || path.join(env["HOME"] ?? "", ".codex"), "sessions");
}

/** The file of a thread, or undefined when there is none. */
export function findRollout(sessions: string, threadId: string): string | undefined {
  if (!fs.existsSync(sessions)) return undefined;
  const end = `-${threadId}.jsonl`;
  const name = fs
    .readdirSync(sessions, { recursive: true, encoding: "utf8" })
    .find((file) => path.basename(file).startsWith("rollout-") && file.endsWith(end));
  return name === undefined ? undefined : path.join(sessions, name);
}

async function readRecords(file: string, sinceMs: number): Promise<Rollout> {
  const rollout: Rollout = { turns: 0 };
  /** By turn: each record holds the sum of its turn so far. */
  const turns = new Map<string, Fields>();
  for await (const line of linesOf(fs.createReadStream(file), 256 * 1024)) {
    // Most lines are long and none of ours.
    if (!line.includes('"turn_context"') && !line.includes('"token_usage_record"')) continue;
    const record = objectIn(line);
    if (record === undefined || !(Date.parse(textOf(record["timestamp"]) ?? "") >= sinceMs)) continue;
    const payload = fieldsOf(record["payload"]);
    if (record["type"] === "turn_context") {
      const model = textOf(payload["model"]);
      if (model !== undefined) rollout.model = model;
    }
    if (record["type"] === "token_usage_record") {
      rollout.turns += 1;
      turns.set(textOf(payload["turn_id"]) ?? "", fieldsOf(payload["turn_token_usage"]));
    }
  }
  if (turns.size > 0) rollout.usage = sum([...turns.values()]);
  return rollout;
}

function sum(turns: readonly Fields[]): Usage {
  const total = (name: string) => turns.reduce((left, fields) => left + countOf(fields[name]), 0);
  return {
    input: total("input_tokens"),
    output: total("output_tokens"),
    cached: total("cached_input_tokens"),
  };
}
