// `wg profile import`, `export` and `create --preset`, as a person uses them.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Machine, makeMachine } from "../support/machine.ts";
import { program, run } from "../support/wg.ts";

const secret = "sk-live-0123456789abcdefghijklmnop";
const settings = {
  env: {
    ANTHROPIC_BASE_URL: "https://gate.example.com",
    ANTHROPIC_AUTH_TOKEN: secret,
    ANTHROPIC_MODEL: "big-1",
  },
  permissions: { allow: ["Bash"] },
};

let machine: Machine;

beforeEach(() => {
  machine = makeMachine();
});

afterEach(() => machine.end());

describe("wg profile import", () => {
  it("says what it would do, and does it only with --yes where nobody can be asked", async () => {
    const file = write(".claude/settings.json", settings);
    const shown = await machine.wg("profile", "import", file);
    expect(shown.status).toBe(4);
    expect(shown.stdout).toMatch(/^claude-settings +claude:big-1 +https:\/\/gate\.example\.com +new$/m);
    expect(shown.stderr).toContain("not taken: permissions (no setting of a profile)");
    expect(machine.profile("claude-settings")).toBeUndefined();
    const done = await machine.wg("profile", "import", file, "--name", "gate", "--yes");
    expect(done.status).toBe(0);
    expect(done.stderr).toContain(
      "export GATE_API_KEY, the key of env.ANTHROPIC_AUTH_TOKEN; it is not set here",
    );
    expect(machine.profile("gate")).toContain('api_key_ref = "env:GATE_API_KEY"');
    for (const text of [shown.stdout, shown.stderr, done.stdout, done.stderr, machine.profile("gate")]) {
      expect(text).not.toContain("sk-live");
    }
  });

  it("what it made can be used", async () => {
    await machine.wg("profile", "import", write("gate.json", settings), "--yes");
    const shown = await machine.wg("profile", "show", "gate", "--json");
    expect(shown.status).toBe(0);
    expect((await machine.wg("profile", "use", "gate", "--no-check")).stdout).toBe("gate\n");
  });

  it("the source is not written to", async () => {
    const file = write(".codex/deep.config.toml", 'model = "gpt-5.5"\nmodel_reasoning_effort = "high"\n');
    const before = fs.readFileSync(file);
    const ended = await machine.wg("profile", "import", file, "--yes", "--json");
    expect(JSON.parse(ended.stdout)).toMatchObject({
      kind: "codex",
      written: true,
      profiles: [
        { name: "deep", state: "new", model: "codex:gpt-5.5", notTaken: [{ key: "model_reasoning_effort" }] },
      ],
    });
    expect(fs.readFileSync(file)).toEqual(before);
  });

  it("a profile of that name is kept, replaced with a copy only by --force", async () => {
    await machine.wg("profile", "create", "gate", "-m", "claude:opus");
    const before = machine.profile("gate");
    const file = write("gate.json", settings);
    const refused = await machine.wg("profile", "import", file, "--yes");
    expect(refused).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('there is a profile "gate" already'),
    });
    expect(machine.profile("gate")).toBe(before);
    await machine.wg("profile", "import", file, "--yes", "--force");
    expect(machine.profile("gate")).toContain("big-1");
    const copy = path.join(machine.home, ".wg", "profiles", "gate.toml.before-import");
    expect(fs.readFileSync(copy, "utf8")).toBe(before);
    expect((await machine.wg("profile", "list")).stdout).not.toContain("before-import");
  });

  it("a profile of the original wg is converted in its own place", async () => {
    await machine.wg("profile", "list");
    const file = path.join(machine.home, ".wg", "profiles", "old.toml");
    const text =
      '[agent]\nmodel = "opus"\n[coordinator]\nmax_agents = 8\n[models.flip_inference]\nmodel = "haiku"\n';
    fs.writeFileSync(file, text);
    const ended = await machine.wg("profile", "import", file, "--yes");
    expect(ended.status).toBe(0);
    expect(machine.profile("old")).toContain('model = "claude:opus"');
    expect(fs.readFileSync(`${file}.before-import`, "utf8")).toBe(text);
    const again = await machine.wg("profile", "import", file);
    expect(again).toMatchObject({ status: 0, stdout: expect.stringContaining("is there already") });
  });

  it("of an export with several, all that are new are made, and one can be chosen", async () => {
    const provider = (name: string) => ({ name, settingsConfig: { env: settings.env } });
    const file = write("cc.json", {
      version: 2,
      claude: { providers: { a: provider("One"), b: provider("Two"), c: provider("Three") } },
    });
    expect(await machine.wg("profile", "import", file, "--name", "x")).toMatchObject({ status: 2 });
    expect(await machine.wg("profile", "import", file, "--only", "tow")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("did you mean two?"),
    });
    await machine.wg("profile", "import", file, "--only", "two", "--name", "second", "--yes");
    expect(machine.profile("second")).toContain("big-1");
    const all = await machine.wg("profile", "import", file, "--yes");
    expect(all.status).toBe(0);
    for (const name of ["one", "two", "three"]) expect(machine.profile(name)).toContain("big-1");
  });

  it.each([
    ["nothing", "there is no file"],
    ["list.txt", "is no file that profiles can be made of"],
    ["broken.toml", "not valid TOML"],
    ["broken.json", "is not valid JSON"],
    ["comment.toml", "holds what looks like a key"],
    ["literal.toml", "holds a secret itself"],
  ])("%s is refused, and nothing is made", async (name, message) => {
    write("list.txt", 'milk = "1"\n');
    write("broken.toml", "[agent\n");
    write("broken.json", `{ "k": "${secret}"`);
    write("comment.toml", `# ${secret}\n[agent]\nmodel = "claude:opus"\n`);
    write("literal.toml", `[agent]\nmodel = "claude:opus"\n[env]\nTEAM_API_KEY = "${secret}"\n`);
    const ended = await machine.wg("profile", "import", path.join(machine.home, name), "--yes");
    expect(ended).toMatchObject({ status: 1, stderr: expect.stringContaining(message) });
    expect(ended.stdout + ended.stderr).not.toContain("sk-live");
    expect((await machine.wg("profile")).stdout).toBe("claude\ncodex\nwgnext\n");
  });
});

describe("wg profile export", () => {
  it("what is exported can be imported, byte for byte", async () => {
    await machine.wg(
      "profile",
      "create",
      "mine",
      "-m",
      "local:m",
      "-e",
      "http://h:1",
      "--key-ref",
      "env:MINE_KEY",
    );
    const exported = await machine.wg("profile", "export", "mine");
    expect(exported).toMatchObject({ status: 0, stdout: machine.profile("mine") });
    expect(exported.stderr).toContain("where it goes, export MINE_KEY");
    const imported = await run(
      process.execPath,
      [program, "profile", "import", "-", "--name", "copy", "--yes"],
      {
        cwd: machine.project,
        env: machine.env,
        input: exported.stdout,
      },
    );
    expect(imported.status).toBe(0);
    expect(machine.profile("copy")).toBe(machine.profile("mine"));
  });

  it("what it extends is named, or put in", async () => {
    await machine.wg(
      "profile",
      "create",
      "below",
      "-m",
      "local:m",
      "-e",
      "http://h:1",
      "--tier",
      "fast=local:s",
    );
    write(".wg/profiles/above.toml", 'extends = "below"\n[agent]\nmodel = "local:big"\n');
    const named = await machine.wg("profile", "export", "above", "--json");
    expect(JSON.parse(named.stdout)).toMatchObject({
      extends: "below",
      notes: [expect.stringContaining("--flatten")],
    });
    const flat = await machine.wg("profile", "export", "above", "--flatten");
    write("flat.toml", flat.stdout);
    await machine.wg("profile", "import", path.join(machine.home, "flat.toml"), "--yes");
    const shown = async (name: string) =>
      JSON.parse((await machine.wg("profile", "show", name, "--effective", "--json")).stdout);
    expect((await shown("flat")).revision).toBe((await shown("above")).revision);
  });

  it("a text with a key in it does not leave", async () => {
    await machine.wg("profile", "list");
    write(".wg/profiles/leaky.toml", `[agent]\nmodel = "claude:opus"\n# was ${secret}\n`);
    const ended = await machine.wg("profile", "export", "leaky");
    expect(ended).toMatchObject({ status: 1, stdout: "", stderr: expect.stringContaining("leaky.toml:3") });
    expect(ended.stderr).not.toContain("sk-live");
  });
});

describe("the original wg's own files", () => {
  const config = [
    "[agent]",
    'model = "opus"',
    "interval = 5",
    "[coordinator]",
    'model = "claude:haiku"',
    "max_agents = 7",
    "[models.task_agent]",
    'model = "nex:big"',
    "[[llm_endpoints.endpoints]]",
    'name = "box"',
    'provider = "local"',
    'url = "http://10.0.0.5:8088"',
    `api_key = "${secret}"`,
    "is_default = true",
    "[tui]",
    'theme = "dark"',
    "",
  ].join("\n");

  it("its config file stays the base, with one note, and is never written", async () => {
    write(".wg/config.toml", config);
    const shown = await machine.wg("config", "show", "--show-origin");
    expect(shown.status).toBe(0);
    expect(shown.stdout).toMatch(/config\.toml:8\s.*agent\.model = "local:big"/);
    expect(shown.stdout).toMatch(/config\.toml:6\s.*service\.max_agents = 7/);
    expect(shown.stderr).toContain("is a file of the original wg and is read as one");
    expect(shown.stderr).toContain("stays unread (agent.interval, tui)");
    expect(shown.stderr).toContain("export BOX_API_KEY");
    const refused = await machine.wg("config", "set", "--global", "agent.model", "claude:opus");
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining("wg profile import") });
    expect(fs.readFileSync(path.join(machine.home, ".wg", "config.toml"), "utf8")).toBe(config);
    for (const text of [shown.stdout, shown.stderr, refused.stderr]) expect(text).not.toContain("sk-live");
  });

  it("the first use over it says what it silences, and clear comes back to exactly that", async () => {
    write(".wg/config.toml", config);
    const revision = async () => JSON.parse((await machine.wg("profile", "show", "--json")).stdout).revision;
    const before = await revision();
    const used = await machine.wg("profile", "use", "claude", "--no-check");
    expect(used.stderr).toContain(
      "count no more while a profile is active; wg profile use --clear comes back",
    );
    await machine.wg("profile", "use", "--clear");
    expect(await revision()).toBe(before);
  });

  it("says what it silences once, and again when the file has changed since", async () => {
    write(".wg/config.toml", config);
    const file = path.join(machine.home, ".wg", "config.toml");
    const use = async () => {
      await machine.wg("profile", "use", "--clear");
      return (await machine.wg("profile", "use", "claude", "--no-check")).stderr;
    };
    expect(await use()).toContain("count no more");
    expect(await use()).not.toContain("count no more");
    const later = new Date(Date.now() + 5000);
    fs.utimesSync(file, later, later);
    expect(await use()).toContain("count no more");
  });

  it("a profile can be made of it", async () => {
    write(".wg/config.toml", config);
    const made = await machine.wg("profile", "create", "now", "--from-config", "--json");
    const base = JSON.parse((await machine.wg("profile", "show", "--json")).stdout);
    expect(JSON.parse(made.stdout).revision).toBe(base.revision);
    expect(machine.profile("now")).not.toContain("sk-live");
    const imported = await machine.wg(
      "profile",
      "import",
      path.join(machine.home, ".wg", "config.toml"),
      "--yes",
    );
    expect(imported.status).toBe(0);
    expect(machine.profile("wg-config")).toContain('model = "local:big"');
  });

  it("its profiles can be used as they are, and leave without their keys", async () => {
    await machine.wg("profile", "list");
    write(".wg/profiles/old.toml", `description = "old"\n${config.replace(secret, "plain-word")}`);
    expect((await machine.wg("profile", "use", "old", "--no-check")).stdout).toBe("old\n");
    const changed = await machine.wg("profile", "set", "old", "agent.model", "claude:opus");
    expect(changed).toMatchObject({ status: 1, stderr: expect.stringContaining("converts it") });
    const exported = await machine.wg("profile", "export", "old");
    expect(exported.stdout).toContain('api_key_ref = "env:BOX_API_KEY"');
    expect(exported.stdout).not.toContain("plain-word");
  });
});

describe("presets", () => {
  it("a profile is made of one, and says who runs it and which key it wants", async () => {
    const ended = await machine.wg(
      "profile",
      "create",
      "glm",
      "--preset",
      "zai",
      "--tier",
      "deep=claude:glm-5.3",
    );
    expect(ended).toMatchObject({ status: 0, stdout: "glm\n" });
    expect(ended.stderr).toContain("handler claude, provider anthropic");
    expect(ended.stderr).toContain("ZAI_API_KEY, which is not set here");
    expect(machine.profile("glm")).toContain('deep = "claude:glm-5.3"');
    const set = await machine.wg(
      "profile",
      "create",
      "qwen",
      "--preset",
      "ollama",
      "-m",
      "qwen3:30b",
      "--json",
    );
    expect(JSON.parse(set.stdout)).toMatchObject({
      preset: "ollama",
      handler: "nex",
      provider: "oai-compat",
    });
    expect(machine.profile("qwen")).toContain('model = "local:qwen3:30b"');
  });

  it.each([
    [["--preset", "zia"], 1, "did you mean zai?"],
    [["--preset", "zai", "--from", "claude"], 2, "choose one of them"],
    [["--preset", "zai", "--from-config"], 2, "choose one of them"],
    [["--handler", "nex", "-m", "local:m"], 2, "--handler is for --preset"],
    [["--preset", "deepseek", "--handler", "codex"], 1, "claude, nex"],
  ])("%s is refused", async (args, status, message) => {
    const ended = await machine.wg("profile", "create", "x", ...args);
    expect(ended).toMatchObject({ status, stderr: expect.stringContaining(message) });
    expect(machine.profile("x")).toBeUndefined();
  });

  it("one of an agent is its route with its pins", async () => {
    const ended = await machine.wg("profile", "create", "oc", "--preset", "opencode", "-m", "a/b");
    expect(ended).toMatchObject({ status: 0, stdout: "oc\n" });
    expect(ended.stderr).toContain("OpenCode runs it by its own login: opencode acp");
    expect(machine.profile("oc")).toContain('model = "acp:opencode acp#a/b"');
    expect(machine.profile("oc")).toContain("OPENCODE_PERMISSION = ");
    const json = await machine.wg("profile", "create", "g", "--preset", "gemini", "--json");
    expect(JSON.parse(json.stdout)).toMatchObject({ preset: "gemini", handler: "acp" });
    expect((await machine.wg("preset", "show", "goose")).stdout).toContain("route: acp:goose acp");
    const list = JSON.parse((await machine.wg("preset", "list", "--json")).stdout);
    expect(list.presets.at(-1)).toMatchObject({
      name: "qwen",
      access: [{ handler: "acp", command: "qwen --acp" }],
    });
  });

  it("they are listed and shown, a set key by its name alone", async () => {
    machine.env["ZAI_API_KEY"] = secret;
    const list = await machine.wg("preset", "list");
    expect(list.stdout).toMatch(/^zai +claude nex codex +glm-5\.3 +ZAI_API_KEY \(set\) +GLM/m);
    const json = await machine.wg("preset", "show", "glm", "--json");
    expect(JSON.parse(json.stdout)).toMatchObject({ schemaVersion: 1, name: "zai", key: { isSet: true } });
    expect(list.stdout + json.stdout).not.toContain("sk-live");
  });
});

/** A file below the pretended home. */
function write(name: string, content: string | object): string {
  const file = path.join(machine.home, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}
