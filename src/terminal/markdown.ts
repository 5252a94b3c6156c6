// Markdown made readable in a terminal while it streams in: what is shown once is never taken back.
import { startSafeText } from "./safe.ts";

/** What of a text is set apart, and how: each wraps a text that holds no line end. */
export interface Style {
  heading(text: string): string;
  bold(text: string): string;
  code(text: string): string;
  /** Marks of lists and quotes, rules and the like. */
  mark(text: string): string;
}

/** Takes pieces of Markdown and answers what can be shown; `end` gives out what was held back, and starts afresh. */
export interface MarkdownStream {
  add(piece: string): string;
  end(): string;
}

/** An opening `**` or a backtick is waited for this long to be closed, in characters. */
const maxSpan = 400;

/** Renders headings, lists, quotes, rules, code blocks, bold and inline code; all else is shown as it is. */
export function startMarkdown(style: Style): MarkdownStream {
  let safe = startSafeText();
  /** Not shown yet; begins in the line that is being shown. */
  let pending = "";
  /** How what is left of this line is shown; undefined at the beginning of a line. */
  let line: "text" | "heading" | "code" | undefined;
  /** What closes the code block we are in. */
  let fence: string | undefined;

  const show = (isWhole: boolean): string => {
    let shown = "";
    for (;;) {
      const end = pending.indexOf("\n");
      const isLineWhole = end >= 0 || isWhole;
      const text = end >= 0 ? pending.slice(0, end) : pending;
      if (line === undefined) {
        if (text === "" && end < 0) return shown;
        const began = beginning(text, isLineWhole, fence);
        if (began === undefined) return shown;
        if (began.fence !== undefined) {
          fence = began.fence === "" ? undefined : began.fence;
          shown += began.mark === "" ? "" : `${style.mark(began.mark)}\n`;
          pending = end >= 0 ? pending.slice(end + 1) : "";
          continue;
        }
        line = began.kind;
        shown += began.mark === "" ? "" : style.mark(began.mark);
        pending = pending.slice(began.length);
        continue;
      }
      const inline = inlineOf(text, line, isLineWhole, style);
      shown += inline.shown;
      pending = pending.slice(inline.length);
      if (!isLineWhole || inline.length < text.length) return shown;
      if (end < 0) return shown;
      shown += "\n";
      pending = pending.slice(1);
      line = undefined;
    }
  };

  return {
    add(piece) {
      pending += safe(piece);
      return show(false);
    },
    end() {
      const shown = show(true);
      safe = startSafeText();
      pending = "";
      line = undefined;
      fence = undefined;
      return shown;
    },
  };
}

/** How a line begins: its mark as it is shown, how much of it that was, and what follows. With `fence` the line is a fence. */
interface Beginning {
  kind: "text" | "heading" | "code";
  mark: string;
  length: number;
  /** What closes the block that begins here; empty for the end of one. */
  fence?: string;
}

/** Undefined while more of the line is needed to tell. */
function beginning(text: string, isWhole: boolean, fence: string | undefined): Beginning | undefined {
  const whole = (mark: string, newFence: string): Beginning => ({
    kind: "code",
    mark,
    length: text.length,
    fence: newFence,
  });
  if (fence !== undefined) {
    const isClosing = text.trim().startsWith(fence) && text.trim().replaceAll(fence.charAt(0), "") === "";
    if (isClosing && isWhole) return whole("", "");
    if (!isWhole && fence.startsWith(text.trim().slice(0, fence.length)) && /^\s*[`~]*\s*$/.test(text))
      return undefined;
    return { kind: "code", mark: "  ", length: 0 };
  }
  const opening = /^\s{0,3}(`{3,}|~{3,})([^`]*)$/.exec(text);
  if (opening) return isWhole ? whole(opening[2]?.trim() ?? "", opening[1] ?? "") : undefined;
  if (isRule(text)) return isWhole ? whole("─".repeat(30), "") : undefined;
  const heading = /^#{1,6}\s+/.exec(text);
  if (heading) return { kind: "heading", mark: "", length: heading[0].length };
  const item = /^(\s*)(?:[-*+]|(\d{1,9}[.)]))\s+(?=\S)/.exec(text);
  if (item) return { kind: "text", mark: `${item[1]}${item[2] ?? "•"} `, length: item[0].length };
  const quote = /^\s{0,3}> ?/.exec(text);
  if (quote && (isWhole || quote[0].length < text.length))
    return { kind: "text", mark: "│ ", length: quote[0].length };
  if (!isWhole && /^\s*(> ?|#{1,6}\s*|[-*+_]+\s*|\d{1,9}[.)]?\s*|`{1,2}|~{1,2})?$/.test(text))
    return undefined;
  return { kind: "text", mark: "", length: 0 };
}

function isRule(text: string): boolean {
  return /^\s{0,3}([-*_])(?:\s*\1){2,}\s*$/.test(text);
}

/** As much of a line as can be shown by now. */
function inlineOf(
  text: string,
  kind: "text" | "heading" | "code",
  isWhole: boolean,
  style: Style,
): { shown: string; length: number } {
  if (kind === "code") return { shown: painted(style.code, text), length: text.length };
  const plain = kind === "heading" ? style.heading : (part: string) => part;
  let shown = "";
  let length = 0;
  while (length < text.length) {
    const rest = text.slice(length);
    const mark = /`+|\*\*(?=\S)|\*\*?$/.exec(rest);
    if (mark === null) return { shown: shown + painted(plain, rest), length: text.length };
    shown += painted(plain, rest.slice(0, mark.index));
    length += mark.index;
    const span = spanOf(text.slice(length), mark[0]);
    if (span !== undefined) {
      shown += mark[0] === "**" ? bolded(span.inner, style) : style.code(span.inner);
      length += span.length;
    } else if (!isWhole && text.length - length < maxSpan) return { shown, length };
    else {
      shown += painted(plain, mark[0]);
      length += mark[0].length;
    }
  }
  return { shown, length };
}

/** What stands between a mark and the same mark again; undefined while, or when, it is not closed. */
function spanOf(text: string, mark: string): { inner: string; length: number } | undefined {
  if (mark === "*") return undefined;
  const closing = mark === "**" ? /^\*\*(\S|\S.*?[^\s*])\*\*(?!\*)/.exec(text) : closedCode(text, mark);
  if (closing === null) return undefined;
  return { inner: closing[1] ?? "", length: closing[0].length };
}

// A run of backticks is closed by a run of just as many.
function closedCode(text: string, mark: string): RegExpExecArray | null {
  return new RegExp(`^${mark}(?!\`)(.*?[^\`])${mark}(?!\`)`).exec(text);
}

function bolded(text: string, style: Style): string {
  return text
    .split(/(`[^`]+`)/)
    .map((part) => (/^`.+`$/.test(part) ? style.code(part.slice(1, -1)) : painted(style.bold, part)))
    .join("");
}

function painted(paint: (text: string) => string, text: string): string {
  return text === "" ? "" : paint(text);
}
