// What a page about one thing is made of: facts, sections and bars, wrapped to a terminal and left as they are in a pipe.
import type { Io } from "./io.ts";
import { displayWidth, type paint as Paint, paint, plain } from "./print.ts";

export type Colour = Parameters<typeof Paint>[2];

/** A name and what there is to say; without a value the fact is left out. */
export type Fact = readonly [name: string, value: string | undefined, colour?: Colour | undefined];

const nameWidth = 10;
const barCells = 10;

/** A line for each fact, values below each other; only the first line of a value. */
export function factLines(io: Io, facts: readonly Fact[]): string[] {
  return facts.flatMap(([name, value, colour]) => {
    if (value === undefined || value === "") return [];
    const [first = "", ...rest] = wrapped(io, oneLine(value), nameWidth).map((line) =>
      colour === undefined ? line : paint(io, "stdout", colour, line),
    );
    const margin = " ".repeat(nameWidth);
    const head = paint(io, "stdout", "dim", name.padEnd(nameWidth - 1));
    return [`${head} ${first}`, ...rest.map((line) => `${margin}${line}`)];
  });
}

/** A heading with its lines indented below; nothing where there are none. */
export function section(io: Io, name: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [[paint(io, "stdout", "bold", name), ...indented(lines)].join("\n")];
}

export function indented(lines: readonly string[]): string[] {
  return lines.map((line) => (line === "" ? "" : `  ${line}`));
}

/** The first line of a text, and how many follow; control characters are shown escaped. */
export function oneLine(text: string): string {
  const [first = "", ...rest] = text.trimEnd().split(/\r?\n/);
  if (rest.length === 0) return plain(first);
  return `${plain(first)} (and ${rest.length} more ${rest.length === 1 ? "line" : "lines"})`;
}

/** The lines of a text that may say anything, no wider than a terminal has room for beside a margin. */
export function textLines(io: Io, text: string, margin: number): string[] {
  return text
    .trimEnd()
    .split(/\r?\n/)
    .flatMap((line) => {
      const lead = /^[ \t]*/.exec(line)?.[0].replaceAll("\t", "  ") ?? "";
      const rest = wrapped(io, line.trimStart().split("\t").map(plain).join("\t"), margin + lead.length);
      return rest.map((part) => `${lead}${part}`.trimEnd());
    });
}

/** One line as several, broken between words for a terminal; a longer word stays whole. */
export function wrapped(io: Io, line: string, margin: number): string[] {
  const { isTTY, columns } = io.stdout;
  const room = Math.max(20, (columns || 80) - margin);
  if (!isTTY || displayWidth(line) <= room) return [line];
  const lines: string[] = [];
  let last = "";
  for (const word of line.split(" ")) {
    const longer = last === "" ? word : `${last} ${word}`;
    if (last === "" || displayWidth(longer) <= room) last = longer;
    else {
      lines.push(last);
      last = word;
    }
  }
  return [...lines, last];
}

/** `████████░░ 0.82` for a score from 0 to 1; `########-- 0.82` where such blocks may not be shown. */
export function bar(io: Io, score: number): string {
  const filled = Math.round(score * barCells);
  const [full, empty] = showsBlocks(io) ? ["█", "░"] : ["#", "-"];
  return `${full.repeat(filled)}${empty.repeat(barCells - filled)} ${score.toFixed(2)}`;
}

/** True at a terminal whose locale says UTF-8. */
function showsBlocks({ stdout, env }: Io): boolean {
  const locale = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "";
  return stdout.isTTY === true && env["TERM"] !== "dumb" && /utf-?8/i.test(locale);
}
