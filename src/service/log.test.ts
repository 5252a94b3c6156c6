// The service's log: one object a line, bounded, readable while it grows.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { humanLine, type LogEntry, lastLines, linesFrom, openLog } from "./log.ts";

const now = () => new Date("2026-11-23T10:20:30.000Z");
let folder: string;
let file: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "wg-log-"));
  file = path.join(folder, "service", "log");
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

describe("writing", () => {
  it("adds one JSON line with its fields, 0600, and echoes it", () => {
    const echoed: LogEntry[] = [];
    openLog(file, now, (entry) => echoed.push(entry)).write("warn", "two\nlines", { run: "r-1" });
    const entry = { at: "2026-11-23T10:20:30.000Z", level: "warn", message: "two\nlines", run: "r-1" };
    expect(fs.readFileSync(file, "utf8")).toBe(`${JSON.stringify(entry)}\n`);
    expect(echoed).toEqual([entry]);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  });

  it("never grows beyond its limit, keeps what came before once, and whoever has it open goes on writing to it", () => {
    const log = openLog(file, now, () => {}, 2000);
    log.write("info", "first");
    const open = fs.openSync(file, "a");
    for (let n = 0; n < 100; n++) log.write("info", `entry ${n}`);
    expect(fs.statSync(file).size).toBeLessThanOrEqual(2000);
    expect(fs.statSync(`${file}.1`).size).toBeLessThanOrEqual(2200);
    fs.writeSync(open, "crash\n");
    fs.closeSync(open);
    expect(lastLines(file, 1).lines).toEqual(["crash"]);
  });

  it("survives a file that cannot be written, and says so to whoever watches", () => {
    const echoed: LogEntry[] = [];
    const log = openLog(file, now, (entry) => echoed.push(entry));
    fs.mkdirSync(file);
    log.write("info", "hello");
    expect(echoed.map((entry) => entry.level)).toEqual(["info", "warn"]);
  });
});

describe("reading", () => {
  it("gives only whole lines, and goes on where it ended", () => {
    expect(linesFrom(file, 0)).toEqual({ lines: [], end: 0 });
    fs.mkdirSync(path.dirname(file));
    fs.writeFileSync(file, "one\ntwo\nthr");
    const first = linesFrom(file, 0);
    expect(first).toEqual({ lines: ["one", "two"], end: 8 });
    fs.appendFileSync(file, "ee\n");
    expect(linesFrom(file, first.end)).toEqual({ lines: ["three"], end: 14 });
    expect(lastLines(file, 2).lines).toEqual(["two", "three"]);
  });

  it("begins anew in a file that was rotated", () => {
    fs.mkdirSync(path.dirname(file));
    fs.writeFileSync(file, "a\n");
    expect(linesFrom(file, 500)).toEqual({ lines: ["a"], end: 2 });
  });

  it("turns an entry into a line for people, and leaves what is none", () => {
    const line = '{"at":"2026-11-23T10:20:30.000Z","level":"warn","message":"lost it","run":"r-1","ms":3}';
    expect(humanLine(line)).toMatch(/^2026-11-2\d \d\d:\d\d:30 warn: lost it {2}run=r-1 ms=3$/);
    expect(humanLine("Error: crash")).toBe("Error: crash");
  });
});
