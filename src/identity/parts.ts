// The three kinds of agency files read strictly: an agent, a role, a tradeoff; what is wrong is said with file and line.
import { WgError } from "../base/error.ts";
import { nearest } from "../base/nearest.ts";
import { isTable, parseToml, type TomlFile, type TomlTable } from "../config/toml.ts";
import type { AgentRole, Tradeoff } from "./identity.ts";
import { isAgencyName } from "./name.ts";

/** A part of an agent: named, so in a file of its own, or written where it is used. */
export type Part<Content> = { kind: "named"; name: string } | { kind: "inline"; content: Content };

/** What the file of an agent says; the lines are for what turns out to be wrong with a name later. */
export interface AgentFile {
  description?: string;
  role: Part<AgentRole>;
  tradeoff: Part<Tradeoff>;
  placeOf: TomlFile["placeOf"];
}

/** Characters of one sentence, and of the only text that has several lines. */
const maxSentence = 600;
const maxInstructions = 4000;
/** Entries of one list. */
const maxEntries = 20;

/** An agent's file. Refuses (`bad-toml`, `bad-identity`) with the line. */
export function readAgentFile(path: string, text: string): AgentFile {
  const reader = new Reader(parseToml(path, text), []);
  reader.only(["description", "role", "tradeoff"]);
  const description = reader.sentence("description");
  return {
    ...(description !== undefined && { description }),
    role: reader.part("role", roleIn),
    tradeoff: reader.part("tradeoff", tradeoffIn),
    placeOf: reader.file.placeOf,
  };
}

/** A role's file. Refuses as `readAgentFile`. */
export function readRoleFile(path: string, text: string): AgentRole {
  return roleIn(new Reader(parseToml(path, text), []));
}

/** A tradeoff's file. Refuses as `readAgentFile`. */
export function readTradeoffFile(path: string, text: string): Tradeoff {
  return tradeoffIn(new Reader(parseToml(path, text), []));
}

function roleIn(reader: Reader): AgentRole {
  reader.only(["description", "skills", "outcome", "instructions"]);
  const outcome = reader.sentence("outcome");
  const instructions = reader.text("instructions", maxInstructions);
  const description = reader.sentence("description");
  if (description === undefined)
    throw reader.refusal(undefined, "a role says in its description what it is good at");
  return {
    description,
    skills: reader.skills("skills"),
    ...(outcome !== undefined && { outcome }),
    ...(instructions !== undefined && { instructions }),
  };
}

function tradeoffIn(reader: Reader): Tradeoff {
  reader.only(["description", "first", "acceptable", "never"]);
  const description = reader.sentence("description");
  const [first, acceptable, never] = [reader.list("first"), reader.list("acceptable"), reader.list("never")];
  if (first.length + acceptable.length + never.length === 0) {
    throw reader.refusal(undefined, "a tradeoff says what comes first, what is acceptable, or what never is");
  }
  return { ...(description !== undefined && { description }), first, acceptable, never };
}

/** One table of a file, and how its values are read. */
class Reader {
  readonly file: TomlFile;
  private readonly table: TomlTable;
  private readonly above: readonly string[];

  constructor(file: TomlFile, above: readonly string[]) {
    this.file = file;
    this.above = above;
    const inner = above.reduce<unknown>((at, key) => (isTable(at) ? at[key] : undefined), file.table);
    this.table = isTable(inner) ? inner : {};
  }

  refusal(key: string | undefined, message: string, hint?: string): WgError {
    const at = this.file.placeOf(key === undefined ? this.above : [...this.above, key]);
    return new WgError("bad-identity", message, { at, ...(hint !== undefined && { hint }) });
  }

  /** Refuses a key that means nothing here: most often one that was mistyped. */
  only(known: readonly string[]): void {
    const wrong = Object.keys(this.table).find((key) => !known.includes(key));
    if (wrong === undefined) return;
    const guess = nearest(wrong, known);
    const hint = guess === undefined ? `known here are ${known.join(", ")}` : `did you mean ${guess}?`;
    throw this.refusal(wrong, `${JSON.stringify(wrong.slice(0, 64))} is no key of this file`, hint);
  }

  part<Content>(key: string, read: (reader: Reader) => Content): Part<Content> {
    const value = this.table[key];
    if (isTable(value)) return { kind: "inline", content: read(new Reader(this.file, [...this.above, key])) };
    if (typeof value === "string" && isAgencyName(value)) return { kind: "named", name: value };
    const hint = `${key} = "<name>" takes that file of ${key}s/; a table [${key}] says it here`;
    if (value === undefined) throw this.refusal(undefined, `an agent has a ${key}`, hint);
    throw this.refusal(key, `${key} is neither a name nor a table`, hint);
  }

  /** One line of text: line ends in it count as spaces. */
  sentence(key: string): string | undefined {
    return this.text(key, maxSentence)?.replace(/\s+/g, " ");
  }

  /** Trimmed; undefined for one that says nothing. */
  text(key: string, limit: number): string | undefined {
    const value = this.table[key];
    if (value === undefined) return undefined;
    return this.checked(key, value, limit) || undefined;
  }

  list(key: string): string[] {
    const value = this.table[key];
    if (value === undefined) return [];
    if (!Array.isArray(value))
      throw this.refusal(key, `${key} is a list of sentences`, `${key} = ["...", "..."]`);
    if (value.length > maxEntries) {
      throw this.refusal(key, `${key} has ${value.length} entries, the limit is ${maxEntries}`);
    }
    return value
      .map((entry) => this.checked(key, entry, maxSentence).replace(/\s+/g, " "))
      .filter((entry) => entry !== "");
  }

  skills(key: string): string[] {
    const skills = this.list(key);
    const wrong = skills.find((skill) => !/^[\p{L}\p{N}][\p{L}\p{N}._:/-]{0,63}$/u.test(skill));
    if (wrong !== undefined) {
      const hint = "a skill is one word, as the tag of a task is: letters, digits and . _ : / -";
      throw this.refusal(key, `${JSON.stringify(wrong.slice(0, 64))} is no skill`, hint);
    }
    return [...new Set(skills)].sort();
  }

  private checked(key: string, value: unknown, limit: number): string {
    if (typeof value !== "string") throw this.refusal(key, `${key} is text`);
    const text = value.replaceAll("\r\n", "\n").trim();
    const hidden = hiddenIn(text);
    if (hidden !== undefined) {
      throw this.refusal(key, `${key} holds a character that nobody sees (${hidden})`, "remove it");
    }
    if (text.length <= limit) return text;
    throw this.refusal(key, `${key} has ${text.length} characters, the limit is ${limit}`);
  }
}

/** The first character that would not be seen in a diff, as `U+202E`; joiners, which scripts and emoji need, are none. */
function hiddenIn(text: string): string | undefined {
  const unseen = /(?![\n\t\u200c\u200d])(?:[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|[\u{e0100}-\u{e01ef}])/u;
  const [found] = unseen.exec(text) ?? [];
  const code = found?.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0");
  return code === undefined ? undefined : `U+${code}`;
}
