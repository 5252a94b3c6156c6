// The transcript of a chat: one line for each thing that was said or done, appended and never changed.
import * as fs from "node:fs";
import { errnoOf, messageOf, WgError } from "../base/error.ts";
import { appendLine } from "../base/file.ts";
import { objectIn } from "../base/jsonl.ts";
import type { RunResult } from "../graph/result.ts";
import { cut } from "../handlers/fields.ts";
import type { ChatFolder } from "./folder.ts";

/** What a turn ran on. */
export interface RanOn {
  profile: string;
  revision: string;
  route: string;
  server?: string;
}

/** Something said or done. Inputs and outputs of tools are cut at 500 characters; texts at 16,000 by their handlers. */
export type Said =
  | { kind: "user"; text: string }
  /** Left for the agent by somebody else, and told it in this turn. */
  | { kind: "message"; number: number; by: string; text: string }
  | { kind: "text"; text: string }
  | { kind: "tool"; name: string; input: string }
  | { kind: "tool-result"; ok: boolean; output: string }
  | { kind: "warning"; message: string }
  /** `run` is what its processes were marked with; empty for a turn that was held in a native terminal. */
  | { kind: "result"; run: string; on: RanOn; result: RunResult }
  /** Told where a plan was replaced: what does not carry over, one sentence each. */
  | { kind: "switch"; from: RanOn; to: RanOn; lost: string[] };

/** `turn` counts from 1; of what was not said in one, the turn before. `at` is ISO 8601 UTC. */
export type Entry = { at: string; turn: number } & Said;

const maxToolText = 500;

/** The same with what a tool took or gave cut short: all of it is with the handler. */
export function cutTool(said: Said): Said {
  if (said.kind === "tool") return { ...said, input: cut(said.input, maxToolText) };
  return said.kind === "tool-result" ? { ...said, output: cut(said.output, maxToolText) } : said;
}

/** Adds a line. */
export function appendEntry(folder: ChatFolder, entry: Entry): void {
  appendLine(folder.transcript, JSON.stringify(entry));
}

/** Ends a last line that was cut off, so that what is appended next stands on a line of its own. */
export function mendTranscript(folder: ChatFolder): void {
  let handle: number | undefined;
  try {
    handle = fs.openSync(folder.transcript, "r+");
    const { size } = fs.fstatSync(handle);
    const last = Buffer.alloc(1);
    if (size === 0) return;
    fs.readSync(handle, last, 0, 1, size - 1);
    if (last[0] !== 10) fs.writeSync(handle, "\n", size);
  } catch (cause) {
    if (errnoOf(cause) !== "ENOENT") throw unreadable(folder, cause);
  } finally {
    if (handle !== undefined) fs.closeSync(handle);
  }
}

/** Every whole line, in order. A line that a crash or a full disk cut off is passed over. */
export function readTranscript(folder: ChatFolder): Entry[] {
  let text: string;
  try {
    text = fs.readFileSync(folder.transcript, "utf8");
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return [];
    throw unreadable(folder, cause);
  }
  return text
    .split("\n")
    .map(objectIn)
    .filter((value) => value !== undefined && typeof value["kind"] === "string")
    .map((value) => value as unknown as Entry);
}

function unreadable({ transcript }: ChatFolder, cause: unknown): WgError {
  return new WgError("bad-file", `cannot read ${transcript}: ${messageOf(cause)}`, {
    at: { path: transcript },
    cause,
  });
}
