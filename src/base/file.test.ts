// Whole files under bad bytes, links, and targets that cannot be written.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WgError } from "./error.ts";
import { maxSettingsBytes, readText, writeText } from "./file.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "wg-file-"));
  file = path.join(folder, "file.toml");
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

function refusal(step: () => unknown): WgError {
  try {
    step();
  } catch (error) {
    if (error instanceof WgError) return error;
    throw error;
  }
  throw new Error("was not refused");
}

describe("reading a whole file", () => {
  it("gives its text byte for byte, a byte order mark and CRLF included", () => {
    fs.writeFileSync(file, "\ufeffa = 1\r\n# é 𝄞\n");
    expect(readText(file)).toBe("\ufeffa = 1\r\n# é 𝄞\n");
  });

  it("is undefined where there is none, also below a file", () => {
    expect(readText(file)).toBeUndefined();
    fs.writeFileSync(file, "");
    expect(readText(path.join(file, "below"))).toBeUndefined();
  });

  it.each([
    ["no UTF-8", Buffer.from([0x61, 0xff])],
    ["half a character", Buffer.from([0xf0, 0x9d])],
    ["a NUL", Buffer.from("a\0b")],
    ["too much", Buffer.alloc(maxSettingsBytes + 1, "a")],
  ])("refuses %s, naming the file", (_, bytes) => {
    fs.writeFileSync(file, bytes);
    const error = refusal(() => readText(file));
    expect(error).toMatchObject({ code: "bad-file", at: { path: file } });
    expect(error.message).toContain(file);
  });

  it("refuses what is no regular file", () => {
    expect(refusal(() => readText(folder)).code).toBe("bad-file");
  });
});

describe("writing a whole file", () => {
  it("makes it and its folders for the owner alone, and leaves nothing beside it", () => {
    const deep = path.join(folder, "a", "b", "file");
    writeText(deep, "text");
    expect(fs.readFileSync(deep, "utf8")).toBe("text");
    expect(fs.statSync(deep).mode & 0o777).toBe(0o600);
    expect(fs.statSync(path.dirname(deep)).mode & 0o777).toBe(0o700);
    expect(fs.readdirSync(path.dirname(deep))).toEqual(["file"]);
  });

  it("keeps the mode of a file that was there", () => {
    fs.writeFileSync(file, "old");
    fs.chmodSync(file, 0o640);
    writeText(file, "new");
    expect(fs.statSync(file).mode & 0o777).toBe(0o640);
  });

  it("clears away what killed writers of it left, and nothing else", () => {
    const left = [".file.toml.4711.abc123", ".file.toml.9.z"];
    const others = [".file.toml.4712.fresh", ".file.toml.bak", ".file.toml.1.B", ".other.toml.4711.abc", "x"];
    const old = new Date(Date.now() - 120_000);
    for (const name of [...left, ...others]) fs.writeFileSync(path.join(folder, name), "");
    for (const name of [...left, ...others.slice(1)]) fs.utimesSync(path.join(folder, name), old, old);
    writeText(file, "text");
    expect(fs.readdirSync(folder).sort()).toEqual([...others, "file.toml"].sort());
  });

  it("goes through a chain of links, also to where nothing is yet", () => {
    const target = path.join(folder, "target");
    fs.symlinkSync("hop", file);
    fs.symlinkSync(target, path.join(folder, "hop"));
    writeText(file, "text");
    expect(fs.readFileSync(target, "utf8")).toBe("text");
    expect(fs.lstatSync(file).isSymbolicLink()).toBe(true);
  });

  it("refuses a loop of links", () => {
    fs.symlinkSync("file.toml", file);
    expect(refusal(() => writeText(file, "text")).message).toContain("loop");
  });

  it("refuses where a file is in the way of a folder, and where a folder is in the way of the file", () => {
    fs.writeFileSync(file, "old");
    expect(refusal(() => writeText(path.join(file, "below"), "text")).code).toBe("cannot-write");
    expect(refusal(() => writeText(folder, "text")).code).toBe("cannot-write");
    expect(fs.readdirSync(folder)).toEqual(["file.toml"]);
  });
});
