// Sessions as Claude Code keeps them: one file of JSON lines each, under projects/ of its folder.
import * as fs from "node:fs";
import * as path from "node:path";
import { errnoOf } from "../base/error.ts";
import type { Env } from "../base/home.ts";
import { linesOf, objectIn } from "../base/jsonl.ts";
import { messageUsage } from "./claude-usage.ts";
import { type Fields, fieldsOf, listOf, textOf } from "./fields.ts";
import { type KeptTurn, newTurn } from "./kept-turn.ts";

/** No line of ours is longer; what a tool printed may be. */
const maxLineBytes = 4 * 1024 * 1024;

/** The file of a session, whatever folder it was held in. */
export function claudeFile(id: string, place: Env): string | undefined {
  if (!/^[\w-]+$/.test(id)) return undefined;
  const projects = projectsFolder(place);
  return foldersIn(projects)
    .map((folder) => path.join(projects, folder, `${id}.jsonl`))
    .find((file) => fs.existsSync(file));
}

/** The sessions that were touched at `sinceMs` or later and hold this text, as Claude tells what its agent was told. */
export function markedClaude(place: Env, mark: string, sinceMs: number): string[] {
  const projects = projectsFolder(place);
  return foldersIn(projects)
    .flatMap((folder) =>
      foldersIn(path.join(projects, folder)).map((file) => path.join(projects, folder, file)),
    )
    .filter((file) => file.endsWith(".jsonl") && fs.statSync(file).mtimeMs >= sinceMs)
    .filter((file) => fs.readFileSync(file).includes(mark))
    .map((file) => path.basename(file, ".jsonl"));
}

function projectsFolder(place: Env): string {
  return path.join(place["CLAUDE_CONFIG_DIR"] || path.join(place["HOME"] ?? "", ".claude"), "projects");
}

/** The turns that began at `sinceMs` or later. Sub-agents, and what Claude says to itself, are left out. */
export async function claudeTurns(file: string, sinceMs: number): Promise<KeptTurn[]> {
  const turns: KeptTurn[] = [];
  const counted = new Set<string>();
  for await (const line of linesOf(fs.createReadStream(file), maxLineBytes)) {
    if (!line.includes('"type":"user"') && !line.includes('"role":"assistant"')) continue;
    const record = objectIn(line);
    const at = textOf(record?.["timestamp"]) ?? "";
    if (record === undefined || !(Date.parse(at) >= sinceMs) || record["isSidechain"] === true) continue;
    const said = record["type"] === "user" ? personText(record) : undefined;
    if (said !== undefined) turns.push(newTurn(at, said));
    const turn = turns.at(-1);
    if (turn !== undefined && said === undefined) take(turn, record, at, counted);
  }
  return turns;
}

/** What a person typed; undefined for a tool's answer and for what Claude puts in a person's mouth. */
function personText(record: Fields): string | undefined {
  if (record["isMeta"] === true || record["isCompactSummary"] === true) return undefined;
  const { content } = fieldsOf(record["message"]);
  const text =
    textOf(content) ??
    listOf(content)
      .map((block) => textOf(fieldsOf(block)["text"]) ?? "")
      .join("\n");
  const isCommand =
    /^\s*<(command-name|command-message|local-command|bash-|system-reminder|task-notification)/.test(text);
  return text.trim() === "" || isCommand || text.startsWith("[Request interrupted") ? undefined : text.trim();
}

function take(turn: KeptTurn, record: Fields, at: string, counted: Set<string>): void {
  const message = fieldsOf(record["message"]);
  const model = textOf(message["model"]);
  turn.endedAt = at;
  if (record["type"] === "assistant" && model !== undefined && model !== "<synthetic>") {
    if (!turn.servedModels.includes(model)) turn.servedModels.push(model);
    const id = textOf(message["id"]) ?? "";
    // Each block of an answer stands on a line of its own, with the usage of the whole.
    if (!counted.has(id)) {
      counted.add(id);
      const { input, output, cached } = messageUsage(fieldsOf(message["usage"]));
      turn.usage = {
        input: turn.usage.input + input,
        output: turn.usage.output + output,
        cached: turn.usage.cached + cached,
      };
      turn.answers += 1;
    }
  }
  for (const block of listOf(message["content"]).map(fieldsOf)) {
    const text = textOf(block["text"]);
    if (block["type"] === "text" && text) turn.words.push({ at, kind: "text", text });
    if (block["type"] === "tool_use") {
      const input = JSON.stringify(block["input"] ?? {});
      turn.words.push({ at, kind: "tool", name: textOf(block["name"]) ?? "tool", input });
    }
    if (block["type"] === "tool_result") {
      const { content } = block;
      const output =
        textOf(content) ??
        listOf(content)
          .map((part) => textOf(fieldsOf(part)["text"]) ?? "")
          .join("\n");
      turn.words.push({ at, kind: "tool-result", ok: block["is_error"] !== true, output });
    }
  }
}

function foldersIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "EACCES"].includes(errnoOf(error) ?? "")) return [];
    throw error;
  }
}
