// Spans in texts where TOML is easily misread.
import { describe, expect, it } from "vitest";
import { commentsOf, entriesOf } from "./scan.ts";

describe("a scan", () => {
  it("gives the path of keys in tables, lists of tables, inline tables and lists", () => {
    const text = [
      'a."b.c".d = 1 # one',
      "[[x.y]]",
      "k = { m = [1, { n = 2 }], o.p = 3 }",
      "[x.y.z]",
      "q = '''\n# no comment'''",
      "[[x.y]]",
    ].join("\n");
    expect(entriesOf(text).map(({ kind, path }) => [kind, path.join("/")])).toEqual([
      ["key", "a/b.c/d"],
      ["list-table", "x/y/0"],
      ["key", "x/y/0/k"],
      ["key", "x/y/0/k/m"],
      ["element", "x/y/0/k/m/0"],
      ["element", "x/y/0/k/m/1"],
      ["key", "x/y/0/k/m/1/n"],
      ["key", "x/y/0/k/o/p"],
      ["table", "x/y/0/z"],
      ["key", "x/y/0/z/q"],
      ["list-table", "x/y/1"],
    ]);
    expect(commentsOf(text)).toEqual(["# one"]);
  });

  it("takes the quotes that belong to a long string with it, and stops a date before its comment", () => {
    const text = 'a = """x\\""""""\nb = \'\'\'y\'\'\'\'\'\nc = 1979-05-27 07:32:00Z # when\n';
    const values = entriesOf(text).map(({ valueStart, valueEnd }) => text.slice(valueStart, valueEnd));
    expect(values).toEqual(['"""x\\""""""', "'''y'''''", "1979-05-27 07:32:00Z"]);
  });

  it("reads over a byte order mark and keeps counting from it", () => {
    expect(entriesOf("\ufeffa = 1")[0]).toMatchObject({ path: ["a"], start: 1, valueStart: 5 });
  });
});
