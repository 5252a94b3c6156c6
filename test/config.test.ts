// `wg config` as a person uses it: what is printed, what is written, and what a refusal leaves alone.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makePlaceHere } from "./support/here.ts";
import { makeServicePlace, type ServicePlace } from "./support/service.ts";
import { type Place, program, run } from "./support/wg.ts";

let place: Place;
let globalFile: string;
let projectFile: string;

beforeEach(() => {
  place = makePlaceHere();
  globalFile = path.join(place.home, ".wg", "config.toml");
  projectFile = path.join(place.project, ".wg", "config.toml");
  fs.mkdirSync(path.dirname(globalFile), { recursive: true });
  fs.mkdirSync(path.dirname(projectFile));
});
afterEach(() => place.remove());

const read = (file: string) => fs.readFileSync(file, "utf8");

describe("setting", () => {
  it("writes the project's file inside a project, the global one outside or with --global", async () => {
    await place.wg("config", "set", "agent.timeout", "3h");
    await place.wg("config", "set", "agent.timeout", "4h", "--global");
    expect([read(projectFile), read(globalFile)]).toEqual([
      '[agent]\ntimeout = "3h"\n',
      '[agent]\ntimeout = "4h"\n',
    ]);
    expect(fs.statSync(projectFile).mode & 0o777).toBe(0o600);
    fs.rmSync(path.dirname(projectFile), { recursive: true });
    await place.wg("config", "set", "agent.max_turns", "7");
    expect(read(globalFile)).toBe('[agent]\ntimeout = "4h"\nmax_turns = 7\n');
  });

  it("keeps comments and layout, and follows a symlink", async () => {
    const text = '# mine\r\n\r\n[agent]   # workers\r\n  timeout="1h" # short\r\n\r\n# the end';
    const target = path.join(place.home, "dotfiles.toml");
    fs.writeFileSync(target, text, { mode: 0o644 });
    fs.symlinkSync(target, globalFile);
    expect(await place.wg("config", "set", "--global", "agent.timeout", "2h")).toMatchObject({ status: 0 });
    expect(read(target)).toBe(text.replace("1h", "2h"));
    expect(fs.lstatSync(globalFile).isSymbolicLink()).toBe(true);
    expect(fs.statSync(target).mode & 0o777).toBe(0o644);
    await place.wg("config", "unset", "--global", "agent.timeout");
    expect(read(target)).toBe(text.replace('timeout="1h" ', ""));
  });

  it("says what beats the value that was set", async () => {
    await place.wg("config", "set", "agent.timeout", "3h");
    const below = await place.wg("config", "set", "agent.timeout", "4h", "--global");
    expect(below.stderr).toContain(`warning: project ${projectFile}:2 sets agent.timeout too, and wins`);
    place.env["WG_AGENT_TIMEOUT"] = "5h";
    const hidden = await place.wg("config", "set", "agent.timeout", "6h");
    expect(hidden.stderr).toContain("unset WG_AGENT_TIMEOUT");
  });

  it("of a bundle key while a profile is active names the command that would do what was meant", async () => {
    await place.wg("profile", "use", "codex", "--no-check");
    const { stderr } = await place.wg("config", "-m", "claude:sonnet");
    expect(stderr).toContain("wg profile set codex agent.model claude:sonnet");
    expect(read(projectFile)).toBe('[agent]\nmodel = "claude:sonnet"\n');
    const general = await place.wg("config", "set", "agent.timeout", "3h");
    expect(general.stderr).not.toContain("warning");
  });

  it("-m with -e adds the server the model is asked at, and changes its url the next time", async () => {
    await place.wg("config", "-m", "local:qwen3", "-e", "http://127.0.0.1:8088/");
    const text =
      '[agent]\nmodel = "local:qwen3"\n\n[[llm_endpoints.endpoints]]\nname = "default"\nprovider = "oai-compat"\nurl = "http://127.0.0.1:8088"\nis_default = true\n';
    expect(read(projectFile)).toBe(text);
    await place.wg("config", "-m", "local:qwen3", "-e", "http://10.0.0.5");
    expect(read(projectFile)).toBe(text.replace("http://127.0.0.1:8088", "http://10.0.0.5"));
    expect((await place.wg("config", "get", "endpoint")).stdout).toBe("http://10.0.0.5\n");
  });

  it("by many at once loses nothing", async () => {
    const keys = ["agent.max_turns", "agent.max_attempts", "service.max_agents"];
    const names = ["A", "B", "C", "D"].map((name) => `env.${name}`);
    const ended = await Promise.all([...keys, ...names].map((key) => place.wg("config", "set", key, "7")));
    expect(ended.map(({ status }) => status)).toEqual(ended.map(() => 0));
    const { settings } = JSON.parse((await place.wg("config", "show", "--json")).stdout);
    expect(settings.map(({ key }: { key: string }) => key).sort()).toEqual([...keys, ...names].sort());
  });
});

describe("a refused change", () => {
  const good = '# mine\n[agent]\nmodel = "claude:opus"\n';

  it.each<[string, string[], number, string]>([
    ["a bare model", ["-m", "opus"], 1, "write handler:model, for example claude:opus"],
    ["an unknown handler", ["set", "tiers.fast", "clade:haiku"], 1, "did you mean claude:haiku?"],
    [
      "an endpoint that is no url",
      ["-m", "local:q", "-e", "10.0.0.5:80"],
      1,
      "for example http://127.0.0.1:8088",
    ],
    ["local: without a server", ["-m", "local:q"], 1, "wg config -m local:q -e <url>"],
    ["an unknown key", ["set", "agent.modle", "claude:a"], 1, "did you mean agent.model?"],
    ["a number that is none", ["set", "agent.max_turns", "many"], 1, "must be a whole number"],
    ["an unknown endpoint", ["set", "models.chat.endpoint", "x"], 1, "names an unknown endpoint"],
    ["a secret", ["set", "env.API_KEY", "hunter2"], 1, "holds a secret itself"],
    ["PATH", ["set", "env.PATH", "/x"], 1, "PATH cannot be pinned"],
    ["a key that is not there", ["unset", "agent.timeout"], 4, "agent.timeout is not set"],
    ["two files", ["set", "agent.timeout", "1h", "--global", "--project"], 2, "two files"],
    ["a verb that is none", ["list"], 2, 'no verb "list"'],
  ])("leaves the file as it was: %s", async (_, args, status, words) => {
    fs.writeFileSync(projectFile, good);
    const ended = await place.wg("config", ...args);
    expect(ended).toMatchObject({ status, stdout: "" });
    expect(ended.stderr).toContain(words);
    expect(ended.stderr).not.toContain("hunter2");
    expect(read(projectFile)).toBe(good);
  });

  it.each<[string, string]>([
    ["broken TOML", "[agent\n"],
    ["a duplicate key", "[agent]\nmodel = 'claude:a'\nmodel = 'claude:b'\n"],
    ["an unknown key", "[agent]\nmodle = 'claude:a'\n"],
    ["a wrong type", "[agent]\ntimeout = 3\n"],
    ["a NUL", "[agent]\nmodel = 'claude:\0'\n"],
  ])("because the file is bad says where: %s", async (_, text) => {
    fs.writeFileSync(projectFile, text);
    for (const args of [["show"], ["show", "--effective"], ["get", "agent.model"], ["-m", "claude:a"]]) {
      const ended = await place.wg("config", ...args);
      expect(ended).toMatchObject({ status: 1, stdout: "" });
      expect(ended.stderr).toContain(`at ${projectFile}`);
    }
    expect(read(projectFile)).toBe(text);
  });

  it("because the file has ten megabytes says so at once", async () => {
    fs.writeFileSync(globalFile, `# ${"x".repeat(10 * 1024 * 1024)}\n`);
    const ended = await place.wg("config", "set", "agent.timeout", "1h", "--global");
    expect(ended.status).toBe(1);
    expect(ended.stderr).toContain("the limit is 1048576");
  });

  it("is one JSON envelope with --json", async () => {
    const ended = await place.wg("config", "set", "agent.model", "opus", "--json");
    expect(ended.status).toBe(1);
    expect(JSON.parse(ended.stdout)).toEqual({
      schemaVersion: 1,
      error: {
        code: "bad-route",
        message: 'agent.model: route "opus" has no handler',
        hint: "write handler:model, for example claude:opus",
      },
    });
  });

  it("of another file's key says which file has it", async () => {
    await place.wg("config", "set", "agent.timeout", "3h", "--global");
    const { stderr } = await place.wg("config", "unset", "agent.timeout");
    expect(stderr).toContain(`hint: global ${globalFile}:2 sets it: wg config unset agent.timeout --global`);
  });
});

describe("showing", () => {
  it("lists what the files set, the project's before the global one's", async () => {
    fs.writeFileSync(globalFile, '[agent]\nmodel = "claude:opus"\ntimeout = "1h"\n');
    fs.writeFileSync(projectFile, '[agent]\nmodel = "codex:gpt-5.5"\n');
    expect((await place.wg("config", "show")).stdout).toBe(
      'agent.model = "codex:gpt-5.5"\nagent.timeout = "1h"\n',
    );
    expect((await place.wg("config", "show", "--show-origin")).stdout).toBe(
      [
        `project ${projectFile}:2  agent.model = "codex:gpt-5.5"`,
        `  over global ${globalFile}:2  "claude:opus"`,
        '  over default  "claude:opus"',
        `global ${globalFile}:3  agent.timeout = "1h"`,
        '  over default  "2h"',
        "",
      ].join("\n"),
    );
  });

  it("--effective is what is in force: the profile, and what it hides", async () => {
    fs.writeFileSync(projectFile, '[agent]\nmodel = "claude:opus"\n[env]\nA = "1"\n');
    await place.wg("profile", "use", "codex", "--no-check");
    const { stdout } = await place.wg("config", "show", "--effective", "--show-origin");
    expect(stdout).toMatch(/^profile \S+codex\.toml:\d+ {2}agent\.model = "codex:gpt-5\.5"$/m);
    expect(stdout).toContain(`  over project ${projectFile}:2  "claude:opus"`);
    expect(stdout).toContain(`# project ${projectFile}:4  env.A = "1"`);
    const json = JSON.parse((await place.wg("config", "show", "--effective", "--json")).stdout);
    expect(json).toMatchObject({ schemaVersion: 1, profile: "codex", hidden: [{ key: "env.A" }] });
  });

  it("get prints the bare value, and exits with 4 when nothing sets it", async () => {
    expect(await place.wg("config", "get", "agent.model")).toMatchObject({
      status: 0,
      stdout: "claude:opus\n",
    });
    expect((await place.wg("config", "get", "agent.model", "--show-origin")).stdout).toBe(
      "default\tclaude:opus\n",
    );
    expect(await place.wg("config", "get", "tiers.fast")).toMatchObject({ status: 4, stdout: "" });
    place.env["WG_AGENT_MODEL"] = "claude:haiku";
    expect((await place.wg("config", "get", "agent.model", "--show-origin")).stdout).toBe(
      "env WG_AGENT_MODEL\tclaude:haiku\n",
    );
  });
});

describe("with a service running", () => {
  let running: ServicePlace;
  beforeEach(async () => {
    running = await makeServicePlace();
  });
  afterEach(() => running.end());

  it("-m is in force there when the command returns, and the sentence says so", async () => {
    const before = await running.start();
    const { stderr } = await running.wg("config", "-m", "codex:gpt-5.5");
    expect(stderr).toContain("acknowledged");
    const after = await running.status();
    expect(after.applied.revision).not.toBe(before.applied.revision);
    const { revision } = JSON.parse((await running.wg("config", "show", "--effective", "--json")).stdout);
    expect(after.applied.revision).toBe(revision);
  });

  it("a general setting reaches it too", async () => {
    await running.start();
    const ended = await running.wg("config", "set", "service.max_agents", "9", "--json");
    expect(JSON.parse(ended.stdout).services).toMatchObject([{ kind: "applied" }]);
    expect((await running.status()).maxAgents).toBe(9);
  });

  it("a global change that it could not follow is refused; one that is in trouble already is told, and blocks nobody", async () => {
    const own = path.join(running.project, ".wg", "config.toml");
    const servers = (provider: string) =>
      `[[llm_endpoints.endpoints]]\nname = "a"\nprovider = "${provider}"\nurl = "http://a"\n`;
    fs.writeFileSync(own, servers("openai"));
    await running.ok("config", "trust", "--yes");
    await running.start();
    const elsewhere = { cwd: running.home, env: running.env };
    const outside = (...args: string[]) => run(process.execPath, [program, "config", ...args], elsewhere);
    const refused = await outside("-m", "local:q", "-e", "http://b");
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain(`the service of ${running.project} could not follow`);
    expect(fs.existsSync(path.join(running.home, ".wg", "config.toml"))).toBe(false);

    fs.writeFileSync(own, "broken");
    const taken = await outside("-m", "local:q", "-e", "http://b", "--json");
    expect(taken, taken.stderr).toMatchObject({ status: 0 });
    expect(JSON.parse(taken.stdout).services).toMatchObject([
      { project: running.project, why: expect.stringContaining("not valid TOML") },
    ]);
  });
});
