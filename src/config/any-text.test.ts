// What holds for any TOML text: spans agree with another parser, and an edit changes its value and nothing else.
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { parse } from "smol-toml";
import { type AST, parseTOML } from "toml-eslint-parser";
import { describe, expect, it } from "vitest";
import { WgError } from "../base/error.ts";
import { appendTable, setValue, unsetValue } from "./edit.ts";
import { tomlLiteral } from "./literal.ts";
import { commentsOf, type Entry, entriesOf } from "./scan.ts";
import { isTable, type KeyPath } from "./toml.ts";

const names = ["a", "b", "c", "d-e", "f_1", "g h", "i.j", ""];
const name = fc.constantFrom(...names);
const writtenName = fc
  .tuple(name, fc.constantFrom("bare", "basic", "literal"))
  .map(([text, style]) =>
    style === "bare" && /^[\w-]+$/.test(text) ? text : style === "literal" ? `'${text}'` : `"${text}"`,
  );
const dot = fc.constantFrom(".", " . ", ".\t");
const keyWith = (longest: number) =>
  fc
    .array(fc.tuple(writtenName, dot), { minLength: 1, maxLength: longest })
    .map((parts) => parts.map(([part, by], index) => (index === 0 ? part : by + part)).join(""));
const comment = fc.constantFrom("# why", "#", "# a = [1, 'x'", '# "quote', "#\t\u00fc ] }", "# [a]");
const eol = fc.constantFrom("\n", "\r\n");
const space = fc.constantFrom("", " ", "\t", "  ");
const break_ = fc.tuple(space, fc.option(comment), eol).map(([pad, words, end]) => pad + (words ?? "") + end);

const scalar = fc.constantFrom(
  ...[
    '"x"',
    "'y'",
    '"# no"',
    "'\\'",
    '"\\\\"',
    '"\\""',
    '"""z"""',
    '"""\r\nl # m\n"""',
    "'''\nn'\n'''",
    "'''''p'''''",
  ],
  ...[
    '"""\\""""""',
    '""',
    "0",
    "-17",
    "3.5",
    "inf",
    "0x_ff".replace("_", ""),
    "true",
    "false",
    '"é\u{1f600}"',
  ],
  ...["1979-05-27", "1979-05-27 07:32:00Z", "07:32:00", "1979-05-27T07:32:00.5+01:00"],
);
const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    scalar,
    fc
      .tuple(
        fc.array(fc.tuple(tie("value"), fc.oneof(space, break_)), { maxLength: 3 }),
        fc.oneof(space, break_),
        fc.boolean(),
      )
      .map(([items, first, comma]) => {
        const body = items.map(
          ([item, gap], index) => `${item}${gap}${index < items.length - 1 || comma ? "," : ""}`,
        );
        return `[${first}${body.join(" ")}]`;
      }),
    fc
      .tuple(fc.array(fc.tuple(keyWith(2), tie("value")), { maxLength: 3 }), space)
      .map(
        ([pairs, gap]) => `{${gap}${pairs.map(([key, item]) => `${key} =${gap}${item}`).join(", ")}${gap}}`,
      ),
  ),
}));
const statement = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(space, keyWith(3), value).map(([pad, key, item]) => `${pad}${key} = ${item}`),
  },
  { weight: 2, arbitrary: fc.tuple(space, keyWith(3)).map(([pad, key]) => `${pad}[${key}]`) },
  { weight: 1, arbitrary: keyWith(2).map((key) => `[[ ${key} ]]`) },
  { weight: 1, arbitrary: fc.constant("") },
);

/** Any valid text, statements that would break it left out, with and without a byte order mark and a last line end. */
const anyText = fc
  .tuple(fc.array(fc.tuple(statement, break_), { maxLength: 12 }), fc.boolean(), fc.boolean())
  .map(([lines, mark, cut]) => {
    const text = lines.reduce(
      (sum, [words, end]) => (isToml(sum + words + end) ? sum + words + end : sum),
      "",
    );
    return (mark ? "\ufeff" : "") + (cut ? text.replace(/\r?\n$/, "") : text);
  })
  .filter(isToml);

const newValue = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.constantFrom("a\nb", "\u007f", '"', "\\", "#"),
  fc.integer(),
  fc.boolean(),
  fc.array(fc.string(), { maxLength: 3 }),
  fc.record({ ref: fc.string() }),
);

describe("any TOML text", () => {
  it("has the same keys, values, headers and comments as toml-eslint-parser finds", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { entries, comments } = otherParser(text);
        expect(entriesOf(text).map((entry) => inOtherWords(text, entry))).toEqual(entries);
        expect(commentsOf(text)).toEqual(comments);
      }),
      { numRuns: 400 },
    );
  });

  it("keeps every byte outside the value that is set in place", () => {
    fc.assert(
      fc.property(anyText, fc.nat(), newValue, (text, pick, put) => {
        const keys = entriesOf(text).filter(({ kind }) => kind === "key" || kind === "element");
        const entry = keys[pick % Math.max(1, keys.length)];
        fc.pre(entry !== undefined);
        const holdsComment = commentsOf(`x = ${text.slice(entry.valueStart, entry.valueEnd)}`).length > 0;
        const after = orRefusal(() => setValue(text, entry.path, put));
        if (after instanceof WgError) {
          expect(holdsComment, after.message).toBe(true);
          return;
        }
        expect(after).toBe(text.slice(0, entry.valueStart) + tomlLiteral(put) + text.slice(entry.valueEnd));
        expect(valueAt(parse(after), entry.path)).toEqual(put);
      }),
      { numRuns: 400 },
    );
  });

  it("gets a new key by an insertion in one place: every byte it had is still there, in order", () => {
    fc.assert(
      fc.property(anyText, fc.array(name, { minLength: 1, maxLength: 3 }), newValue, (text, path, put) => {
        fc.pre(valueAt(parse(text), path) === undefined);
        const after = orRefusal(() => setValue(text, path, put));
        if (after instanceof WgError) {
          expect(after.code).toBe("cannot-edit");
          return;
        }
        expect(isInsertion(text, after)).toBe(true);
        expect(commentsOf(after)).toEqual(commentsOf(text));
        expect(valueAt(parse(after), path)).toEqual(put);
        expect(unsetValue(after, path).length).toBeGreaterThanOrEqual(text.length);
      }),
      { numRuns: 400 },
    );
  });

  it("loses a key that is unset, no other value and no comment", () => {
    fc.assert(
      fc.property(anyText, fc.nat(), (text, pick) => {
        const entries = entriesOf(text);
        const path = entries[pick % Math.max(1, entries.length)]?.path;
        fc.pre(path?.every((part) => typeof part === "string") === true);
        const after = orRefusal(() => unsetValue(text, path ?? []));
        if (after instanceof WgError) {
          expect(after.code).toBe("cannot-edit");
          return;
        }
        expect(commentsOf(after)).toEqual(commentsOf(text));
        expect(holdsNothing(valueAt(parse(after), path ?? []))).toBe(true);
        const gone = (key: string) => `${key}\0`.startsWith(`${path?.join("\0")}\0`);
        const others = Object.entries(flat(parse(text))).filter(([key]) => !gone(key));
        expect(flat(parse(after))).toEqual(Object.fromEntries(others));
        expect(entriesOf(after).length).toBeLessThan(entries.length);
      }),
      { numRuns: 400 },
    );
  });

  it("gets one more table at the end of a list, and keeps every byte", () => {
    fc.assert(
      fc.property(anyText, fc.array(name, { minLength: 1, maxLength: 2 }), (text, path) => {
        const before = valueAt(parse(text), path);
        const after = orRefusal(() => appendTable(text, path, { name: "x", n: 1 }));
        if (after instanceof WgError) {
          expect(after.code).toBe("cannot-edit");
          return;
        }
        expect(isInsertion(text, after)).toBe(true);
        const list = valueAt(parse(after), path);
        expect(list).toEqual([...(Array.isArray(before) ? before : []), { name: "x", n: 1 }]);
      }),
      { numRuns: 300 },
    );
  });
});

/** One edit of whatever text there is by then; `pick` chooses among its keys. */
const anyEdit = fc.record({
  kind: fc.constantFrom("set", "add", "unset", "append"),
  pick: fc.nat(),
  path: fc.array(name, { minLength: 1, maxLength: 3 }),
  put: newValue,
});

describe("twenty edits in a row", () => {
  it("each keep every comment and come to what was asked for, or are refused: 2,000 edits in all", () => {
    let made = 0;
    fc.assert(
      fc.property(anyText, fc.array(anyEdit, { minLength: 20, maxLength: 20 }), (start, edits) => {
        const comments = commentsOf(start);
        let text = start;
        for (const { kind, pick, path, put } of edits) {
          const entries = entriesOf(text);
          const there = entries[pick % Math.max(1, entries.length)]?.path ?? path;
          const table = { name: "x", n: pick };
          const after = orRefusal(() => {
            if (kind === "set") return setValue(text, there, put);
            if (kind === "add") return setValue(text, path, put);
            return kind === "unset" ? unsetValue(text, there) : appendTable(text, path, table);
          });
          if (after instanceof WgError) {
            expect(["cannot-edit", "not-set"]).toContain(after.code);
            continue;
          }
          const wanted = parse(text);
          if (kind === "set") change(wanted, there, () => put);
          if (kind === "add") change(wanted, path, () => put);
          if (kind === "unset") change(wanted, there, () => undefined);
          if (kind === "append")
            change(wanted, path, (list) => [...(Array.isArray(list) ? list : []), table]);
          const come = parse(after);
          // Compared without `expect` where they are equal, which is ten times as fast.
          if (!isDeepStrictEqual(filled(come), filled(wanted))) expect(filled(come)).toEqual(filled(wanted));
          if (!isDeepStrictEqual(commentsOf(after), comments)) expect(commentsOf(after)).toEqual(comments);
          if (kind === "set" || kind === "add")
            expect(valueAt(come, kind === "set" ? there : path)).toEqual(put);
          text = after;
          made += 1;
        }
      }),
      { numRuns: 100 },
    );
    expect(made).toBeGreaterThan(1000);
  });
});

/** The same without tables and lists that hold nothing: where the last value was taken away, no word of them need stay. */
function filled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(filled);
  if (!isTable(value)) return value;
  const members = Object.entries(value).map(([part, member]) => [part, filled(member)] as const);
  const isEmpty = (member: unknown) => (Array.isArray(member) ? member.length === 0 : holdsNothing(member));
  return Object.fromEntries(members.filter(([, member]) => !isEmpty(member)));
}

/** Puts another value at a path, into tables that are made where there are none; undefined takes it away. */
function change(table: unknown, path: KeyPath, to: (old: unknown) => unknown): void {
  const [part = "", ...rest] = path;
  if (Array.isArray(table)) {
    const index = Number(part);
    if (rest.length > 0) change(table[index], rest, to);
    else table.splice(index, 1, ...[to(table[index])].filter((value) => value !== undefined));
    return;
  }
  if (!isTable(table)) throw new Error(`nothing stands at ${JSON.stringify(path)}`);
  if (rest.length > 0) {
    table[part] ??= {};
    change(table[part], rest, to);
    return;
  }
  const value = to(table[part]);
  if (value === undefined) delete table[part];
  else table[part] = value;
}

function isToml(text: string): boolean {
  try {
    parse(text);
    return true;
  } catch {
    return false;
  }
}

function orRefusal(edit: () => string): string | WgError {
  try {
    return edit();
  } catch (error) {
    if (error instanceof WgError) return error;
    throw error;
  }
}

function valueAt(table: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>((at, part) => {
    if (Array.isArray(at)) return at[Number(part)];
    return isTable(at) ? at[String(part)] : undefined;
  }, table);
}

function holdsNothing(value: unknown): boolean {
  return value === undefined || (isTable(value) && Object.values(value).every(holdsNothing));
}

/** True when the second text is the first with something put in at one place. */
function isInsertion(before: string, after: string): boolean {
  let same = 0;
  while (same < before.length && before[same] === after[same]) same += 1;
  return after.length > before.length && after.endsWith(before.slice(same));
}

function otherParser(text: string): { entries: unknown[]; comments: string[] } {
  const shift = text.startsWith("\ufeff") ? 1 : 0;
  // A line end more: that parser gives a single digit at the very end no width.
  const ast = parseTOML(`${text.slice(shift)}\n`, { tomlVersion: "1.1" });
  const entries: unknown[] = [];
  const span = ({ range: [from, to] }: AST.TOMLNode) => [from + shift, to + shift];
  const visit = (node: AST.TOMLContentNode): void => {
    if (node.type === "TOMLInlineTable") node.body.forEach(pair);
    if (node.type !== "TOMLArray") return;
    for (const element of node.elements) {
      entries.push(["element", ...span(element)]);
      visit(element);
    }
  };
  const pair = (node: AST.TOMLKeyValue): void => {
    const written = node.key.keys.map((part) => (part.type === "TOMLBare" ? part.name : part.value));
    entries.push(["key", ...span(node.value), written.join("\0")]);
    visit(node.value);
  };
  for (const node of ast.body[0].body) {
    if (node.type === "TOMLKeyValue") pair(node);
    else {
      entries.push(["header", ...span(node).slice(0, 1), node.resolvedKey.join("\0")]);
      node.body.forEach(pair);
    }
  }
  return { entries, comments: ast.comments.map((each) => `#${each.value}`) };
}

/** A key with its names as written, a header with its whole path, both with their spans: as the other parser has them. */
function inOtherWords(text: string, entry: Entry): unknown[] {
  const { kind, path, start, valueStart, valueEnd } = entry;
  if (kind === "table" || kind === "list-table") return ["header", start, path.join("\0")];
  if (kind === "element") return ["element", valueStart, valueEnd];
  const written = Object.keys(flat(parse(`${text.slice(start, valueStart)}0`)));
  return ["key", valueStart, valueEnd, written[0]];
}

function flat(table: Record<string, unknown>, above: string[] = []): Record<string, unknown> {
  return Object.assign(
    {},
    ...Object.entries(table).map(([part, member]) =>
      isTable(member) ? flat(member, [...above, part]) : { [[...above, part].join("\0")]: member },
    ),
  );
}
