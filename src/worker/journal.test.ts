// What a journal keeps when a run talks too much, and when the disk fails.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openJournal } from "./journal.ts";

let folder: string;
const at = new Date("2026-11-23T12:00:00Z");
const lines = () =>
  fs
    .readFileSync(path.join(folder, "events.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "wg-journal-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

describe("a journal", () => {
  it("keeps each event as a line with its time, for the owner's eyes only", () => {
    const journal = openJournal(path.join(folder, "events.jsonl"));
    journal.write({ kind: "text", text: "two\nlines \u2028" }, at);
    journal.write({ kind: "session", sessionId: "s1" }, at);
    journal.close();
    expect(lines()).toEqual([
      { at: "2026-11-23T12:00:00.000Z", kind: "text", text: "two\nlines \u2028" },
      { at: "2026-11-23T12:00:00.000Z", kind: "session", sessionId: "s1" },
    ]);
    expect(fs.statSync(path.join(folder, "events.jsonl")).mode & 0o777).toBe(0o600);
    expect(journal.problem()).toBeUndefined();
  });

  it("past its limit keeps one warning and the result, and nothing else", () => {
    const journal = openJournal(path.join(folder, "events.jsonl"), 1000);
    for (let i = 0; i < 100; i++) journal.write({ kind: "text", text: `${i} ${"x".repeat(90)}` }, at);
    journal.write(
      {
        kind: "result",
        result: {
          outcome: "done",
          summary: "fine",
          usage: { input: 0, output: 0, cached: 0 },
          cost: { source: "unknown" },
          turns: 0,
          servedModels: [],
          servedBy: "requested-only",
          denials: 0,
        },
      },
      at,
    );
    journal.close();
    const kinds = lines().map((line) => line.kind);
    expect(kinds.filter((kind) => kind === "warning")).toHaveLength(1);
    expect(kinds.at(-1)).toBe("result");
    expect(kinds.length).toBeLessThan(15);
  });

  it("that cannot be written says so and never throws", () => {
    const journal = openJournal(path.join(folder, "missing", "events.jsonl"));
    journal.write({ kind: "text", text: "a" }, at);
    journal.write({ kind: "text", text: "b" }, at);
    expect(journal.problem()).toMatch(/^2 of the run's events could not be written: ENOENT/);
    journal.close();
  });

  it("goes on once there is room again", () => {
    const file = path.join(folder, "later", "events.jsonl");
    const journal = openJournal(file);
    journal.write({ kind: "text", text: "lost" }, at);
    fs.mkdirSync(path.dirname(file));
    journal.write({ kind: "text", text: "kept" }, at);
    journal.close();
    expect(fs.readFileSync(file, "utf8")).toMatch(/^\{"at".*"kept"\}\n$/);
    expect(journal.problem()).toMatch(/^1 of/);
  });
});
