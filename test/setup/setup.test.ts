// `wg setup` and `wg init --route` on pretended machines.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Machine, makeMachine } from "../support/machine.ts";

let machine: Machine;

beforeEach(() => {
  machine = makeMachine({ ZAI_API_KEY: "sk-not-to-be-seen-0123456789" });
});

afterEach(() => machine.end());

describe("wg setup", () => {
  it("writes the profiles that would work, and points wgnext at the server that answers", async () => {
    machine.program("claude", "2.1.330 (Claude Code)");
    const port = await machine.server("nomic-embed-text", "qwen3:8b");
    const ended = await machine.wg("setup", "--yes", "--ports", `9,${port}`);
    expect(ended).toMatchObject({ status: 0 });
    expect(ended.stdout).toMatch(/^claude +2\.1\.330 /m);
    expect(ended.stdout).toMatch(/^codex +no +codex is not on PATH/m);
    expect(machine.profile("claude")).toContain('model = "claude:opus"');
    expect(machine.profile("codex")).toBeUndefined();
    expect(machine.profile("wgnext")).toContain(`url = "http://127.0.0.1:${port}"`);
    expect(machine.profile("wgnext")).toContain('model = "local:qwen3:8b"');
    expect(machine.profile("zai")).toContain('api_key_ref = "env:ZAI_API_KEY"');
    expect(fs.existsSync(path.join(machine.home, "bin", "calls"))).toBe(false);
    expect(fs.existsSync(path.join(machine.home, ".wg", "config.toml"))).toBe(false);
  });

  it("names keys, and never shows them", async () => {
    for (const more of [[], ["--json"], ["--yes"]]) {
      const { stdout, stderr } = await machine.wg("setup", ...more);
      expect(stdout).toContain("ZAI_API_KEY");
      expect(stdout + stderr + machine.profile("zai")).not.toContain("sk-not");
    }
  });

  it("where nobody can be asked it says what it would do, writes nothing, and ends with 4", async () => {
    const ended = await machine.wg("setup");
    expect(ended.status).toBe(4);
    expect(ended.stdout).toMatch(/^zai +new +ZAI_API_KEY is set$/m);
    expect(ended.stderr).toContain("nothing was written; wg setup --yes writes them");
    expect(fs.existsSync(path.join(machine.home, ".wg"))).toBe(false);
    const json = await machine.wg("setup", "--json");
    expect(json.status).toBe(4);
    expect(JSON.parse(json.stdout)).toMatchObject({
      schemaVersion: 1,
      programs: [{ name: "claude", problem: "claude is not on PATH" }, { name: "codex" }],
      servers: [],
      keys: [{ variable: "ZAI_API_KEY", preset: "zai" }],
      profiles: [{ name: "zai", state: "new", written: false }],
    });
  });

  it("never changes a file of one's own, and says how to get the same", async () => {
    await machine.wg("profile", "list");
    await machine.wg("profile", "set", "wgnext", "description", "mine");
    const before = machine.profile("wgnext");
    const port = await machine.server("m");
    const ended = await machine.wg("setup", "--yes", "--ports", String(port));
    expect(ended.status).toBe(0);
    expect(machine.profile("wgnext")).toBe(before);
    expect(ended.stderr).toContain(`wg profile set wgnext endpoint http://127.0.0.1:${port}`);
  });

  it("an untouched starter is pointed at what answers, and a second time there is nothing to do", async () => {
    await machine.wg("profile", "list");
    const port = await machine.server("m");
    await machine.wg("setup", "--yes", "--ports", String(port));
    expect(machine.profile("wgnext")).toContain(`:${port}"`);
    const again = await machine.wg("setup", "--ports", String(port));
    expect(again).toMatchObject({ status: 0, stderr: expect.stringContaining("nothing was left to write") });
  });

  it("switches when it is told to which", async () => {
    machine.program("codex", "codex-cli 0.169.0");
    const ended = await machine.wg("setup", "--yes", "--use", "codex", "--json");
    expect(JSON.parse(ended.stdout)).toMatchObject({ active: "codex" });
    expect((await machine.wg("profile", "current")).stdout).toBe("codex\n");
  });

  it("does not switch to what would not work: what was written stays", async () => {
    machine.program("codex", "codex-cli 0.169.0");
    await machine.wg("profile", "copy", "claude", "mine");
    const refused = await machine.wg("setup", "--yes", "--use", "mine");
    expect(refused).toMatchObject({ status: 3, stderr: expect.stringContaining("claude is not on PATH") });
    expect(refused.stderr).toContain("written: zai");
    expect((await machine.wg("profile", "current")).stdout).toBe("base\n");
    const told = await machine.wg("setup", "--yes", "--use", "mine", "--no-check");
    expect([told.status, (await machine.wg("profile", "current")).stdout]).toEqual([0, "mine\n"]);
  });

  it("a machine with nothing on it is told so", async () => {
    machine.env["ZAI_API_KEY"] = "";
    const ended = await machine.wg("setup", "--yes");
    expect(ended).toMatchObject({
      status: 4,
      stderr: expect.stringContaining("nothing here could run an agent"),
    });
  });

  it("a program that hangs or fails is reported, not used", async () => {
    fs.writeFileSync(path.join(machine.home, "bin", "claude"), "#!/bin/sh\necho broken >&2\nexit 3\n", {
      mode: 0o755,
    });
    const ended = await machine.wg("setup", "--yes", "--json");
    const { programs, profiles } = JSON.parse(ended.stdout);
    expect(programs[0]).toMatchObject({
      name: "claude",
      problem: expect.stringContaining("--version failed"),
    });
    expect(profiles.map(({ name }: { name: string }) => name)).toEqual(["zai"]);
  });

  it("a port that is none is refused", async () => {
    expect(await machine.wg("setup", "--ports", "80a")).toMatchObject({ status: 2 });
  });
});

describe("wg init --route", () => {
  it("makes the project and the profile, and switches to it", async () => {
    const port = await machine.server("qwen3:8b", "other");
    machine.env["WG_SETUP_PORTS"] = String(port);
    const ended = await machine.wg("init", "--route", "local");
    expect(ended.status).toBe(0);
    expect(machine.profile("wgnext")).toContain('model = "local:qwen3:8b"');
    expect((await machine.wg("profile", "current")).stdout).toBe("wgnext\n");
    expect(fs.existsSync(path.join(machine.project, ".wg", "graph.db"))).toBe(true);
    expect(fs.existsSync(path.join(machine.home, ".wg", "config.toml"))).toBe(false);
    expect(fs.existsSync(path.join(machine.project, ".wg", "config.toml"))).toBe(false);
  });

  it("takes the model and the server it is given, without looking for one", async () => {
    await machine.wg("init", "--route", "local", "-m", "big", "-e", "http://10.0.0.5:8088/", "--no-check");
    expect(machine.profile("wgnext")).toContain('url = "http://10.0.0.5:8088"');
    expect(machine.profile("wgnext")).toContain('model = "local:big"');
    machine.program("claude", "2.1.0");
    const claude = await machine.wg("init", "--route", "claude-cli", "-m", "sonnet", "--json");
    expect(JSON.parse(claude.stdout)).toMatchObject({ profile: "claude", made: false });
    expect(machine.profile("claude")).toContain('model = "claude:sonnet"');
  });

  it("without a model to take it says so, and makes nothing", async () => {
    const ended = await machine.wg("init", "--route", "local", "-e", "http://127.0.0.1:1");
    expect(ended).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("does not answer as a model server"),
    });
    expect(fs.existsSync(path.join(machine.project, ".wg"))).toBe(false);
  });

  it("does not switch to what would not work, unless it is told not to look", async () => {
    const refused = await machine.wg("init", "--route", "claude-cli");
    expect(refused).toMatchObject({ status: 3, stderr: expect.stringContaining("claude is not on PATH") });
    expect((await machine.wg("profile", "current")).stdout).toBe("base\n");
    expect(await machine.wg("init", "--route", "claude-cli", "--no-check")).toMatchObject({ status: 0 });
    expect((await machine.wg("profile", "current")).stdout).toBe("claude\n");
  });

  it("switches everywhere when nothing is active, else this project alone", async () => {
    machine.program("claude", "2.1.0");
    machine.program("codex", "codex-cli 0.169.0");
    await machine.wg("init", "--route", "claude-cli");
    expect(fs.readFileSync(path.join(machine.home, ".wg", "active-profile"), "utf8")).toBe("claude\n");
    expect(fs.existsSync(path.join(machine.project, ".wg", "active-profile"))).toBe(false);
    await machine.wg("init", "--route", "codex-cli");
    expect(fs.readFileSync(path.join(machine.home, ".wg", "active-profile"), "utf8")).toBe("claude\n");
    expect(fs.readFileSync(path.join(machine.project, ".wg", "active-profile"), "utf8")).toBe("codex\n");
  });

  it("takes a profile of one's own as it is, and refuses to make it another", async () => {
    await machine.wg("profile", "list");
    await machine.wg("profile", "set", "codex", "agent.model", "codex:gpt-5.4");
    const before = machine.profile("codex");
    const refused = await machine.wg("init", "--route", "codex-cli", "-m", "gpt-5.5");
    expect(refused).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("is your own and runs codex:gpt-5.4"),
    });
    expect(fs.existsSync(path.join(machine.project, ".wg"))).toBe(false);
    machine.program("codex", "codex-cli 0.169.0");
    expect(await machine.wg("init", "--route", "codex-cli", "-m", "gpt-5.4")).toMatchObject({ status: 0 });
    expect(machine.profile("codex")).toBe(before);
  });

  it.each([
    [["--route", "claude"], "did you mean claude-cli?"],
    [["-m", "opus"], "wg init --route"],
    [["--route", "codex-cli", "-m", "claude:opus"], "choose another --route"],
    [["--route", "claude-cli", "-e", "http://h:1"], "wg profile create"],
  ])("%s is refused with what would be right", async (args, hint) => {
    const ended = await machine.wg("init", ...args);
    expect(ended).toMatchObject({ status: 2, stderr: expect.stringContaining(hint) });
    expect(fs.existsSync(path.join(machine.project, ".wg"))).toBe(false);
  });
});
