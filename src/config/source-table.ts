// A table of somebody else's settings that remembers what was taken from it, so that the rest can be told.
import { isTable } from "./toml.ts";

/** A key that stood in a file; its value is not here. The person exports `variable`, with the value found at `at`. */
export interface KeyNeed {
  variable: string;
  at: string;
}

/** A setting that has no place in ours; never its value. */
export interface NotTaken {
  key: string;
  why: string;
}

type Path = readonly string[];

/** Reading marks a value as taken; `leave` marks it as seen and says why not; `notTaken` lists everything else too. */
export class SourceTable {
  private readonly table: Record<string, unknown>;
  private readonly seen = new Set<string>();
  private readonly left: NotTaken[] = [];

  constructor(table: Record<string, unknown>) {
    this.table = table;
  }

  /** The value, which may be anything; undefined where there is none. */
  take(...path: Path): unknown {
    const value = this.peek(...path);
    if (value !== undefined) this.seen.add(JSON.stringify(path));
    return value;
  }

  /** The text without white space around it; nothing for an empty one. Another kind of value is left. */
  text(...path: Path): string | undefined {
    const value = this.take(...path);
    if (typeof value === "string") return value.trim() || undefined;
    if (value !== undefined) this.leave("it is no text", ...path);
    return undefined;
  }

  /** As `take`, without taking. */
  peek(...path: Path): unknown {
    return path.reduce<unknown>(
      (at, name) => (isTable(at) && Object.hasOwn(at, name) ? at[name] : undefined),
      this.table,
    );
  }

  /** The names in a table, none where there is no table. */
  names(...path: Path): string[] {
    const value = this.peek(...path);
    return isTable(value) ? Object.keys(value) : [];
  }

  /** Says why a value was not taken; nothing when it is not there. */
  leave(why: string, ...path: Path): void {
    if (this.peek(...path) === undefined) return;
    this.seen.add(JSON.stringify(path));
    this.left.push({ key: path.join("."), why });
  }

  /** Everything that was not taken, in the order it was seen, then as it stands in the table. */
  notTaken(why: string): NotTaken[] {
    return [...this.left, ...this.unseen([], this.table).map((path) => ({ key: path.join("."), why }))];
  }

  /** The highest tables of which nothing was seen, and single values beside those that were. */
  private unseen(path: Path, value: unknown): Path[] {
    if (this.seen.has(JSON.stringify(path))) return [];
    const isOpen = path.length === 0 || [...this.seen].some((each) => isBelow(each, path));
    if (!isOpen) return [path];
    if (!isTable(value)) return [];
    return Object.entries(value).flatMap(([name, member]) => this.unseen([...path, name], member));
  }
}

function isBelow(seen: string, path: Path): boolean {
  return seen.startsWith(`${JSON.stringify(path).slice(0, -1)},`);
}
