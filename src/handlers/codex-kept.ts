// Sessions as Codex keeps them: rollout files by day, under sessions/ of its folder.
import * as fs from "node:fs";
import * as path from "node:path";
import type { Env } from "../base/home.ts";
import { linesOf, objectIn } from "../base/jsonl.ts";
import { findRollout, sessionsFolder } from "./codex-rollout.ts";
import { countOf, type Fields, fieldsOf, listOf, textOf } from "./fields.ts";
import { type KeptTurn, newTurn } from "./kept-turn.ts";

const maxLineBytes = 4 * 1024 * 1024;
/** What an agent is told first stands at the beginning, after all the instructions of Codex. */
const maxHeadBytes = 512 * 1024;

/** The file of a session. */
export function codexFile(id: string, place: Env): string | undefined {
  return findRollout(sessionsFolder(place), id);
}

/** The sessions of people that were touched at `sinceMs` or later and hold this text in what their agent was told. */
export function markedCodex(place: Env, mark: string, sinceMs: number): string[] {
  const sessions = sessionsFolder(place);
  if (!fs.existsSync(sessions)) return [];
  return fs
    .readdirSync(sessions, { recursive: true, encoding: "utf8" })
    .filter((file) => /^rollout-.*\.jsonl$/.test(path.basename(file)))
    .map((file) => path.join(sessions, file))
    .filter((file) => (fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) >= sinceMs)
    .map(headOf)
    .filter((head) => head.includes(mark))
    .flatMap(personsId);
}

/** The id in the first line; none of a sub-agent's, which is told the same. */
function personsId(head: string): string[] {
  const { id, thread_source: source } = fieldsOf(objectIn(head.split("\n")[0] ?? "")?.["payload"]);
  return typeof id === "string" && (source === undefined || source === "user") ? [id] : [];
}

/** The turns that began at `sinceMs` or later. */
export async function codexTurns(file: string, sinceMs: number): Promise<KeptTurn[]> {
  const turns: KeptTurn[] = [];
  let model: string | undefined;
  for await (const line of linesOf(fs.createReadStream(file), maxLineBytes)) {
    if (!/"(item_completed|token_usage_record|turn_context)"/.test(line)) continue;
    const record = objectIn(line);
    const at = textOf(record?.["timestamp"]) ?? "";
    if (record === undefined || !(Date.parse(at) >= sinceMs)) continue;
    const payload = fieldsOf(record["payload"]);
    if (record["type"] === "turn_context") model = textOf(payload["model"]);
    const item = payload["type"] === "item_completed" ? fieldsOf(payload["item"]) : {};
    if (item["type"] === "UserMessage") {
      turns.push({ ...newTurn(at, contentText(item).trim()), ...(model !== undefined && { model }) });
      continue;
    }
    const turn = turns.at(-1);
    if (turn === undefined) continue;
    if (record["type"] === "token_usage_record") count(turn, fieldsOf(payload["turn_token_usage"]));
    else if (item["type"] !== undefined) takeItem(turn, item, at);
  }
  return turns;
}

// Each record holds the sum of its turn so far.
function count(turn: KeptTurn, usage: Fields): void {
  turn.answers += 1;
  turn.usage = {
    input: countOf(usage["input_tokens"]),
    output: countOf(usage["output_tokens"]),
    cached: countOf(usage["cached_input_tokens"]),
  };
}

function takeItem(turn: KeptTurn, item: Fields, at: string): void {
  turn.endedAt = at;
  switch (item["type"]) {
    case "AgentMessage": {
      const text = contentText(item);
      if (text !== "") turn.words.push({ at, kind: "text", text });
      return;
    }
    case "CommandExecution": {
      const command = listOf(item["command"]).map((word) => textOf(word) ?? "");
      // A shell and its flag say nothing that the command does not.
      const input =
        command.length === 3 && command[1]?.startsWith("-") ? (command[2] ?? "") : command.join(" ");
      turn.words.push({ at, kind: "tool", name: "shell", input });
      const output = textOf(item["aggregated_output"]) ?? "";
      turn.words.push({ at, kind: "tool-result", ok: item["exit_code"] === 0, output });
      return;
    }
    case "FileChange":
      turn.words.push({ at, kind: "tool", name: "edit", input: JSON.stringify(item["changes"] ?? {}) });
      return;
  }
}

function contentText(item: Fields): string {
  return listOf(item["content"])
    .map((part) => textOf(fieldsOf(part)["text"]) ?? "")
    .join("\n");
}

function headOf(file: string): string {
  const handle = fs.openSync(file, "r");
  try {
    const bytes = Buffer.alloc(maxHeadBytes);
    return bytes.toString("utf8", 0, fs.readSync(handle, bytes, 0, maxHeadBytes, 0));
  } finally {
    fs.closeSync(handle);
  }
}
