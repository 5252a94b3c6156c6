// Whether a full look can be spared, from file times alone.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { homeOf, projectAt } from "../base/home.ts";
import type { Origin } from "../config/settings.ts";
import { pointAt } from "./pointer.ts";
import { ensureStarters } from "./starters.ts";
import { mayBeTouched } from "./touched.ts";
import { addTrust } from "./trust.ts";
import type { Where } from "./where.ts";

let root: string;
let where: Required<Pick<Where, "project">> & Where;
let deciding: Origin;
beforeEach(async () => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "wg-touched-"));
  where = {
    home: homeOf({ WG_HOME: path.join(root, "home") }),
    project: projectAt(path.join(root, "shop")),
    env: {},
  };
  fs.mkdirSync(where.project.folder, { recursive: true });
  ensureStarters(where.home);
  deciding = { layer: "global", source: where.home.pointer };
  await pause();
  pointAt(where.home.pointer, "codex");
  await pause();
});
afterEach(() => fs.rmSync(root, { recursive: true }));

/** Longer than the clock of any file system stands still. */
const pause = () => new Promise((resolve) => setTimeout(resolve, 30));

describe("settings", () => {
  it("are untouched right after the pointer was written", () => {
    expect(mayBeTouched(where, { name: "codex", origin: deciding })).toBe(false);
  });

  it.each<[string, () => void]>([
    ["a profile is edited", () => fs.appendFileSync(path.join(where.home.profiles, "claude.toml"), "#")],
    ["a profile is removed", () => fs.rmSync(path.join(where.home.profiles, "codex.toml"))],
    ["the global file appears", () => fs.writeFileSync(where.home.config, "")],
    ["the project file appears", () => fs.writeFileSync(where.project.config, "")],
    ["what is trusted changes", () => addTrust(where.home, where.project.config, "1")],
    [
      "an old file is copied over one with its time",
      () => fs.utimesSync(path.join(where.home.profiles, "codex.toml"), 1, 1),
    ],
  ])("may be touched once %s, until the pointer is written again", async (_, touch) => {
    touch();
    expect(mayBeTouched(where, { name: "codex", origin: deciding })).toBe(true);
    await pause();
    pointAt(where.home.pointer, "claude");
    expect(mayBeTouched(where, { name: "codex", origin: deciding })).toBe(false);
  });

  it("may always be touched among very many profiles, where a full look is the quicker one", async () => {
    for (let n = 0; n < 250; n++) fs.writeFileSync(path.join(where.home.profiles, `p${n}.toml`), "");
    await pause();
    pointAt(where.home.pointer, "codex");
    expect(mayBeTouched(where, { name: "codex", origin: deciding })).toBe(true);
  });

  it("may always be touched where a project's pointer names a profile that came with the project", async () => {
    const origin: Origin = { layer: "project", source: where.project.pointer };
    fs.mkdirSync(where.project.profiles);
    fs.writeFileSync(path.join(where.project.profiles, "team.toml"), "");
    fs.writeFileSync(path.join(where.project.profiles, "codex.toml"), "");
    await pause();
    pointAt(where.project.pointer, "team");
    expect(mayBeTouched(where, { name: "team", origin })).toBe(true);
    expect(mayBeTouched(where, { name: "codex", origin })).toBe(false);
  });

  it("may always be touched where no pointer decides, and are none where nothing does", () => {
    expect(mayBeTouched(where, { name: "codex", origin: { layer: "env", source: "WG_PROFILE" } })).toBe(true);
    expect(mayBeTouched(where, { name: "codex", origin: { layer: "default", source: "" } })).toBe(false);
  });
});
