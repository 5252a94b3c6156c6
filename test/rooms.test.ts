// The import table of ARCHITECTURE.md, enforced on the code.
import * as fs from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "..");
const allowed = importTable(fs.readFileSync(path.join(root, "ARCHITECTURE.md"), "utf8"));
const imports = sourceFiles().flatMap((file) => importsOf(file).map((target) => ({ file, target })));

describe("rooms", () => {
  it("every folder of src is in the table of ARCHITECTURE.md, and the other way round", () => {
    const found = new Set(sourceFiles().map(roomOf));
    expect([...found].sort()).toEqual([...allowed.keys()].sort());
  });

  it("a room imports only what the table allows", () => {
    const wrong = imports
      .map(({ file, target }) => ({ file, from: roomOf(file), to: roomOf(target) }))
      .filter(({ from, to }) => from !== to && !allowed.get(from)?.has(to))
      .map(({ file, to }) => `${file} imports ${to}`);
    expect(wrong).toEqual([]);
  });

  it("no file reaches two folders up", () => {
    const wrong = sourceFiles().filter((file) =>
      fs.readFileSync(path.join(root, file), "utf8").includes('"../../'),
    );
    expect(wrong).toEqual([]);
  });

  it("no files import each other in a loop", () => {
    expect(findLoop()).toBeUndefined();
  });

  it("every file begins with a sentence on what it owns", () => {
    const silent = sourceFiles().filter(
      (file) => !/^\/\/ \S/.test(fs.readFileSync(path.join(root, file), "utf8")),
    );
    expect(silent).toEqual([]);
  });

  it("the table itself has no loop", () => {
    const open = new Map(allowed);
    const closable = () => [...open].find(([, targets]) => [...targets].every((target) => !open.has(target)));
    for (let next = closable(); next !== undefined; next = closable()) open.delete(next[0]);
    expect([...open.keys()]).toEqual([]);
  });
});

/** The rows of the one table headed "may import". */
function importTable(markdown: string): Map<string, Set<string>> {
  const [, table = ""] = /^\| room +\| may import +\|\n\|[ |-]+\|\n((?:\|.*\n)+)/m.exec(markdown) ?? [];
  const rows = [...table.matchAll(/^\| +([a-z]+) +\|([a-z, ]*)\|$/gm)];
  return new Map(
    rows.map(([, room = "", targets = ""]) => [
      room,
      new Set(
        targets
          .split(",")
          .map((name) => name.trim())
          .filter(Boolean),
      ),
    ]),
  );
}

function sourceFiles(): string[] {
  return fs
    .readdirSync(path.join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => path.join("src", file));
}

function roomOf(file: string): string {
  const [, first = "", second] = file.split(path.sep);
  return second === undefined ? path.basename(first, ".ts") : first;
}

function importsOf(file: string): string[] {
  const text = fs.readFileSync(path.join(root, file), "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map(([, target = ""]) =>
    path.join(path.dirname(file), target),
  );
}

function findLoop(): string[] | undefined {
  const graph = new Map<string, string[]>();
  for (const { file, target } of imports) graph.set(file, [...(graph.get(file) ?? []), target]);
  const done = new Set<string>();
  const visit = (file: string, trail: string[]): string[] | undefined => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of graph.get(file) ?? []) {
      const loop = visit(next, [...trail, file]);
      if (loop) return loop;
    }
    done.add(file);
    return undefined;
  };
  for (const file of graph.keys()) {
    const loop = visit(file, []);
    if (loop) return loop;
  }
  return undefined;
}
