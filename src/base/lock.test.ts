// Locks between connections: who may hold one, and what that leaves on the disk.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { takeLock, withLock } from "./lock.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "wg-lock-"));
  file = path.join(folder, "deep", "a.lock");
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

describe("a lock", () => {
  it("is held by one alone when exclusive", () => {
    const held = takeLock(file, "exclusive", 0);
    expect(held).toBeDefined();
    expect(takeLock(file, "exclusive", 0)).toBeUndefined();
    expect(takeLock(file, "shared", 0)).toBeUndefined();
    held?.release();
    held?.release();
    expect(takeLock(file, "exclusive", 0)).toBeDefined();
  });

  it("is held by any number when shared, and keeps an exclusive holder out", () => {
    const held = [takeLock(file, "shared", 0), takeLock(file, "shared", 0)];
    expect(held.every((lock) => lock !== undefined)).toBe(true);
    expect(() => withLock(file, "exclusive", 0, () => {})).toThrow(/held by another/);
    for (const lock of held) lock?.release();
    expect(withLock(file, "exclusive", 0, () => 7)).toBe(7);
  });

  it("is released when the step throws", () => {
    expect(() =>
      withLock(file, "exclusive", 0, () => {
        throw new Error("in the step");
      }),
    ).toThrow("in the step");
    expect(takeLock(file, "exclusive", 0)).toBeDefined();
  });

  it("writes nothing, not even beside its file", () => {
    withLock(file, "exclusive", 0, () => {
      expect(fs.readdirSync(path.dirname(file))).toEqual(["a.lock"]);
    });
    expect(fs.statSync(file)).toMatchObject({ size: 0 });
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  });
});
