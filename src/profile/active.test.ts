// Who decides which profile is active, and whom that hides.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { homeOf, projectAt } from "../base/home.ts";
import { activeProfile } from "./active.ts";
import { pointAt } from "./pointer.ts";
import { ensureStarters } from "./starters.ts";
import type { Where } from "./where.ts";

let root: string;
let where: Required<Where>;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "wg-active-"));
  where = {
    home: homeOf({ WG_HOME: path.join(root, "home") }),
    project: projectAt(path.join(root, "shop")),
    env: {},
    flags: {},
  };
  ensureStarters(where.home);
});
afterEach(() => fs.rmSync(root, { recursive: true }));

describe("the active profile", () => {
  it("is none, by default, in a fresh home", () => {
    expect(activeProfile(where)).toMatchObject({
      name: undefined,
      origin: { layer: "default" },
      shadows: [],
    });
  });

  it("is what the highest layer says, and each layer below is shadowed in order", () => {
    pointAt(where.home.pointer, "a");
    expect(activeProfile(where)).toMatchObject({ name: "a", origin: { layer: "global" } });
    pointAt(where.project.pointer, "b");
    expect(activeProfile(where)).toMatchObject({
      name: "b",
      origin: { source: where.project.pointer, line: 1 },
    });
    where.env = { WG_PROFILE: "c" };
    expect(activeProfile(where)).toMatchObject({ name: "c", origin: { layer: "env", source: "WG_PROFILE" } });
    where.flags = { profile: "d" };
    const active = activeProfile(where);
    expect(active).toMatchObject({ name: "d", origin: { layer: "flag", source: "--profile" } });
    expect(active.shadows.map(({ name }) => name)).toEqual(["c", "b", "a"]);
  });

  it("is none where a higher layer says base or none", () => {
    pointAt(where.home.pointer, "a");
    for (const word of ["base", "none"]) {
      where.env = { WG_PROFILE: word };
      expect(activeProfile(where)).toMatchObject({ name: undefined, origin: { layer: "env" } });
    }
  });

  it("ignores an empty variable", () => {
    pointAt(where.home.pointer, "a");
    where.env = { WG_PROFILE: "" };
    expect(activeProfile(where).name).toBe("a");
  });

  it("is refused where the pointer that decides is broken, and only there", () => {
    fs.writeFileSync(where.home.pointer, "../config\n");
    expect(() => activeProfile(where)).toThrow(/does not hold one profile name/);
    where.env = { WG_PROFILE: "codex" };
    expect(activeProfile(where)).toMatchObject({ name: "codex", shadows: [] });
  });

  it("is refused where the variable could name no profile", () => {
    where.env = { WG_PROFILE: "../config" };
    expect(() => activeProfile(where)).toThrow(/cannot be the name of a profile/);
  });

  it("may be asked for by alias, which never hides a profile of that name", () => {
    where.flags = { profile: "nex" };
    expect(activeProfile(where).name).toBe("wgnext");
    fs.writeFileSync(path.join(where.home.profiles, "nex.toml"), "");
    expect(activeProfile(where).name).toBe("nex");
  });
});
