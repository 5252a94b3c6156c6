// What a name means where a project has profiles too, and that what comes with it does nothing until it is trusted.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WgError } from "../base/error.ts";
import { homeOf, projectAt } from "../base/home.ts";
import { trustConfig } from "./config-trust.ts";
import { loadNamed, loadSettings, lookAtNamed, readFingerprint } from "./load.ts";
import { pointAt } from "./pointer.ts";
import {
  matchAt,
  matchOwn,
  meansTheirs,
  namesAt,
  profileMark,
  readOfProject,
  usableNamesAt,
} from "./project-profiles.ts";
import { addTrust, removeTrust, trustedPath } from "./trust.ts";
import type { Where } from "./where.ts";

let root: string;
let where: Required<Where>;
beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "wg-theirs-")));
  where = {
    home: homeOf({ WG_HOME: path.join(root, "home") }),
    project: projectAt(path.join(root, "shop")),
    env: {},
    flags: {},
  };
  for (const folder of [where.home.profiles, where.project.profiles])
    fs.mkdirSync(folder, { recursive: true });
});
afterEach(() => fs.rmSync(root, { recursive: true }));

function write(file: string, ...lines: string[]): string {
  fs.writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
}
const own = (name: string, ...lines: string[]) =>
  write(path.join(where.home.profiles, `${name}.toml`), ...lines);
const theirs = (name: string, ...lines: string[]) =>
  write(path.join(where.project.profiles, `${name}.toml`), ...lines);
const model = (text: string) => `agent.model = "${text}"`;

function trust(name: string): void {
  const file = readOfProject(where.project, name);
  if (file === undefined) throw new Error(`the project has no ${name}`);
  addTrust(where.home, trustedPath(where.project, file.path), profileMark(file));
}

function refusal(step: () => unknown): WgError {
  try {
    step();
  } catch (error) {
    if (error instanceof WgError) return error;
    throw error;
  }
  throw new Error("was not refused");
}

describe("a name", () => {
  it("of the user's own means that, whatever the project has; also where it is only an alias", () => {
    own("claude", model("claude:opus"));
    own("wgnext", model("claude:haiku"));
    theirs("claude", model("codex:evil"));
    theirs("nex", model("codex:evil"));
    theirs("team", model("codex:gpt-5.5"));
    for (const name of ["claude", "nex", "team"]) trust(name);
    expect(namesAt(where)).toEqual(["claude", "wgnext", "team"]);
    expect([matchAt(where, "claude"), matchAt(where, "nex"), matchAt(where, "cl")]).toEqual([
      "claude",
      "wgnext",
      "claude",
    ]);
    expect(loadNamed(where, "claude").bundle.agent.model.handler).toBe("claude");
    expect(refusal(() => loadNamed(where, "nex")).code).toBe("no-profile");
  });

  it("of the project's is written in full", () => {
    theirs("team", model("codex:gpt-5.5"));
    expect(matchAt(where, "team")).toBe("team");
    expect(refusal(() => matchAt(where, "tea")).code).toBe("no-profile");
  });

  it("of the project's is refused as such by what would write it, and no word of one's own is", () => {
    own("codex", model("codex:gpt-5.5"));
    const file = theirs("team", model("codex:a"));
    theirs("cod", model("codex:a"));
    expect(refusal(() => matchOwn(where, "team"))).toMatchObject({
      code: "project-profile",
      at: { path: file },
    });
    expect(refusal(() => matchOwn(where, "tea")).code).toBe("no-profile");
    expect([matchOwn(where, "cod"), meansTheirs(where, "cod"), meansTheirs(where, "../team")]).toEqual([
      "codex",
      false,
      false,
    ]);
  });

  it("in the global pointer never means one of a project", () => {
    theirs("team", model("codex:gpt-5.5"));
    trust("team");
    pointAt(where.home.pointer, "team");
    expect(refusal(() => loadSettings(where)).code).toBe("no-profile");
    pointAt(where.project.pointer, "team");
    expect(loadSettings(where).settings.active.name).toBe("team");
  });

  it("that one of the user's own extends never means one of a project", () => {
    own("mine", 'extends = "team"');
    theirs("team", model("codex:gpt-5.5"));
    trust("team");
    expect(refusal(() => loadNamed(where, "mine")).code).toBe("no-profile");
  });

  it("that one of the project extends may mean either, the user's own first", () => {
    theirs("team", 'extends = "shared"');
    theirs("shared", model("codex:theirs"));
    for (const name of ["team", "shared"]) trust(name);
    expect(loadNamed(where, "team").bundle.agent.model.model).toBe("theirs");
    own("shared", model("codex:mine"));
    expect(loadNamed(where, "team").bundle.agent.model.model).toBe("mine");
  });
});

describe("a profile of a project", () => {
  it("is not loaded by any way of choosing it until it is trusted, and can be looked at", () => {
    const file = theirs("team", model("codex:gpt-5.5"));
    pointAt(where.project.pointer, "team");
    const ways: (() => unknown)[] = [
      () => loadNamed(where, "team"),
      () => loadSettings(where),
      () => loadSettings({ ...where, env: { WG_PROFILE: "team" } }),
      () => loadSettings({ ...where, flags: { profile: "team" } }),
    ];
    for (const way of ways) expect(refusal(way)).toMatchObject({ code: "not-trusted", at: { path: file } });
    expect(usableNamesAt(where)).toEqual([]);
    const looked = lookAtNamed(where, "team");
    expect(looked.bundle.agent.model.model).toBe("gpt-5.5");
    expect(looked.notes).toEqual([expect.stringContaining("is not trusted")]);
    trust("team");
    for (const way of ways) expect(way).not.toThrow();
    expect(usableNamesAt(where)).toEqual(["team"]);
  });

  it("is inert again once it changes, or one that it extends does", () => {
    const file = theirs("team", 'extends = "shared"');
    const shared = theirs("shared", model("codex:a"));
    trust("team");
    expect(refusal(() => loadNamed(where, "team")).message).toContain('"shared"');
    trust("shared");
    expect(() => loadNamed(where, "team")).not.toThrow();
    fs.appendFileSync(shared, "# more\n");
    expect(refusal(() => loadNamed(where, "team"))).toMatchObject({
      code: "not-trusted",
      message: expect.stringContaining("has changed since you trusted it"),
      at: { path: shared },
    });
    theirs("shared", model("codex:a"));
    expect(() => loadNamed(where, "team")).not.toThrow();
    fs.appendFileSync(file, "# more\n");
    expect(refusal(() => loadNamed(where, "team")).at).toEqual({ path: file });
  });

  it("is not trusted in another folder with the same text", () => {
    theirs("team", model("codex:a"));
    trust("team");
    const moved = projectAt(path.join(root, "moved"));
    fs.renameSync(where.project.root, moved.root);
    expect(refusal(() => loadNamed({ ...where, project: moved }, "team")).code).toBe("not-trusted");
  });

  it("is no link to somewhere else, be it trusted", () => {
    const outside = write(path.join(root, "outside.toml"), model("codex:a"));
    const file = path.join(where.project.profiles, "team.toml");
    fs.symlinkSync(outside, file);
    addTrust(
      where.home,
      trustedPath(where.project, file),
      profileMark({ name: "team", path: file, text: `${model("codex:a")}\n` }),
    );
    expect(refusal(() => loadNamed(where, "team"))).toMatchObject({ code: "bad-file", at: { path: file } });
    expect(refusal(() => lookAtNamed(where, "team")).code).toBe("bad-file");
    fs.rmSync(file);
    theirs("real", model("codex:a"));
    fs.symlinkSync("real.toml", file);
    trust("team");
    expect(() => loadNamed(where, "team")).not.toThrow();
  });

  it("shows in the fingerprint when it is trusted, and when no more", () => {
    theirs("team", model("codex:a"));
    pointAt(where.project.pointer, "team");
    const before = readFingerprint(where);
    trust("team");
    const trusted = readFingerprint(where);
    removeTrust(where.home, trustedPath(where.project, path.join(where.project.profiles, "team.toml")));
    expect(trusted).not.toBe(before);
    expect(readFingerprint(where)).toBe(before);
  });
});

describe("the config file of a project", () => {
  const risky = 'agent.max_turns = 7\nhandlers.claude.command = "./evil"\n';

  it("has nothing in force that needs trust until it is trusted, and all else", () => {
    fs.writeFileSync(where.project.config, "agent.max_turns = 7\n");
    expect(loadSettings(where).settings.general.agent.maxTurns).toBe(7);
    fs.writeFileSync(where.project.config, risky);
    expect(refusal(() => loadSettings(where))).toMatchObject({
      code: "not-trusted",
      message: expect.stringContaining("handlers.claude.command"),
      at: { path: where.project.config, line: 2 },
    });
    trustConfig(where.home, where.project, risky);
    expect(loadSettings(where).settings.general.handlerCommand).toEqual({ claude: "./evil" });
  });

  it("is asked for again when one of those lines changes, and for no other", () => {
    trustConfig(where.home, where.project, risky);
    fs.writeFileSync(where.project.config, `# mine\n${risky.replace("7", "9")}`);
    expect(loadSettings(where).settings.general.agent.maxTurns).toBe(9);
    fs.writeFileSync(where.project.config, risky.replace("evil", "worse"));
    expect(refusal(() => loadSettings(where)).message).toContain("has changed since you trusted it");
  });

  it("needs no trust for what the active profile hides", () => {
    fs.writeFileSync(where.project.config, 'env.A = "b"\n');
    own("mine", model("claude:opus"));
    expect(refusal(() => loadSettings(where)).code).toBe("not-trusted");
    pointAt(where.home.pointer, "mine");
    expect(loadSettings(where).settings.bundle.env).toEqual({});
  });

  it("is looked at by its keys, not by the letters they are written in", () => {
    fs.writeFileSync(where.project.config, '["h\\u0061ndlers"."claude"]\n"comm\\u0061nd" = "./evil"\n');
    expect(refusal(() => loadSettings(where)).code).toBe("not-trusted");
  });

  it("shows in the fingerprint when it is trusted", () => {
    fs.writeFileSync(where.project.config, risky);
    const before = readFingerprint(where);
    trustConfig(where.home, where.project, risky);
    expect(readFingerprint(where)).not.toBe(before);
  });
});
