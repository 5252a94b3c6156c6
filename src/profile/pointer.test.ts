// A pointer file in every state it can be found in.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { clearPointer, parsePointer, pointAt, readPointer } from "./pointer.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "wg-pointer-"));
  file = path.join(folder, "active-profile");
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

describe("a pointer", () => {
  it("is absent before it was ever written", () => {
    expect(readPointer(file)).toEqual({ kind: "absent" });
  });

  it("names what it was pointed at", () => {
    pointAt(file, "codex");
    expect(fs.readFileSync(file, "utf8")).toBe("codex\n");
    expect(readPointer(file)).toEqual({ kind: "profile", name: "codex" });
  });

  it("is absent again after it was cleared", () => {
    pointAt(file, "codex");
    clearPointer(file);
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it("may be written by hand, with or without a line end", () => {
    for (const text of ["codex", "codex\r\n", "  codex \n"]) {
      expect(parsePointer(file, text)).toEqual({ kind: "profile", name: "codex" });
    }
  });

  it("that names base or none points at no profile on purpose", () => {
    for (const text of ["base\n", "none"]) expect(parsePointer(file, text)).toEqual({ kind: "base" });
  });

  it.each(["", "\n", "../config", "a\nb\n", "Codex", "x".repeat(300)])("that holds %j is broken", (text) => {
    const pointer = parsePointer(file, text);
    expect(pointer.kind).toBe("broken");
    expect(pointer.kind === "broken" && pointer.problem.at).toEqual({ path: file, line: 1 });
  });

  it("that is a folder, no text, or far too long is broken", () => {
    fs.mkdirSync(file);
    expect(readPointer(file).kind).toBe("broken");
    fs.rmdirSync(file);
    for (const bytes of [Buffer.from([0xff, 0xfe]), Buffer.from("a\0b"), Buffer.alloc(5000, "a")]) {
      fs.writeFileSync(file, bytes);
      expect(readPointer(file).kind).toBe("broken");
    }
  });
});

describe("a symlinked pointer", () => {
  it("stays a symlink when it is set and when it is cleared", () => {
    const target = path.join(folder, "dotfiles");
    fs.symlinkSync(target, file);
    pointAt(file, "codex");
    expect(fs.readFileSync(target, "utf8")).toBe("codex\n");
    clearPointer(file);
    expect(fs.lstatSync(file).isSymbolicLink()).toBe(true);
    expect(readPointer(file)).toEqual({ kind: "base" });
  });
});
