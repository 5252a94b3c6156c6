// What V8 compiled before only saves time: without it, or with something else in its place, the program is the same.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { makePlace, type Place, program, run } from "./support/wg.ts";

// Inside the checkout, so that it finds the packages that are not bundled.
const copy = path.resolve(import.meta.dirname, "..", "node_modules", ".cache", "test-compiled");
let place: Place;

beforeEach(() => {
  fs.rmSync(copy, { recursive: true, force: true });
  fs.cpSync(path.dirname(program), copy, { recursive: true });
  place = makePlace();
});
afterEach(() => {
  place.remove();
  fs.rmSync(copy, { recursive: true, force: true });
});

const wg = (...args: string[]) =>
  run(process.execPath, [path.join(copy, "main.js"), ...args], { cwd: place.project, env: place.env });

async function expectWork(): Promise<void> {
  expect(await wg("init")).toMatchObject({ status: 0 });
  expect(await wg("add", "a")).toEqual({ status: 0, stdout: "a\n", stderr: "added a; ready\n" });
}

function keptFiles(): string[] {
  const files = fs.readdirSync(path.join(copy, "compiled"), { recursive: true, encoding: "utf8" });
  return files.map((file) => path.join(copy, "compiled", file)).filter((file) => fs.statSync(file).isFile());
}

it("the program works without compiled code", async () => {
  fs.rmSync(path.join(copy, "compiled"), { recursive: true, force: true });
  await expectWork();
});

it("the program works with compiled code that is no such thing, or cut off", async () => {
  await expectWork();
  const files = keptFiles();
  expect(files.length).toBeGreaterThan(0);
  for (const [index, file] of files.entries()) {
    if (index % 2 === 0) fs.writeFileSync(file, "nothing V8 ever made ".repeat(100));
    else fs.truncateSync(file, Math.floor(fs.statSync(file).size / 2));
  }
  expect(await wg("list")).toMatchObject({ status: 0, stdout: expect.stringContaining("a   open") });
  expect(await wg("add", "b")).toMatchObject({ status: 0, stdout: "b\n" });
});
