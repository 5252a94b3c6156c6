// Where in a valid JSON text the value of a path begins.

/** The line (from 1) of the deepest part of `path` that the text holds. */
export function lineInJson(text: string, path: readonly (string | number)[]): number {
  const reader = new Reader(text);
  for (const key of path) {
    const start = reader.at;
    if (!reader.enter(key)) return lineOfOffset(text, start);
  }
  return lineOfOffset(text, reader.at);
}

/** The line (from 1) a character stands on. */
export function lineOfOffset(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

class Reader {
  at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
    this.skip(/\s*/y);
  }

  /** Moves from the start of a list or table to the start of one of its values; false when it has none such. */
  enter(key: string | number): boolean {
    const isTable = this.text[this.at] === "{";
    if (!isTable && this.text[this.at] !== "[") return false;
    this.skip(/[{[]\s*/y);
    for (let index = 0; !/[}\]]/.test(this.text[this.at] ?? "}"); index++) {
      const name = isTable ? JSON.parse(this.skip(/"(?:[^"\\]|\\.)*"/y)) : index;
      if (isTable) this.skip(/\s*:\s*/y);
      if (name === key) return true;
      this.value();
      this.skip(/\s*,?\s*/y);
    }
    return false;
  }

  private value(): void {
    if (!/[{[]/.test(this.text[this.at] ?? "")) {
      this.skip(/"(?:[^"\\]|\\.)*"|[^\s,\]}]+/y);
      return;
    }
    let depth = 0;
    do {
      const token = this.skip(/"(?:[^"\\]|\\.)*"|[{}[\]]|[^"{}[\]]+/y);
      if (token === "{" || token === "[") depth += 1;
      if (token === "}" || token === "]") depth -= 1;
    } while (depth > 0 && this.at < this.text.length);
  }

  private skip(token: RegExp): string {
    token.lastIndex = this.at;
    const found = token.exec(this.text)?.[0] ?? "";
    this.at += found.length;
    return found;
  }
}
