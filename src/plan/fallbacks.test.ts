// A name in the user's own profile means the user's own; one in a project's profile may mean another of that project.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { homeOf, projectAt } from "../base/home.ts";
import { cooled } from "../cooling/cooling.ts";
import { changeCooling, readCoolings } from "../cooling/files.ts";
import { loadAs } from "../profile/load.ts";
import { profileMark } from "../profile/project-profiles.ts";
import { addTrust, trustedPath } from "../profile/trust.ts";
import type { Where } from "../profile/where.ts";
import { fallbacksOf, placeNow } from "./failover.ts";

describe("a fallback", () => {
  let root: string;
  let where: Where & { project: ReturnType<typeof projectAt> };
  beforeEach(() => {
    root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "wg-fallbacks-")));
    const home = homeOf({ WG_HOME: path.join(root, "home") });
    where = { home, project: projectAt(path.join(root, "p")), env: {} };
    for (const folder of [home.profiles, where.project.profiles]) fs.mkdirSync(folder, { recursive: true });
  });
  afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

  const write = (folder: string, name: string, fallback: string[] = []) => {
    const text = `fallback = ${JSON.stringify(fallback)}\n[agent]\nmodel = "claude:${name}"\n`;
    const file = { name, path: path.join(folder, `${name}.toml`), text };
    fs.writeFileSync(file.path, text);
    return file;
  };
  const found = (name: string, layer: "global" | "project") => {
    const active = { name, origin: { layer, source: "here" }, shadows: [] };
    const { usable, skipped } = fallbacksOf(where, loadAs(where, active).settings);
    return { usable: usable.map((settings) => settings.active.name), skipped };
  };
  const trust = (file: ReturnType<typeof write>) =>
    addTrust(where.home, trustedPath(where.project, file.path), profileMark(file));

  it("of the user's own profile is never one that comes with a project, trusted or not", () => {
    write(where.home.profiles, "own", ["theirs", "mine"]);
    write(where.home.profiles, "mine");
    trust(write(where.project.profiles, "theirs"));
    expect(found("own", "global")).toEqual({
      usable: ["mine"],
      skipped: ['fallback theirs is passed over: profile "theirs" not found'],
    });
  });

  it("of a project's profile may be another of that project, once it is trusted", () => {
    trust(write(where.project.profiles, "team", ["spare", "mine"]));
    const spare = write(where.project.profiles, "spare");
    write(where.home.profiles, "mine");
    expect(found("team", "project")).toEqual({
      usable: ["mine"],
      skipped: ['fallback spare is passed over: profile "spare" comes with this project and is not trusted'],
    });
    trust(spare);
    expect(found("team", "project")).toEqual({ usable: ["spare", "mine"], skipped: [] });
  });

  it("is where a question goes that cannot wait, while what the active profile runs on cools", () => {
    const now = new Date("2026-11-23T12:00:00Z");
    write(where.home.profiles, "own", ["spare"]);
    fs.writeFileSync(path.join(where.home.profiles, "spare.toml"), '[agent]\nmodel = "codex:gpt-5.5"\n');
    const active = { name: "own", origin: { layer: "global" as const, source: "here" }, shadows: [] };
    const { settings } = loadAs(where, active);
    const asked = () => {
      const { settings: chosen, failover } = placeNow(
        where,
        settings,
        readCoolings(where, now),
        "dispatcher",
      );
      return { profile: chosen.active.name, why: failover?.why };
    };
    const cool = (destination: string) => {
      const by = { run: "r-1", project: "/p", profile: "own" };
      const failure = { class: "quota" as const, message: "no more" };
      const ended = { destination, startedAt: now, failure, by };
      changeCooling(where, destination, (before) => cooled(before, ended, now));
    };
    expect(asked()).toEqual({ profile: "own", why: undefined });
    cool("claude's own login");
    expect(asked()).toEqual({ profile: "spare", why: "quota" });
    cool("codex's own login");
    expect(asked()).toEqual({ profile: "own", why: undefined });
  });
});
