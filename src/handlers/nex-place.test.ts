import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nameOf, placeOf } from "./nex-place.ts";

const top = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "wg-place-")));
const root = path.join(top, "work");
const bounds = { root, isConfined: true };

beforeAll(() => {
  fs.mkdirSync(path.join(root, "src", "deep"), { recursive: true });
  fs.mkdirSync(path.join(root, ".wg"));
  fs.mkdirSync(path.join(top, "work-not"));
  fs.writeFileSync(path.join(root, "file"), "");
  const links = {
    up: "..",
    home: "/",
    inner: "src",
    dangling: "../new",
    "dangling-in": "src/new",
    loop: "loop",
    chain: "up",
    "wg-door": ".wg",
    "deep-up": "src/../..",
  };
  for (const [name, target] of Object.entries(links)) fs.symlinkSync(target, path.join(root, name));
});
afterAll(() => fs.rmSync(top, { recursive: true, force: true }));

describe("a place", () => {
  it.each([
    ["file", "file"],
    ["./src/../file", "file"],
    ["inner/deep", "src/deep"],
    ["inner/new/newer", "src/new/newer"],
    ["dangling-in", "src/new"],
    ["src/deep/../../file", "file"],
    ["", ""],
    [root, ""],
    [path.join(root, "file"), "file"],
    ["..file", "..file"],
    ["...", "..."],
  ])("%j is inside, as %j", (name, inside) => {
    expect(placeOf(bounds, name, "write")).toBe(path.join(root, inside));
  });

  it.each([
    "..",
    "../work-not/x",
    `${root}-not/x`,
    "/",
    "/etc/passwd",
    "up",
    "up/x",
    "up/work-not/new",
    "chain/x",
    "deep-up/x",
    "home/etc/passwd",
    "dangling",
    "src/deep/../../../x",
    "~/../..",
  ])("%j is outside", (name) => {
    expect(() => placeOf(bounds, name, "read")).toThrow(expect.objectContaining({ code: "not-permitted" }));
  });

  it("through a link that leads out and back in is inside", () => {
    expect(placeOf(bounds, "up/work/file", "write")).toBe(path.join(root, "file"));
  });

  it("in a loop of links, or with a NUL, is none", () => {
    expect(() => placeOf(bounds, "loop", "read")).toThrow("a loop of symlinks");
    expect(() => placeOf(bounds, "a\0", "read")).toThrow("NUL");
  });

  it("in .wg is read but never written, by whatever name, confined or not", () => {
    for (const isConfined of [true, false]) {
      for (const name of [".wg", ".wg/graph.db", "wg-door/x", "src/.wg/y", ".WG/graph.db"]) {
        expect(() => placeOf({ root, isConfined }, name, "write")).toThrow("belongs to wg");
        expect(placeOf({ root, isConfined }, name, "read")).toContain(root);
      }
    }
  });

  it("in a worktree, which is itself below a .wg, is written but for that of the worktree", () => {
    const worktree = path.join(root, ".wg", "worktrees", "task");
    fs.mkdirSync(worktree, { recursive: true });
    for (const isConfined of [true, false]) {
      const bounds = { root: worktree, isConfined };
      expect(placeOf(bounds, "src/new", "write")).toBe(path.join(worktree, "src", "new"));
      expect(() => placeOf(bounds, ".wg/graph.db", "write")).toThrow("belongs to wg");
    }
    const full = { root: worktree, isConfined: false };
    expect(() => placeOf(full, "../../graph.db", "write")).toThrow("belongs to wg");
  });

  it("outside is open to a run with full permissions", () => {
    expect(placeOf({ root, isConfined: false }, "../new", "write")).toBe(path.join(top, "new"));
    expect(placeOf({ root, isConfined: false }, "up/new", "write")).toBe(path.join(top, "new"));
  });

  it("is found from a root that is itself behind a link", () => {
    const behind = path.join(top, "alias");
    fs.symlinkSync(root, behind);
    expect(placeOf({ root: behind, isConfined: true }, "file", "write")).toBe(path.join(root, "file"));
    expect(placeOf({ root: behind, isConfined: true }, path.join(behind, "file"), "write")).toBe(
      path.join(root, "file"),
    );
    expect(() => placeOf({ root: behind, isConfined: true }, "../x", "write")).toThrow("outside");
  });

  it("never is outside, whatever the name is made of", () => {
    const piece = fc.constantFrom(
      "..",
      ".",
      "src",
      "deep",
      "up",
      "home",
      "inner",
      "dangling",
      "chain",
      "deep-up",
      "file",
      "new",
      "",
      " ",
      "\\",
      "%2e%2e",
      "work",
      "work-not",
      top,
      root,
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 7 }), fc.boolean(), (pieces, isAbsolute) => {
        const name = (isAbsolute ? "/" : "") + pieces.join("/");
        let place: string;
        try {
          place = placeOf(bounds, name, "read");
        } catch {
          return;
        }
        expect(place === root || place.startsWith(`${root}${path.sep}`)).toBe(true);
        // What a program would open by this name lies inside too.
        const real = realIfThere(place);
        if (real !== undefined) expect(real === root || real.startsWith(`${root}${path.sep}`)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});

function realIfThere(place: string): string | undefined {
  try {
    return fs.realpathSync(place);
  } catch {
    return undefined;
  }
}

it("a place is called by its name inside the working directory, else by its whole path", () => {
  expect(nameOf(bounds, root)).toBe(".");
  expect(nameOf(bounds, path.join(root, "src", "a"))).toBe("src/a");
  expect(nameOf(bounds, path.join(root, "..a"))).toBe("..a");
  expect(nameOf(bounds, path.join(top, "x"))).toBe(path.join(top, "x"));
});
