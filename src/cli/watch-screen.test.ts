// The screen of wg watch fits its terminal, and leaves it as it was, whatever happens.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { PassThrough, Writable } from "node:stream";
import { expect, it } from "vitest";
import { projectAt } from "../base/home.ts";
import type { Overview } from "../overview/overview.ts";
import type { Io } from "./io.ts";
import { cutPainted, frameLines, watchScreen } from "./watch-screen.ts";

const lines = (count: number, name: string) => Array.from({ length: count }, (_, index) => `${name}${index}`);

it("events have what rows the screen leaves, the newest of them", () => {
  expect(frameLines(["a", "b"], lines(9, "e"), 7, "q")).toEqual(["a", "b", "", "e6", "e7", "e8", "q"]);
  expect(frameLines(["a"], [], 4, "q")).toEqual(["a", "", "", "q"]);
});

it("a screen that is too long is cut, so that some events have room", () => {
  const frame = frameLines(lines(30, "s"), lines(9, "e"), 12, "q");
  expect(frame).toHaveLength(12);
  expect(frame.slice(3)).toEqual(["s3", "s4", "25 more lines: wg status", "", "e5", "e6", "e7", "e8", "q"]);
});

it.each([1, 2, 3, 5])("a terminal of %i rows gets no more than it has", (rows) => {
  expect(frameLines(lines(9, "s"), lines(9, "e"), rows, "q")).toHaveLength(rows);
});

it("a painted line is cut by what is seen of it, and its colour ends with it", () => {
  expect(cutPainted("\u001b[31mabcdef\u001b[0m", 3)).toBe("\u001b[31mabc\u001b[0m");
  expect(cutPainted("日本語", 4)).toBe("日本");
  expect(cutPainted("abc", 3)).toBe("abc");
});

/** A terminal of its own, and what was written on it. */
function terminal() {
  const written: string[] = [];
  const modes: boolean[] = [];
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (on: boolean) => void modes.push(on),
  });
  const io: Io = {
    env: { HOME: os.tmpdir(), WG_HOME: path.join(os.tmpdir(), "no-such-home") },
    cwd: "/",
    stdin,
    stdout: { write: (text) => written.push(text), isTTY: true, columns: 40, rows: 10 },
    stderr: new Writable({ write: (_, __, done) => done() }),
    now: () => new Date(0),
    signal: new AbortController().signal,
    patient: false,
    status: 0,
  };
  return { io, stdin, written, modes };
}

const project = projectAt(fs.realpathSync(os.tmpdir()));
const found: Overview = { at: new Date(0).toISOString(), profile: { name: "mine", notes: [] }, health: [] };

it.each(["q", "\u0003"])("key %j leaves, and gives the terminal back", async (key) => {
  const { io, stdin, written, modes } = terminal();
  const ended = watchScreen(io, project, { look: async () => found, isDue: () => false });
  setTimeout(() => stdin.write(key), 50);
  await ended;
  expect(written.join("")).toContain("profile  mine");
  expect(written.at(-1)).toBe("\u001b[?25h\u001b[?1049l");
  expect(modes).toEqual([true, false]);
});

it("a look that fails gives the terminal back first", async () => {
  const { io, written, modes } = terminal();
  const look = async () => {
    throw new Error("broken");
  };
  await expect(watchScreen(io, project, { look, isDue: () => false })).rejects.toThrow("broken");
  expect(written.at(-1)).toBe("\u001b[?25h\u001b[?1049l");
  expect(modes.at(-1)).toBe(false);
});
