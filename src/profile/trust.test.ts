// The records of what is trusted: by real path, by mark, and nothing else.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { homeOf, projectAt } from "../base/home.ts";
import { addTrust, recordPath, removeTrust, trustedPath, trustIn } from "./trust.ts";

let root: string;
beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "wg-trust-")));
});
afterEach(() => fs.rmSync(root, { recursive: true }));

const home = () => homeOf({ WG_HOME: path.join(root, "home") });

function trust(file: string, mark: string) {
  const record = recordPath(home(), file);
  return trustIn(fs.existsSync(record) ? fs.readFileSync(record, "utf8") : undefined, file, mark);
}

it("a file is trusted by its path and its mark, and no more once that is taken back", () => {
  expect(trust("/p/a", "1")).toBe("not-trusted");
  addTrust(home(), "/p/a", "1");
  expect([trust("/p/a", "1"), trust("/p/a", "2"), trust("/p/b", "1")]).toEqual([
    "trusted",
    "changed",
    "not-trusted",
  ]);
  expect([removeTrust(home(), "/p/a"), removeTrust(home(), "/p/a")]).toEqual([true, false]);
  expect(trust("/p/a", "1")).toBe("not-trusted");
});

it("what was trusted before still is, the last sixteen times", () => {
  for (let mark = 1; mark <= 17; mark++) addTrust(home(), "/p/a", String(mark));
  addTrust(home(), "/p/a", "2");
  expect(["1", "2", "3", "17"].map((mark) => trust("/p/a", mark))).toEqual([
    "changed",
    "trusted",
    "trusted",
    "trusted",
  ]);
});

it("a record is nobody else's to read or change, and a text that is none says nothing", () => {
  addTrust(home(), "/p/a", "1");
  const record = recordPath(home(), "/p/a");
  expect([fs.statSync(record).mode & 0o777, fs.statSync(home().trusted).mode & 0o777]).toEqual([
    0o600, 0o700,
  ]);
  for (const text of [
    "",
    "no json",
    "[]",
    '{"path":"/p/a"}',
    '{"path":"/p/b","marks":["1"]}',
    '{"path":"/p/a","marks":[1]}',
  ])
    expect(trustIn(text, "/p/a", "1")).toBe("not-trusted");
});

it("a project is the same by whatever link it was reached", () => {
  fs.mkdirSync(path.join(root, "shop", ".wg"), { recursive: true });
  fs.symlinkSync(path.join(root, "shop"), path.join(root, "link"));
  const [real, linked] = ["shop", "link"].map((name) => projectAt(path.join(root, name)));
  if (!real || !linked) throw new Error("two projects were made");
  expect(trustedPath(linked, linked.config)).toBe(real.config);
  expect(trustedPath(real, real.config)).toBe(real.config);
});
