// Files that take no more than they should.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openCapped } from "./capped-file.ts";

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "wg-capped-"));
});
afterEach(() => fs.rmSync(root, { recursive: true }));

it("lines are kept up to the size, then the note stands once", () => {
  const file = path.join(root, "log");
  const capped = openCapped(file, 10, "(no more)");
  for (const line of ["1234", "5678", "90", "x"]) capped.write(line);
  capped.close();
  expect(fs.readFileSync(file, "utf8")).toBe("1234\n5678\n(no more)\n");
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);
});

it("a file that cannot be opened takes nothing and fails nobody", () => {
  const capped = openCapped(path.join(root, "missing", "log"), 10, "");
  capped.write("x");
  capped.close();
});
