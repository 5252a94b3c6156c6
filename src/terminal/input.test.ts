import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { addToHistory, readHistory } from "./history.ts";
import { type LineInput, startLineInput } from "./line-input.ts";
import { startMessage } from "./message.ts";
import { startPasteFilter } from "./paste.ts";

describe("a message", () => {
  it.each([
    [["hello"], "hello"],
    [["one\\", "two"], "one\ntwo"],
    [["one\\\\"], "one\\\\"],
    [["\\", ""], "\n"],
    [['"""', "a", "  b", '"""'], "a\n  b"],
    [['"""a', 'b"""'], "a\nb"],
    [['"""one line"""'], "one line"],
    [['"""', "ends \\", '"""'], "ends \\"],
    [['say """', "next"], 'say """'],
  ])("%j is %j", (lines, text) => {
    const message = startMessage();
    for (const line of lines) {
      const whole = message.add(line);
      if (whole === undefined) expect(message.isOpen()).toBe(true);
      else return expect(whole).toBe(text);
    }
    throw new Error("it was never whole");
  });

  it("that is dropped leaves nothing behind", () => {
    const message = startMessage();
    message.add('"""');
    message.add("a");
    message.drop();
    expect(message.isOpen()).toBe(false);
    expect(message.add("b")).toBe("b");
  });
});

const pasted = (text: string) => `\u001b[200~${text}\u001b[201~`;

describe("what is pasted", () => {
  it("means itself, in whatever pieces it comes, and sends nothing", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "漢", "\n", "\t", "🦀", " ", '"'), maxLength: 600 });
    fc.assert(
      fc.property(text, text, fc.integer({ min: 1, max: 9 }), (before, inside, size) => {
        const typed = before.replace(/[\n\t]/g, "");
        const filter = startPasteFilter();
        const whole = `${typed}${pasted(inside)}!`;
        let line = "";
        const keys = whole.replaceAll("\u001b[", "E").split("");
        for (let from = 0; from < keys.length; from += size)
          line += filter.keys(
            keys
              .slice(from, from + size)
              .join("")
              .replaceAll("E", "\u001b["),
          );
        expect(line).not.toMatch(/\p{Cc}/u);
        expect(filter.meaning(line)).toBe(`${typed}${inside.replace(/\n+$/, "")}!`);
      }),
    );
  });

  it("loses its control characters, and stands as a word when it is long", () => {
    const filter = startPasteFilter();
    expect(filter.meaning(filter.keys(pasted("a\u001b[31mb\r\nc\u0003")))).toBe("a[31mb\nc");
    const line = filter.keys(pasted("x\n".repeat(40)));
    expect(line).toBe("[pasted 1: 40 lines]");
    expect(filter.meaning(`see ${line}`)).toBe(`see ${"x\n".repeat(39)}x`);
  });

  it("leaves other keys alone", () => {
    const filter = startPasteFilter();
    for (const keys of ["\u001b[A", "\u001b", "a", "\u001b[3~", "\r", "\u0003"])
      expect(filter.keys(keys)).toBe(keys);
  });
});

describe("the history", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "wg-history-"));
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, "home", "chat-history.jsonl");

  it("is each place's own, the newest first, for its user only", () => {
    for (const text of ["one", "two\nlines", "one"]) addToHistory(file, "/here", text);
    addToHistory(file, "/there", "three");
    addToHistory(file, "/here", "x".repeat(5000));
    fs.appendFileSync(file, '{"place":"/here","te');
    expect(readHistory(file, "/here")).toEqual(["one", "two\nlines"]);
    expect(readHistory(file, "/elsewhere")).toEqual([]);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  });

  it("keeps its newer half when it has grown too large", () => {
    for (let number = 0; number < 400; number++) addToHistory(file, "/here", `${number} ${"x".repeat(3500)}`);
    expect(fs.statSync(file).size).toBeLessThan(1_200_000);
    expect(readHistory(file, "/here")[0]).toMatch(/^399 /);
  });
});

describe("the line editor", () => {
  let input: LineInput | undefined;
  afterEach(() => input?.close());

  function started(history: string[] = []) {
    const stdin = new PassThrough();
    const seen = { shown: "", interrupts: 0 };
    const terminal = {
      stdin,
      write: (text: string) => {
        seen.shown += text;
      },
      columns: () => 80,
    };
    input = startLineInput(terminal, { first: "> ", more: "| " }, history, () => {
      seen.interrupts += 1;
    });
    return { stdin, seen, input };
  }

  it("answers one message after the other, and what was typed early first", async () => {
    const { stdin, input } = started();
    stdin.write("early\r");
    await sleep(10);
    expect(await input.read()).toEqual({ kind: "message", text: "early" });
    const next = input.read();
    stdin.write("a\\\rb\r");
    expect(await next).toEqual({ kind: "message", text: "a\nb" });
  });

  it("takes several lines at once as several messages", async () => {
    const { stdin, input } = started();
    const first = input.read();
    stdin.write("one\rtwo\r");
    expect(await first).toEqual({ kind: "message", text: "one" });
    expect(await input.read()).toEqual({ kind: "message", text: "two" });
  });

  it("takes what is pasted as one message, and brings it back from history", async () => {
    const { stdin, input } = started(["older\ntext"]);
    const first = input.read();
    stdin.write(`say ${pasted("a\nb")}\r`);
    expect(await first).toEqual({ kind: "message", text: "say a\nb" });
    const again = input.read();
    stdin.write("\u001b[A\u001b[A\r");
    expect(await again).toEqual({ kind: "message", text: "older\ntext" });
  });

  it("takes no mark of several lines in what is pasted for its own", async () => {
    const { stdin, input } = started();
    const next = input.read();
    stdin.write(`${pasted('"""doc\nmore \\')}\r`);
    expect(await next).toEqual({ kind: "message", text: '"""doc\nmore \\' });
  });

  it("puts what is typed or pasted where the cursor is", async () => {
    const { stdin, input } = started();
    const next = input.read();
    stdin.write("abc");
    await sleep(10);
    stdin.write(`\u0001X${pasted("YZ")}\u0005!`);
    await sleep(10);
    stdin.write("\r");
    expect(await next).toEqual({ kind: "message", text: "XYZabc!" });
  });

  it("hears Ctrl-C while nobody asks, and then forgets what was typed ahead", async () => {
    const { stdin, seen, input } = started();
    stdin.write("typed \u0003");
    await sleep(10);
    expect(seen.interrupts).toBe(1);
    const next = input.read();
    stdin.write("b\r");
    expect(await next).toEqual({ kind: "message", text: "b" });
  });

  it("forgets the line at Ctrl-C, and tells of it only on an empty one", async () => {
    const { stdin, input } = started();
    const next = input.read();
    stdin.write('"""\rhalf\rmore\u0003');
    stdin.write("whole\r");
    expect(await next).toEqual({ kind: "message", text: "whole" });
    const last = input.read();
    stdin.write("\u0003");
    expect(await last).toEqual({ kind: "interrupt" });
  });

  it("ends at Ctrl-D, and when its terminal is gone", async () => {
    const first = started();
    const read = first.input.read();
    first.stdin.write("\u0004");
    expect(await read).toEqual({ kind: "end" });
    expect(await first.input.read()).toEqual({ kind: "end" });
    first.input.close();
    const second = started();
    second.stdin.end();
    await sleep(10);
    expect(await second.input.read()).toEqual({ kind: "end" });
  });
});
