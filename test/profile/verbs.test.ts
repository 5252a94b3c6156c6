// Every verb of `wg profile` as a person meets it: what goes to stdout, what is said, and the exit status.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makePlaceHere } from "../support/here.ts";
import { type Ended, type Place, program, run } from "../support/wg.ts";

let place: Place;
beforeEach(() => {
  place = makePlaceHere();
});
afterEach(() => place.remove());

const wg = (...args: string[]): Promise<Ended> => place.wg("profile", ...args);

async function json(...args: string[]): Promise<Record<string, unknown>> {
  const { stdout, stderr } = await wg(...args, "--json");
  expect(stderr).toBe("");
  const envelope = JSON.parse(stdout);
  expect(envelope.schemaVersion).toBe(1);
  return envelope;
}

function file(name: string): string {
  return path.join(place.home, ".wg", "profiles", `${name}.toml`);
}

function text(name: string): string {
  return fs.readFileSync(file(name), "utf8");
}

describe("wg profile", () => {
  it("in a fresh home lists the starters, one name a line", async () => {
    expect(await wg()).toEqual({ status: 0, stdout: "claude\ncodex\nwgnext\n", stderr: "" });
    expect((await json()).profiles).toEqual(["claude", "codex", "wgnext"]);
  });

  it("has help with examples for every verb", async () => {
    const help = (await wg("--help")).stdout.split("Commands:")[1]?.split("\n\n")[0] ?? "";
    const verbs = [...help.matchAll(/^ {2}([a-z][a-z-]+) /gm)]
      .map(([, verb = ""]) => verb)
      .filter((verb) => verb !== "help");
    expect(verbs.length).toBeGreaterThan(12);
    for (const verb of verbs) expect((await wg(verb, "--help")).stdout, verb).toContain(`profile ${verb}`);
  });

  it("refuses a word that is no verb, and says how to switch where it is a profile", async () => {
    expect(await wg("codex")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("wg profile use codex"),
    });
    expect((await wg("lst")).stderr).toContain("did you mean wg profile list?");
  });
});

describe("wg profile list", () => {
  it("marks the active one, and says what is wrong with one that cannot be used without failing", async () => {
    await wg("use", "codex", "--no-check");
    fs.writeFileSync(file("bad"), "agent.model =\n");
    fs.writeFileSync(path.join(path.dirname(file("x")), "Mine.toml"), "");
    const { status, stdout, stderr } = await wg("list");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\* +codex +codex:gpt-5\.5 +[0-9a-f]{12} +Codex CLI/m);
    expect(stdout).toMatch(/^ +bad +cannot be used$/m);
    expect(stderr).toContain(`${file("bad")}:1`);
    expect(stderr).toContain("Mine.toml");
    expect((await json("list")).active).toBe("codex");
  });

  it("still lists when the pointer is broken", async () => {
    await wg();
    fs.writeFileSync(path.join(place.home, ".wg", "active-profile"), "../x\n");
    expect((await wg("list")).status).toBe(0);
    expect((await json("list")).active).toBeNull();
  });
});

describe("wg profile use", () => {
  it("prints the bare name, and says the rest", async () => {
    const { status, stdout, stderr } = await wg("use", "cod", "--no-check");
    expect([status, stdout]).toEqual([0, "codex\n"]);
    expect(stderr).toMatch(
      /^switched from base@[0-9a-f]{12} to codex@[0-9a-f]{12} in \d+ ms; no service is running; the next dispatch uses codex:gpt-5\.5\n$/,
    );
  });

  it("answers with one envelope, also when it refuses", async () => {
    expect(await json("use", "codex", "--no-check")).toMatchObject({
      profile: "codex",
      revision: expect.stringMatching(/^[0-9a-f]{12}$/),
      from: { profile: "base" },
      changed: true,
      services: [],
      next: "codex:gpt-5.5",
    });
    const refused = await wg("use", "codx", "--json");
    expect([refused.status, refused.stderr]).toEqual([1, ""]);
    expect(JSON.parse(refused.stdout)).toEqual({
      schemaVersion: 1,
      error: { code: "no-profile", message: 'profile "codx" not found', hint: "did you mean codex?" },
    });
  });

  it("knows the alias nex, until a profile is called so", async () => {
    expect((await wg("use", "nex", "--no-check")).stdout).toBe("wgnext\n");
    await wg("create", "nex", "-m", "claude:opus");
    expect((await wg("use", "nex", "--no-check")).stdout).toBe("nex\n");
  });

  it.each(["../config", "codex/", "/etc/passwd", "x".repeat(300), "CODEX", "a\nb", ".", ""])(
    "refuses the name %j",
    async (name) => {
      const { status, stderr } = await wg("use", name);
      expect([status, stderr]).toEqual([1, expect.stringContaining("cannot be the name of a profile")]);
      expect(fs.existsSync(path.join(place.home, ".wg", "active-profile"))).toBe(false);
    },
  );

  it("says on the spot what beats it", async () => {
    const env = { ...place.env, WG_PROFILE: "claude", WG_AGENT_MODEL: "claude:haiku" };
    const ended = await run(process.execPath, [program, "profile", "use", "codex", "--no-check"], {
      cwd: place.project,
      env,
    });
    expect([ended.status, ended.stdout]).toEqual([0, "codex\n"]);
    expect(ended.stderr).toContain("WG_PROFILE is set and wins: profile claude");
    expect(ended.stderr).toContain("WG_AGENT_MODEL is set and wins: agent.model = claude:haiku");
  });

  it("says on the spot that a project's own pointer beats it, and --clear --project removes that", async () => {
    await place.wg("init");
    expect((await wg("use", "claude", "--project", "--no-check")).stdout).toBe("claude\n");
    expect((await wg("use", "codex", "--no-check")).stderr).toContain("in this project");
    expect((await wg("current")).stdout).toBe("claude\n");
    expect((await wg("use", "--clear", "--project")).stdout).toBe("codex\n");
    expect((await wg("current")).stdout).toBe("codex\n");
  });

  it("goes back with -, and to base with --clear, also by the names base and none", async () => {
    await wg("use", "codex", "--no-check");
    await wg("use", "claude", "--no-check");
    expect((await wg("use", "-", "--no-check")).stdout).toBe("codex\n");
    for (const words of [["--clear"], ["base"], ["none"]]) {
      await wg("use", "codex", "--no-check");
      expect((await wg("use", ...words, "--no-check")).stdout).toBe("base\n");
      expect(fs.existsSync(path.join(place.home, ".wg", "active-profile"))).toBe(false);
    }
  });

  it("needs to be told what to use, and not two things", async () => {
    expect((await wg("use")).status).toBe(2);
    expect((await wg("use", "codex", "--clear")).status).toBe(2);
    expect((await wg("use", "codex", "--project", "--no-check")).stderr).toContain("wg init");
  });
});

describe("wg profile current", () => {
  it("prints the bare name, base where there is none", async () => {
    expect(await wg("current")).toEqual({ status: 0, stdout: "base\n", stderr: "" });
    await wg("use", "codex", "--no-check");
    expect(await wg("current")).toEqual({ status: 0, stdout: "codex\n", stderr: "" });
    expect(await json("current")).toMatchObject({
      profile: "codex",
      revision: expect.stringMatching(/^[0-9a-f]{12}$/),
      origin: expect.stringMatching(/^global .*active-profile:1$/),
    });
  });

  it("prints the name and says file and line when the profile has become no good", async () => {
    await wg("use", "codex", "--no-check");
    fs.appendFileSync(file("codex"), "\n[broken\n");
    const line = text("codex").split("\n").length - 1;
    const { status, stdout, stderr } = await wg("current");
    expect([status, stdout]).toEqual([0, "codex\n"]);
    expect(stderr).toContain(`${file("codex")}:${line}`);
    expect((await json("current")).problem).toMatchObject({
      code: "bad-toml",
      at: { path: file("codex"), line },
    });
  });

  it("prints the name and says so when the profile is gone", async () => {
    await wg("use", "codex", "--no-check");
    fs.rmSync(file("codex"));
    expect(await wg("current")).toMatchObject({
      status: 0,
      stdout: "codex\n",
      stderr: expect.stringContaining("not found"),
    });
  });

  it("refuses a broken pointer by its place", async () => {
    await wg();
    const pointer = path.join(place.home, ".wg", "active-profile");
    fs.writeFileSync(pointer, "two\nlines\n");
    const { status, stdout, stderr } = await wg("current");
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(`${pointer}:1`);
    expect((await wg("use", "codex", "--no-check")).status).toBe(0);
  });

  it("says what a variable chose", async () => {
    const env = { ...place.env, WG_PROFILE: "codex" };
    const ended = await run(process.execPath, [program, "profile", "current"], { cwd: place.project, env });
    expect(ended).toEqual({ status: 0, stdout: "codex\n", stderr: "" });
  });
});

describe("wg profile show", () => {
  it("without a name shows role by role what is in force and why", async () => {
    await wg("use", "claude", "--no-check");
    const { stdout } = await wg("show");
    expect(stdout).toMatch(
      /^worker +claude:opus +claude +its own login +agent\.model, profile .*claude\.toml:6$/m,
    );
    expect(stdout).toMatch(
      /^evaluator +claude:haiku +claude +its own login +tiers\.fast, profile .*claude\.toml:12$/m,
    );
  });

  it("with a name shows what that sets, with --effective what it would come to", async () => {
    expect((await wg("show", "wgnext")).stdout).not.toContain("worker");
    expect((await wg("show", "wgnext", "--effective")).stdout).toMatch(
      /^chat +local:qwen3-coder-30b +nex +default http:\/\/127\.0\.0\.1:8088 +models\.chat\.model/m,
    );
    expect((await wg("show", "codex", "--show-origin")).stdout).toMatch(
      /^agent\.model +codex:gpt-5\.5 +profile .*:6$/m,
    );
  });

  it("shows with each value what it hides", async () => {
    await place.wg("init");
    fs.writeFileSync(path.join(place.project, ".wg", "config.toml"), 'agent.model = "claude:sonnet"\n');
    await wg("use", "codex", "--no-check");
    const { stdout } = await wg("show", "--show-origin");
    expect(stdout).toMatch(/^ +claude:sonnet +project .*config\.toml:1, hidden$/m);
    const { values } = await json("show");
    expect(values).toContainEqual({
      key: "agent.model",
      value: "codex:gpt-5.5",
      origin: `profile ${file("codex")}:6`,
      shadows: [
        { value: "claude:sonnet", origin: `project ${path.join(place.project, ".wg", "config.toml")}:1` },
        { value: "claude:opus", origin: "default" },
      ],
    });
  });
});

describe("wg profile create", () => {
  it("gives a profile in which every role runs the route, whatever the base says", async () => {
    await wg();
    fs.writeFileSync(
      path.join(place.home, ".wg", "config.toml"),
      'tiers.fast = "claude:haiku"\nmodels.chat.model = "claude:sonnet"\n',
    );
    expect((await wg("create", "x", "-m", "codex:gpt-5.5")).stdout).toBe("x\n");
    const { roles } = await json("show", "x", "--effective");
    expect(roles).toHaveLength(6);
    for (const role of roles as { route: string }[]) expect(role.route).toBe("codex:gpt-5.5");
  });

  it("refuses a name that is taken, without --force", async () => {
    await wg("create", "x", "-m", "codex:a");
    const before = text("x");
    expect(await wg("create", "x", "-m", "codex:b")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("--force"),
    });
    expect(text("x")).toBe(before);
    expect((await wg("create", "x", "-m", "codex:b", "--force")).status).toBe(0);
    expect(text("x")).toContain("codex:b");
  });

  it.each([
    [["../x", "-m", "codex:a"], "cannot be the name"],
    [["base", "-m", "codex:a"], "reserved"],
    [["x"], "-m <handler:model>"],
    [["x", "-m", "opus"], "claude:opus"],
    [["x", "-m", "local:qwen"], "endpoint"],
    [["x", "-m", "local:qwen", "-e", "10.0.0.5:8088"], "http"],
    [["x", "--from", "codx"], "did you mean codex?"],
  ])("refuses %j and writes nothing", async (words, said) => {
    await wg();
    const { status, stderr } = await wg("create", ...words);
    expect(status).not.toBe(0);
    expect(stderr).toContain(said);
    expect(fs.readdirSync(path.dirname(file("x")))).toEqual(["claude.toml", "codex.toml", "wgnext.toml"]);
  });

  it("is private to its owner", async () => {
    await wg("create", "x", "-m", "codex:a");
    expect(fs.statSync(file("x")).mode & 0o777).toBe(0o600);
  });
});

describe("wg profile set and unset", () => {
  it("points wgnext elsewhere with one line, and leaves every other byte alone", async () => {
    await wg();
    const before = text("wgnext");
    expect((await wg("set", "wgnext", "endpoint", "http://10.0.0.5:8088")).status).toBe(0);
    expect(text("wgnext")).toBe(
      before.replace('url = "http://127.0.0.1:8088"', 'url = "http://10.0.0.5:8088"'),
    );
  });

  it("set and unset again leaves the file as it was", async () => {
    await wg();
    const before = text("claude");
    await wg("set", "claude", "tiers.deep", "claude:opus");
    expect(text("claude")).not.toBe(before);
    await wg("unset", "claude", "tiers.deep");
    expect(text("claude")).toBe(before);
  });

  it("gives a profile without a server of its own one that fits what it inherits", async () => {
    await wg();
    fs.writeFileSync(file("near"), 'extends = "wgnext"\n');
    expect((await wg("set", "near", "endpoint", "http://10.0.0.5:8088")).status).toBe(0);
    expect((await json("show", "near", "--effective")).roles).toContainEqual(
      expect.objectContaining({
        role: "worker",
        endpoint: expect.objectContaining({ url: "http://10.0.0.5:8088" }),
      }),
    );
  });

  it("answers with the key, the value and the new revision", async () => {
    expect(await json("set", "codex", "agent.model", "codex:next")).toMatchObject({
      key: "agent.model",
      value: "codex:next",
      profile: "codex",
      revision: expect.stringMatching(/^[0-9a-f]{12}$/),
      changed: true,
      active: false,
    });
    expect(await json("set", "codex", "agent.model", "codex:next")).toMatchObject({ changed: false });
  });

  it("refuses what would make the profile unusable, and changes nothing", async () => {
    await wg();
    const before = text("codex");
    for (const [key, value] of [
      ["agent.model", "gpt-5.5"],
      ["agent.modle", "codex:a"],
      ["service.max_agents", "3"],
      ["env.OPENAI_API_KEY", "sk-1"],
      ["models.chat.endpoint", "nowhere"],
    ]) {
      expect((await wg("set", "codex", key ?? "", value ?? "")).status, key).toBe(1);
    }
    expect((await wg("unset", "codex", "agent.model")).status).toBe(1);
    expect((await wg("unset", "codex", "env.NOT_THERE")).status).toBe(4);
    expect(text("codex")).toBe(before);
  });
});

describe("wg profile delete", () => {
  it("refuses the active one, and by force clears the pointer too", async () => {
    await wg("use", "codex", "--no-check");
    expect(await wg("delete", "codex")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("is active"),
    });
    expect((await wg("delete", "codex", "--force")).status).toBe(0);
    expect(fs.existsSync(file("codex"))).toBe(false);
    expect((await wg("current")).stdout).toBe("base\n");
    expect(await json("delete", "claude")).toMatchObject({ deleted: "claude", cleared: [], orphans: [] });
  });

  it("never touches anything but a profile", async () => {
    await wg();
    fs.writeFileSync(path.join(place.home, ".wg", "config.toml"), "# mine\n");
    for (const name of ["../config", "../config.toml", "config", "base", "cod"]) {
      expect((await wg("delete", name, "--force")).status, name).toBe(1);
    }
    expect(fs.readdirSync(path.join(place.home, ".wg")).sort()).toContain("config.toml");
    expect(fs.readdirSync(path.dirname(file("x")))).toHaveLength(3);
  });
});

describe("wg profile diff", () => {
  it("prints old and new of each key that differs", async () => {
    const { stdout } = await wg("diff", "claude", "codex");
    expect(stdout).toContain('- agent.model = "claude:opus"\n+ agent.model = "codex:gpt-5.5"\n');
    expect((await json("diff", "claude", "codex")).differences).toContainEqual({
      key: "tiers.fast",
      old: "claude:haiku",
      new: "codex:gpt-5.4-mini",
    });
  });

  it("with one name begins from what is active, and endpoints differ field by field", async () => {
    await wg("use", "wgnext", "--no-check");
    await wg("create", "near", "--from", "wgnext", "-e", "http://10.0.0.5:8088");
    expect((await json("diff", "near")).differences).toEqual([
      {
        key: "llm_endpoints.endpoints.default.url",
        old: "http://127.0.0.1:8088",
        new: "http://10.0.0.5:8088",
      },
    ]);
    expect((await wg("diff", "base", "base")).stdout).toBe("");
  });
});

describe("wg profile history and undo", () => {
  it("lists switches, the newest first, and takes them back one by one", async () => {
    expect((await wg("undo")).status).toBe(4);
    await wg("use", "codex", "--no-check");
    await wg("use", "claude", "--no-check");
    expect((await wg("undo", "--no-check")).stdout).toBe("codex\n");
    expect((await wg("undo")).stdout).toBe("base\n");
    const { switches } = await json("history");
    expect((switches as { kind: string; to: string }[]).map(({ kind, to }) => `${kind} ${to}`)).toEqual([
      "undo base",
      "undo codex",
      "use claude",
      "use codex",
    ]);
    expect((await wg("history", "--limit", "1")).stdout.trim().split("\n")).toHaveLength(2);
  });
});

describe("wg profile init-starters", () => {
  it("overwrites nothing without --force", async () => {
    await wg();
    fs.writeFileSync(file("codex"), "# mine\n");
    fs.rmSync(file("claude"));
    expect(await json("init-starters")).toMatchObject({ written: ["claude"], kept: ["codex", "wgnext"] });
    expect(text("codex")).toBe("# mine\n");
    await wg("init-starters", "--force");
    expect(text("codex")).toContain("codex:gpt-5.5");
  });
});
