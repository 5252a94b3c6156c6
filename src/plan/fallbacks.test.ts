// A name in the user's own profile means the user's own; one in a project's profile may mean another of that project.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { homeOf, projectAt } from "../base/home.ts";
import { loadAs } from "../profile/load.ts";
import { profileMark } from "../profile/project-profiles.ts";
import { addTrust, trustedPath } from "../profile/trust.ts";
import type { Where } from "../profile/where.ts";
import { fallbacksOf } from "./failover.ts";

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
});
