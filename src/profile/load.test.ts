// Loading a place: chains of extends, what is wrong where, and what the fingerprint notices.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WgError } from "../base/error.ts";
import { homeOf, projectAt } from "../base/home.ts";
import { loadNamed, loadSettings, originText, ownLayers, readFingerprint } from "./load.ts";
import { nextRoute } from "./outcome.ts";
import { pointAt } from "./pointer.ts";
import type { Where } from "./where.ts";

let root: string;
let where: Required<Where>;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), "wg-load-"));
  where = {
    home: homeOf({ WG_HOME: path.join(root, "home") }),
    project: projectAt(path.join(root, "shop")),
    env: {},
    flags: {},
  };
  for (const folder of [where.home.profiles, where.project.folder]) fs.mkdirSync(folder, { recursive: true });
});
afterEach(() => fs.rmSync(root, { recursive: true }));

function profile(name: string, ...lines: string[]): string {
  const file = path.join(where.home.profiles, `${name}.toml`);
  fs.writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
}

function model(text: string): string {
  return `agent.model = "${text}"`;
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

describe("loading", () => {
  it("gives the built-in settings in a home without any file", () => {
    const { settings } = loadSettings(where);
    expect(settings.active.name).toBeUndefined();
    expect(nextRoute(settings)).toBe("claude:opus");
  });

  it("takes everything of the bundle from the active profile alone", () => {
    fs.writeFileSync(where.home.config, 'tiers.fast = "claude:haiku"\nagent.timeout = "5m"\n');
    profile("a", model("codex:big"));
    pointAt(where.home.pointer, "a");
    const { bundle, general, hidden } = loadSettings(where).settings;
    expect(bundle.tiers).toEqual({});
    expect([...hidden.keys()]).toEqual(["tiers.fast"]);
    expect(general.agent.timeoutMs).toBe(300_000);
  });

  it("lets the base through where a profile extends it", () => {
    fs.writeFileSync(where.home.config, 'tiers.fast = "claude:haiku"\n');
    profile("a", 'extends = "base"');
    expect(loadNamed(where, "a").bundle).toMatchObject({
      agent: { model: { model: "opus" } },
      tiers: { fast: {} },
    });
  });

  it("takes from the extended profile what a profile leaves out, through several", () => {
    profile("low", model("codex:low"), 'tiers.fast = "codex:fast"');
    profile("middle", 'extends = "low"', model("codex:middle"));
    const top = profile("top", 'extends = "middle"', 'tiers.premium = "codex:high"');
    const settings = loadNamed(where, "top");
    expect(settings.bundle.agent.model.model).toBe("middle");
    expect(Object.keys(settings.bundle.tiers).sort()).toEqual(["fast", "premium"]);
    expect(settings.values.get("tiers.premium")?.origin).toEqual({ layer: "profile", source: top, line: 2 });
  });

  it("has another revision when anything it is made of changes, and the same when only a comment does", () => {
    profile("low", model("codex:low"));
    profile("top", 'extends = "low"');
    const { revision } = loadNamed(where, "top");
    profile("low", "# a comment", model("codex:low"));
    expect(loadNamed(where, "top").revision).toBe(revision);
    profile("low", model("codex:other"));
    expect(loadNamed(where, "top").revision).not.toBe(revision);
  });
});

describe("what is wrong is refused with file and line:", () => {
  it("a loop of profiles", () => {
    profile("a", model("codex:a"), 'extends = "b"');
    const b = profile("b", 'extends = "a"');
    const error = refusal(() => loadNamed(where, "a"));
    expect(error).toMatchObject({ code: "extends-loop", at: { path: b, line: 1 } });
    expect(error.message).toContain("a -> b -> a");
  });

  it("a profile that extends itself", () => {
    profile("a", 'extends = "a"');
    expect(refusal(() => loadNamed(where, "a")).code).toBe("extends-loop");
  });

  it("a chain of more than eight", () => {
    for (let n = 0; n < 9; n++) profile(`p${n}`, n < 8 ? `extends = "p${n + 1}"` : model("codex:a"));
    expect(refusal(() => loadNamed(where, "p0")).code).toBe("extends-too-deep");
    expect(nextRoute(loadNamed(where, "p1"))).toBe("codex:a");
  });

  it("a missing link, with a guess", () => {
    profile("codex", model("codex:a"));
    const a = profile("a", model("codex:a"), 'extends = "codx"');
    const error = refusal(() => loadNamed(where, "a"));
    expect(error).toMatchObject({
      code: "no-profile",
      at: { path: a, line: 2 },
      hint: "did you mean codex?",
    });
  });

  it("an extends that could be no name", () => {
    const a = profile("a", 'extends = "../config"');
    expect(refusal(() => loadNamed(where, "a"))).toMatchObject({
      code: "bad-value",
      at: { path: a, line: 1 },
    });
  });

  it.each([
    ["broken TOML", ["agent.model ="], 1],
    ["an unknown key", [model("codex:a"), "agent.modle = 1"], 2],
    ["a wrong type", ["", "agent.model = 7"], 2],
    ["a route without a handler", [model("opus")], 1],
    ["an unknown handler", [model("gemini:pro")], 1],
    [
      "an endpoint that is no url",
      [model("codex:a"), 'llm_endpoints.endpoints = [{ name = "a", provider = "openai", url = "nowhere" }]'],
      2,
    ],
    ["a key that is no profile's", [model("codex:a"), "service.max_agents = 3"], 2],
    ["no model", ["# nothing"], undefined],
  ])("%s in a profile", (_, lines, line) => {
    const file = profile("a", ...lines);
    expect(refusal(() => loadNamed(where, "a")).at).toEqual({
      path: file,
      ...(line !== undefined && { line }),
    });
  });

  it("broken TOML in each other layer", () => {
    for (const file of [where.home.config, where.project.config]) {
      fs.writeFileSync(file, "\n\n[agent\n");
      expect(refusal(() => loadSettings(where)).at).toMatchObject({ path: file, line: 3 });
      fs.rmSync(file);
    }
    where.env = { WG_AGENT_MODEL: "garbage" };
    expect(refusal(() => loadSettings(where)).at).toEqual({ path: "WG_AGENT_MODEL" });
  });

  it("a profile of 10 MB, by its path and before it is read", () => {
    const file = path.join(where.home.profiles, "big.toml");
    fs.writeFileSync(file, Buffer.alloc(10 * 1024 * 1024, "#"));
    expect(refusal(() => loadNamed(where, "big"))).toMatchObject({ code: "bad-file", at: { path: file } });
  });

  it("an active profile that is not there", () => {
    pointAt(where.home.pointer, "gone");
    expect(refusal(() => loadSettings(where)).message).toBe('profile "gone" not found');
  });
});

describe("the fingerprint", () => {
  it("is that of what was loaded, until anything it was made of changes", () => {
    profile("low", model("codex:low"));
    profile("top", 'extends = "low"');
    profile("other", model("codex:other"));
    pointAt(where.home.pointer, "top");
    const changes: [string, () => void][] = [
      ["a link of the chain", () => profile("low", model("codex:new"))],
      ["the profile itself, even by a comment", () => profile("top", "# why", 'extends = "low"')],
      ["the global file", () => fs.writeFileSync(where.home.config, "# nothing\n")],
      ["the project file", () => fs.writeFileSync(where.project.config, "agent.max_turns = 7\n")],
      ["the global pointer", () => pointAt(where.home.pointer, "other")],
      ["the project pointer", () => pointAt(where.project.pointer, "top")],
      ["a variable that sets something", () => Object.assign(where, { env: { WG_AGENT_MODEL: "codex:x" } })],
      ["a flag", () => Object.assign(where, { flags: { profile: "other" } })],
    ];
    for (const [what, change] of changes) {
      const { fingerprint } = loadSettings(where);
      expect(readFingerprint(where), what).toBe(fingerprint);
      change();
      expect(readFingerprint(where), what).not.toBe(fingerprint);
    }
  });

  it("does not notice what no setting is made of", () => {
    pointAt(where.home.pointer, "a");
    profile("a", model("codex:a"));
    const before = readFingerprint(where);
    profile("b", model("codex:b"));
    where.env = { PATH: "/elsewhere" };
    expect(readFingerprint(where)).toBe(before);
  });

  it("exists for what cannot be loaded, and changes when that is mended", () => {
    const marks = new Set<string>();
    pointAt(where.home.pointer, "a");
    marks.add(readFingerprint(where));
    profile("a", 'extends = "b"');
    marks.add(readFingerprint(where));
    profile("b", "agent.model =");
    marks.add(readFingerprint(where));
    profile("b", model("codex:b"));
    marks.add(readFingerprint(where));
    fs.writeFileSync(where.home.pointer, "../x");
    marks.add(readFingerprint(where));
    expect(marks.size).toBe(5);
  });
});

describe("the own layers of a place", () => {
  it("are the variables and flags that set something, and none of the rest", () => {
    where.env = { WG_PROFILE: "a", WG_AGENT_MODEL: "codex:x", WG_HOME: "/h", OPENAI_API_KEY: "secret" };
    where.flags = { profile: "b" };
    expect(ownLayers(where)).toEqual({
      env: { WG_PROFILE: "a", WG_AGENT_MODEL: "codex:x" },
      flags: { profile: "b" },
    });
  });
});

describe("an origin", () => {
  it("reads as its layer and a place to go to", () => {
    expect(originText({ layer: "profile", source: "/h/a.toml", line: 4 })).toBe("profile /h/a.toml:4");
    expect(originText({ layer: "env", source: "WG_AGENT_MODEL" })).toBe("env WG_AGENT_MODEL");
    expect(originText({ layer: "default", source: "built in" })).toBe("default");
  });
});
