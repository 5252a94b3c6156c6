// Arguments of a tool call, taken with patience: small models write "5" for 5 and "true" for true.
import { WgError } from "../base/error.ts";
import type { Fields } from "./fields.ts";

/** Refuses with `bad-argument` when it is missing or no text. */
export function textArgument(args: Fields, name: string): string {
  const value = args[name];
  if (typeof value === "string") return value;
  throw new WgError("bad-argument", value === undefined ? `${name} is missing` : `${name} is no text`);
}

/** The text, or `fallback` when it is missing. */
export function optionalText(args: Fields, name: string, fallback: string): string {
  return isMissing(args[name]) ? fallback : textArgument(args, name);
}

/** A whole number from 1 to `most`, or `fallback` when it is missing; a larger one becomes `most`. */
export function countArgument(args: Fields, name: string, fallback: number, most: number): number {
  const value = args[name];
  if (isMissing(value)) return fallback;
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number === "number" && number >= 1) return Math.min(Math.floor(number), most);
  throw new WgError("bad-argument", `${name} is no number from 1`);
}

/** True or false; false when it is missing. */
export function flagArgument(args: Fields, name: string): boolean {
  const value = args[name];
  if (isMissing(value)) return false;
  if (typeof value === "boolean") return value;
  if (value === "true" || value === "false") return value === "true";
  throw new WgError("bad-argument", `${name} is neither true nor false`);
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null;
}
