// Where in a valid TOML text each table, key, value and comment stands. It finds spans; smol-toml says what they mean.
import { parse } from "smol-toml";

/**
 * One header, key or list element. `path` goes from the root, with positions in lists. `start` is its first character;
 * a value, or the whole header, is from `valueStart` up to `valueEnd`. `nameStart` is where the last part of a key
 * begins. `inside` is true within an inline table or list.
 */
export interface Entry {
  kind: "table" | "list-table" | "key" | "element";
  path: (string | number)[];
  start: number;
  nameStart: number;
  valueStart: number;
  valueEnd: number;
  inside: boolean;
}

/** Everything that has a path, in the order of the text. The text must have been parsed before: this does not validate. */
export function entriesOf(text: string): Entry[] {
  return new Scanner(text).document().entries;
}

/** The comments from `#` to the end of their line, in the order of the text. */
export function commentsOf(text: string): string[] {
  return new Scanner(text).document().comments;
}

class Scanner {
  readonly entries: Entry[] = [];
  readonly comments: string[] = [];
  private readonly text: string;
  private at: number;
  private section: (string | number)[] = [];
  /** How many tables a list of tables has so far, by its path. */
  private readonly counts = new Map<string, number>();

  constructor(text: string) {
    this.text = text;
    this.at = text.startsWith("\ufeff") ? 1 : 0;
  }

  document(): this {
    for (this.skipBlank(); this.at < this.text.length; this.skipBlank()) {
      if (this.text[this.at] === "[") this.header();
      else this.pair(this.section, false);
    }
    return this;
  }

  private header(): void {
    const start = this.at;
    const isList = this.text[start + 1] === "[";
    this.at += isList ? 2 : 1;
    const { names, nameStart } = this.key();
    this.at = this.text.indexOf("]", this.at) + (isList ? 2 : 1);
    this.section = this.resolve(names, isList);
    this.entries.push({
      kind: isList ? "list-table" : "table",
      path: this.section,
      start,
      nameStart,
      valueStart: start,
      valueEnd: this.at,
      inside: false,
    });
  }

  /** A header's names with the positions in lists of tables filled in; `[[x]]` begins a new position. */
  private resolve(names: readonly string[], isList: boolean): (string | number)[] {
    const path: (string | number)[] = [];
    for (const [index, name] of names.entries()) {
      path.push(name);
      const id = JSON.stringify(path);
      const count = this.counts.get(id);
      if (isList && index === names.length - 1) {
        this.counts.set(id, (count ?? 0) + 1);
        path.push(count ?? 0);
      } else if (count !== undefined) path.push(count - 1);
    }
    return path;
  }

  private pair(section: readonly (string | number)[], inside: boolean): void {
    const start = this.at;
    const { names, nameStart } = this.key();
    this.at = this.text.indexOf("=", this.at) + 1;
    this.skipBlank();
    this.valueOf({ kind: "key", path: [...section, ...names], start, nameStart, inside });
  }

  private valueOf(begun: Omit<Entry, "valueStart" | "valueEnd">): void {
    const entry = { ...begun, valueStart: this.at, valueEnd: this.at };
    this.entries.push(entry);
    this.value(entry.path);
    entry.valueEnd = this.at;
  }

  private value(path: readonly (string | number)[]): void {
    switch (this.text[this.at]) {
      case '"':
      case "'":
        this.string();
        break;
      case "[":
        this.list(path);
        break;
      case "{":
        this.inlineTable(path);
        break;
      default:
        this.bare();
    }
  }

  private list(path: readonly (string | number)[]): void {
    this.at += 1;
    let index = 0;
    for (this.skipSeparators(); this.text[this.at] !== "]"; this.skipSeparators()) {
      const start = this.at;
      this.valueOf({ kind: "element", path: [...path, index], start, nameStart: start, inside: true });
      index += 1;
    }
    this.at += 1;
  }

  private inlineTable(path: readonly (string | number)[]): void {
    this.at += 1;
    for (this.skipSeparators(); this.text[this.at] !== "}"; this.skipSeparators()) this.pair(path, true);
    this.at += 1;
  }

  /** A number, a boolean or a date, which may hold one space. */
  private bare(): void {
    const rest = /[^,\]}#\r\n]*/y;
    rest.lastIndex = this.at;
    this.at += (rest.exec(this.text)?.[0] ?? "").trimEnd().length;
  }

  private string(): void {
    const quote = this.text[this.at] ?? "";
    const isLong = this.text.startsWith(quote.repeat(3), this.at);
    if (!isLong) {
      this.at += 1;
      this.closeAt(quote, quote);
      return;
    }
    this.at += 3;
    this.closeAt(quote.repeat(3), quote);
    // Up to two more quotes belong to the string: the closing three are its last.
    for (let extra = 0; extra < 2 && this.text[this.at] === quote; extra++) this.at += 1;
  }

  private closeAt(closing: string, quote: string): void {
    while (this.text[this.at] !== quote || !this.text.startsWith(closing, this.at)) {
      this.at += quote === '"' && this.text[this.at] === "\\" ? 2 : 1;
      if (this.at > this.text.length) throw new Error("scanned a text that is no TOML");
    }
    this.at += closing.length;
  }

  private key(): { names: string[]; nameStart: number } {
    const names: string[] = [];
    for (;;) {
      this.skipSpace();
      const nameStart = this.at;
      names.push(this.name());
      this.skipSpace();
      if (this.text[this.at] !== ".") return { names, nameStart };
      this.at += 1;
    }
  }

  private name(): string {
    const start = this.at;
    const first = this.text[start];
    if (first === '"' || first === "'") {
      this.string();
      return Object.keys(parse(`${this.text.slice(start, this.at)} = 0`))[0] ?? "";
    }
    const bare = /[A-Za-z0-9_-]+/y;
    bare.lastIndex = start;
    const name = bare.exec(this.text)?.[0];
    if (name === undefined) throw new Error("scanned a text that is no TOML");
    this.at += name.length;
    return name;
  }

  private skipSpace(): void {
    while (this.text[this.at] === " " || this.text[this.at] === "\t") this.at += 1;
  }

  private skipSeparators(): void {
    for (this.skipBlank(); this.text[this.at] === ","; this.skipBlank()) this.at += 1;
    if (this.at >= this.text.length) throw new Error("scanned a text that is no TOML");
  }

  /** White space, line ends and comments. */
  private skipBlank(): void {
    const blank = /[ \t\r\n]*/y;
    for (;;) {
      blank.lastIndex = this.at;
      this.at += blank.exec(this.text)?.[0].length ?? 0;
      if (this.text[this.at] !== "#") return;
      const end = this.text.indexOf("\n", this.at);
      const comment = this.text.slice(this.at, end < 0 ? undefined : end);
      this.comments.push(comment.replace(/\r$/, ""));
      this.at += comment.length;
    }
  }
}
