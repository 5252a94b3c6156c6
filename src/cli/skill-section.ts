// The part of another tool's file that is wg's: put in between two markers, found by them, and taken out without a trace.
import { WgError } from "../base/error.ts";

/** Marks as a line: `<!-- wg skill: begin. -->`, in front matter `# wg skill: begin.`; what follows the word may change. */
const begins = /^(?:<!--|#) wg skill: begin\b.*$/gm;
const ends = /^(?:<!--|#) wg skill: end\b.*$/gm;
const frontMatter = "---";

/**
 * The text with `section` in it: in place of one that is there, else at its end. `section` is lines without a last line
 * break, and begins and ends with a marker; front matter may stand before the first. Every other byte stays, and the line
 * breaks are those of the text. Refuses (`damaged-markers`). Pure.
 */
export function withSection(text: string, section: string, file: string): string {
  const found = findSection(text, file);
  if (found !== undefined) {
    const eol = breakOf(text.slice(found.from, found.to));
    return text.slice(0, found.from) + section.replaceAll("\n", eol) + text.slice(found.to);
  }
  const eol = breakOf(text);
  const own = section.replaceAll("\n", eol);
  if (text === "") return `${own}${eol}`;
  // How it stands there tells `withoutSection` whether the text ended in a line break.
  return text.endsWith("\n") ? `${text}${eol}${own}${eol}` : `${text}${eol}${own}`;
}

/** The text as it was before `withSection`; undefined when there is none in it. Refuses (`damaged-markers`). Pure. */
export function withoutSection(text: string, file: string): string | undefined {
  const found = findSection(text, file);
  if (found === undefined) return undefined;
  const eol = breakOf(text.slice(found.from, found.to));
  const before = text.slice(0, found.from);
  const after = text.slice(found.to);
  const rest = after.startsWith(eol) ? after.slice(eol.length) : after;
  if (!before.endsWith(eol)) return before + rest;
  const shorter = before.slice(0, -eol.length);
  return (shorter.endsWith("\n") || after === "" ? shorter : before) + rest;
}

/** True when some of it is in the text. Pure. */
export function hasSection(text: string, file: string): boolean {
  return findSection(text, file) !== undefined;
}

function findSection(text: string, file: string): { from: number; to: number } | undefined {
  const starts = [...text.matchAll(begins)];
  const stops = [...text.matchAll(ends)];
  const [start] = starts;
  const [stop] = stops;
  if (start === undefined && stop === undefined) return undefined;
  const isWhole = starts.length === 1 && stops.length === 1;
  if (start === undefined || stop === undefined || !isWhole || stop.index < start.index) {
    const first = start === undefined || (stop !== undefined && stop.index < start.index) ? stop : start;
    throw damaged(text, first?.index ?? 0, file);
  }
  const to = stop.index + stop[0].length;
  if (!start[0].startsWith("#")) return { from: start.index, to };
  const from = /(?<=^|\n)---\r?\n$/.exec(text.slice(0, start.index))?.index;
  if (from === undefined) throw damaged(text, start.index, file);
  return { from, to };
}

function breakOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

function damaged(text: string, at: number, file: string): WgError {
  const line = text.slice(0, at).split("\n").length;
  return new WgError(
    "damaged-markers",
    `${file} does not have both markers of wg's part exactly once, in order`,
    {
      at: { path: file, line },
      hint: "take out by hand what is left of it, with its markers; wg skill show prints what it was",
    },
  );
}

/** What `wg skill` writes, marked. `head` is front matter without its fences. Pure. */
export function markedSection(head: string | undefined, body: string): string {
  const begin = "wg skill: begin. Written by wg skill install, taken out by wg skill uninstall.";
  const first =
    head === undefined ? `<!-- ${begin} -->` : `${frontMatter}\n# ${begin}\n${head}\n${frontMatter}`;
  return `${first}\n${body}\n<!-- wg skill: end -->`;
}
