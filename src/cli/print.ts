// How everything is said: data to stdout, sentences to stderr, one JSON envelope, plain tables.
import { placeText, type WgError } from "../base/error.ts";
import type { Io } from "./io.ts";

/** The version of every JSON envelope. */
export const schemaVersion = 1;

/** Data for the caller: a line (or several) on stdout. */
export function print(io: Io, text: string): void {
  io.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
}

/** A sentence for the person: stderr. */
export function say(io: Io, text: string): void {
  io.stderr.write(text.endsWith("\n") ? text : `${text}\n`);
}

/** The envelope `{ "schemaVersion": 1, ... }` on stdout. */
export function printJson(io: Io, data: Record<string, unknown>): void {
  io.stdout.write(`${JSON.stringify({ schemaVersion, ...data }, null, 2)}\n`);
}

/** A refusal as `wg: message`, `  at path:line`, `  hint: ...` on stderr; with `json` also as an envelope on stdout. */
export function printRefusal(io: Io, error: WgError, json: boolean): void {
  if (json) {
    const { code, message, hint, at } = error;
    printJson(io, { error: { code, message, ...(hint && { hint }), ...(at && { at }) } });
    return;
  }
  say(io, `wg: ${error.message}`);
  if (error.at) say(io, `  at ${placeText(error.at)}`);
  if (error.hint) say(io, `  hint: ${error.hint}`);
}

/** Columns padded to their widest cell, two spaces between, no trailing white space. Control characters are shown escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows].map((row) => row.map(plain));
  const widths = head.map((_, column) => Math.max(...all.map((row) => displayWidth(row[column] ?? ""))));
  return all
    .map((row) =>
      row.map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - displayWidth(cell))).join("  "),
    )
    .map((line) => line.trimEnd())
    .join("\n");
}

/** Text that cannot move a terminal's cursor or fake a line: control characters become `\xNN`. */
export function plain(text: string): string {
  return text.replace(/[^ -~\xa0-\u2027\u202a-\uffff]/g, (character) => {
    if (character === "\n") return "\\n";
    return `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, "0")}`;
  });
}

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

/** Colours the text when the stream is a terminal and NO_COLOR is unset. */
export function paint(io: Io, stream: "stdout" | "stderr", colour: keyof typeof codes, text: string): string {
  if (!io[stream].isTTY || io.env["NO_COLOR"] || io.env["TERM"] === "dumb") return text;
  return `\u001b[${codes[colour]}m${text}\u001b[0m`;
}

/** The text, without line ends, in at most so many terminal cells; with a mark where something was cut off. */
export function cutToWidth(text: string, cells: number): string {
  if (displayWidth(text) <= cells) return text;
  let cut = "";
  let left = cells - 1;
  for (const character of text) {
    left -= displayWidth(character);
    if (left < 0) break;
    cut += character;
  }
  return `${cut}…`;
}

/** Terminal cells: wide East Asian characters and emoji take two, combining marks none. */
export function displayWidth(text: string): number {
  // Making the expressions below costs 2 ms, more than a whole table of plain text.
  if (/^[ -~]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) {
    if (/\p{Mark}|\u200d/u.test(character)) continue;
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return width;
}
