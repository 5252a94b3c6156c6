// What a terminal marks as pasted, kept together: line ends in it send nothing, and long texts stand as a word for themselves.

const begin = "\u001b[200~";
const end = "\u001b[201~";
/** What a mark may have come to when the rest is still on its way, the longest first. The Escape key alone is none. */
const halves = [5, 4, 3, 2].flatMap((length) => [begin.slice(0, length), end.slice(0, length)]);
/** Turns the marks on and off. */
export const pasteOn = "\u001b[?2004h";
export const pasteOff = "\u001b[?2004l";

/** What stands for a line end and a tab in a line that is being edited. */
const lineEnd = "\u2424";
const tab = "\u2409";

/** Longer, in characters or lines, a pasted text is not shown: editing it character by character takes too long. */
const maxShown = 200;
const maxShownLines = 4;
const maxPasted = 1_000_000;

export interface PasteFilter {
  /** Keys as they may be given to a line editor. */
  keys(chunk: string): string;
  /** What a line that was edited means. */
  meaning(line: string): string;
}

/** A filter for what comes from a terminal, whatever pieces it comes in. */
export function startPasteFilter(): PasteFilter {
  const kept = new Map<string, string>();
  let held = "";
  let pasted: string | undefined;

  const word = (text: string): string => {
    const lines = text.split("\n").length;
    if (text.length <= maxShown && lines <= maxShownLines) return inLine(text);
    const name = `[pasted ${kept.size + 1}: ${lines === 1 ? `${text.length} characters` : `${lines} lines`}]`;
    kept.set(name, text);
    return name;
  };

  return {
    keys(chunk) {
      let left = held + chunk;
      held = "";
      let keys = "";
      for (;;) {
        const mark = pasted === undefined ? begin : end;
        const at = left.indexOf(mark);
        if (at < 0) break;
        if (pasted === undefined) keys += left.slice(0, at);
        else keys += word(cleaned(pasted + left.slice(0, at)));
        pasted = pasted === undefined ? "" : undefined;
        left = left.slice(at + mark.length);
      }
      held = halves.find((part) => left.endsWith(part)) ?? "";
      left = left.slice(0, left.length - held.length);
      if (pasted === undefined) return keys + left;
      pasted = (pasted + left).slice(0, maxPasted);
      return keys;
    },
    meaning(line) {
      const whole = [...kept].reduce(
        (text, [name, pastedText]) => text.replaceAll(name, () => pastedText),
        line,
      );
      return outOfLine(whole);
    },
  };
}

/** A text of several lines as one line that can be edited. */
export function inLine(text: string): string {
  return text.replaceAll("\n", lineEnd).replaceAll("\t", tab);
}

function outOfLine(line: string): string {
  return line.replaceAll(lineEnd, "\n").replaceAll(tab, "\t");
}

function cleaned(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(/[^\P{Cc}\n\t]/gu, "")
    .replace(/\n+$/, "");
}
