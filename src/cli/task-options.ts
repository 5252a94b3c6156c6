// The options that several task verbs share, and how their values are read.
import { InvalidArgumentError } from "commander";
import { WgError } from "../base/error.ts";
import type { Io } from "./io.ts";

const maxInputBytes = 1024 * 1024;

/** For a repeatable option whose value may hold several, with commas: `--after a --after b,c`. */
export function gather(value: string, earlier: readonly string[] = []): string[] {
  return [...earlier, ...value.split(",").map((part) => part.trim())];
}

/** A whole number, negative ones too; anything else is a usage error. */
export function wholeNumber(value: string): number {
  if (!/^[+-]?\d{1,9}$/.test(value)) throw new InvalidArgumentError("it must be a whole number.");
  return Number(value);
}

/** A whole number from 1. */
export function count(value: string): number {
  const number = wholeNumber(value);
  if (number < 1) throw new InvalidArgumentError("it must be 1 or more.");
  return number;
}

/** A score from 0 to 1. */
export function score(value: string): number {
  if (!/^(0|1|0?\.\d{1,6}|1\.0{1,6})$/.test(value)) {
    throw new InvalidArgumentError("it must be a number from 0 to 1.");
  }
  return Number(value);
}

/** A score from 0 to 1, or null for an empty text. */
export function scoreOrNone(value: string): number | null {
  return value === "" ? null : score(value);
}

/** The text itself, or all of stdin for `-`. Refuses (`bad-input`) more than 1 MB and what is no UTF-8. */
export async function textOrStdin(io: Io, text: string): Promise<string> {
  if (text !== "-") return text;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of io.stdin) {
    const piece = Buffer.from(chunk);
    bytes += piece.length;
    if (bytes > maxInputBytes)
      throw new WgError("bad-input", "stdin holds more than 1 MB, which no text of a task may");
    chunks.push(piece);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw new WgError("bad-input", "stdin is no UTF-8 text", { cause });
  }
}
