// What the demo prints as it goes: short lines with the time since it began.
import type { Writable } from "node:stream";
import type { Env } from "../base/home.ts";
import { plain } from "../cli/print.ts";

export type Tone = "bold" | "dim" | "red" | "green" | "yellow" | "cyan" | "magenta";

const codes: Record<Tone, number> = {
  bold: 1,
  dim: 2,
  red: 31,
  green: 32,
  yellow: 33,
  cyan: 36,
  magenta: 35,
};

export interface Stage {
  /** A line as it is. */
  line(text?: string): void;
  /** A name and what there is to say about it. */
  fact(name: string, text: string, tone?: Tone): void;
  /** Something that happens now. */
  event(text: string, tone?: Tone): void;
  /** A sentence that belongs to the event above. */
  aside(text: string, tone?: Tone): void;
  /** A sentence of its own. */
  paragraph(text: string, tone?: Tone): void;
  /** Text in a colour, where the terminal has any. */
  tinted(text: string, tone: Tone | undefined): string;
  /** Columns there are; undefined when it is no terminal. */
  columns: number | undefined;
}

/** A stage on `out`; the clock starts now. */
export function openStage(out: Writable & { isTTY?: boolean; columns?: number }, env: Env): Stage {
  const startedMs = performance.now();
  const hasColour = out.isTTY === true && !env["NO_COLOR"] && env["TERM"] !== "dumb";
  const width = Math.min(out.columns ?? 100, 110);
  const tinted = (text: string, tone: Tone | undefined) =>
    hasColour && tone !== undefined ? `\u001b[${codes[tone]}m${text}\u001b[0m` : text;
  const line = (text = "") => {
    out.write(`${text}\n`);
  };
  const hanging = (head: string, indent: number, text: string, tone: Tone | undefined) => {
    const [first = "", ...rest] = wrapped(plain(text), width - indent);
    line(`${head}${tinted(first, tone)}`);
    for (const more of rest) line(`${" ".repeat(indent)}${tinted(more, tone)}`);
  };
  return {
    line,
    tinted,
    fact: (name, text, tone) => hanging(`  ${tinted(name.padEnd(10), "dim")}`, 12, text, tone),
    event(text, tone) {
      const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
      hanging(`${tinted(`${seconds.padStart(6)}s`, "dim")}  `, 9, text, tone);
    },
    paragraph: (text, tone) => hanging("  ", 2, text, tone),
    columns: out.columns,
    aside: (text, tone = "dim") => hanging(" ".repeat(9), 9, text, tone),
  };
}

/** The text in lines of at most `width` characters, broken between words; a longer word stands alone. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
