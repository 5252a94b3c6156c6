// Lines of a growing file: each once, whole, whatever the pieces it is written in.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { tailOf } from "./tail.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "wg-tail-"));
  file = path.join(folder, "events.jsonl");
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

it("a file that is not there yet has no lines, and is read once it is", () => {
  const tail = tailOf(file);
  expect([...tail.lines()]).toEqual([]);
  fs.writeFileSync(file, "one\n");
  expect([...tail.lines()]).toEqual(["one"]);
  expect([...tail.lines()]).toEqual([]);
});

it("half a line waits for its end, also in the middle of a character", () => {
  const tail = tailOf(file);
  const bytes = Buffer.from("naïve\nnext\n");
  fs.writeFileSync(file, bytes.subarray(0, 3));
  expect([...tail.lines()]).toEqual([]);
  fs.appendFileSync(file, bytes.subarray(3));
  expect([...tail.lines()]).toEqual(["naïve", "next"]);
});

it("long lines and many lines come whole and in order", () => {
  const lines = Array.from({ length: 3000 }, (_, index) => `${index} ${"x".repeat(index % 500)}`);
  lines.splice(1000, 0, "y".repeat(300_000));
  fs.writeFileSync(file, `${lines.join("\n")}\n`);
  expect([...tailOf(file).lines()]).toEqual(lines);
});
