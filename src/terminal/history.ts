// What was typed before, for the arrow keys: one file for all places, of which each sees its own.
import * as fs from "node:fs";
import { errnoOf } from "../base/error.ts";
import { appendLine, writeText } from "../base/file.ts";
import { objectIn } from "../base/jsonl.ts";

/** A longer text is not kept: it was pasted. */
const maxLength = 4000;
const maxKept = 500;
const maxFileBytes = 1024 * 1024;

/** The texts typed at this place, the newest first, each once. */
export function readHistory(file: string, place: string): string[] {
  const texts = linesIn(file).flatMap((line) => {
    const entry = objectIn(line);
    return entry?.["place"] === place && typeof entry["text"] === "string" ? [entry["text"]] : [];
  });
  return [...new Set(texts.toReversed())].slice(0, maxKept);
}

/** Adds a text. A file that has grown too large keeps its newer half. Refuses with `cannot-write`. */
export function addToHistory(file: string, place: string, text: string): void {
  if (text.length > maxLength) return;
  if ((fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0) > maxFileBytes) {
    const lines = linesIn(file);
    writeText(file, `${lines.slice(lines.length / 2).join("\n")}\n`);
  }
  appendLine(file, JSON.stringify({ place, text }));
}

function linesIn(file: string): string[] {
  try {
    return fs.readFileSync(file, "utf8").split("\n").filter(Boolean);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  }
}
