// The starters: written once, whole, and never over a user's file.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Home, homeOf } from "../base/home.ts";
import { profileNames, strayFiles } from "./files.ts";
import { ensureStarters, starters, writeStarters } from "./starters.ts";

let home: Home;
beforeEach(() => {
  home = homeOf({ WG_HOME: path.join(fs.mkdtempSync(path.join(os.tmpdir(), "wg-starters-")), "home") });
});
afterEach(() => fs.rmSync(path.dirname(home.root), { recursive: true }));

describe("starters", () => {
  it("appear in a fresh home, and nothing else does", () => {
    expect(ensureStarters(home)).toBeUndefined();
    expect(profileNames(home)).toEqual(["claude", "codex", "wgnext"]);
    expect(fs.readdirSync(home.root)).toEqual(["profiles"]);
    expect(fs.statSync(home.profiles).mode & 0o777).toBe(0o700);
  });

  it("do not come back once the folder is there", () => {
    ensureStarters(home);
    fs.rmSync(path.join(home.profiles, "codex.toml"));
    ensureStarters(home);
    expect(profileNames(home)).toEqual(["claude", "wgnext"]);
  });

  it("that cannot be written are a reason, not a crash", () => {
    fs.writeFileSync(home.root, "a file in the way");
    expect(ensureStarters(home)?.code).toBe("cannot-write");
  });

  it("written again keep what is there, unless forced", () => {
    const file = path.join(home.profiles, "codex.toml");
    ensureStarters(home);
    fs.writeFileSync(file, "# mine\n");
    fs.rmSync(path.join(home.profiles, "claude.toml"));
    expect(writeStarters(home, false)).toEqual({ written: ["claude"], kept: ["codex", "wgnext"] });
    expect(fs.readFileSync(file, "utf8")).toBe("# mine\n");
    expect(writeStarters(home, true).written).toEqual(["claude", "codex", "wgnext"]);
    expect(fs.readFileSync(file, "utf8")).toBe(starters["codex"]);
  });
});

describe("the profiles of a home", () => {
  it("are its .toml files with a proper name; others are strays", () => {
    ensureStarters(home);
    for (const name of ["Mine.toml", "base.toml", ".codex.draft.toml", "notes.txt"]) {
      fs.writeFileSync(path.join(home.profiles, name), "");
    }
    expect(profileNames(home)).toEqual(["claude", "codex", "wgnext"]);
    expect(strayFiles(home).map((file) => path.basename(file))).toEqual(["Mine.toml", "base.toml"]);
  });
});
