// The demo with the real agents: each profile runs on its own program, against the simulator alone.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect, it, vi } from "vitest";
import { program, run } from "../support/wg.ts";

// Against hanging only: the demo gives itself three minutes.
const limitMs = 200_000;
vi.setConfig({ testTimeout: limitMs + 20_000 });

it("the demo switches from claude to codex to wg's own agent, and touches no setting of theirs", async () => {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "wg-stranger-")));
  const home = path.join(root, "home");
  fs.mkdirSync(home);
  const env = {
    PATH: "/usr/bin:/bin",
    HOME: home,
    WG_AGENTS: process.env["WG_AGENTS"] || path.join(os.homedir(), ".cache", "wg-agents"),
    ANTHROPIC_API_KEY: "sk-the-users-own",
  };
  try {
    const demo = path.join(path.dirname(program), "demo.js");
    const { status, stdout } = await run(process.execPath, [demo], { cwd: root, env, limitMs });
    expect(status, stdout).toBe(0);
    expect(stdout).not.toContain("SKIPPED");
    expect(stdout).toMatch(/survey +r-\S+ +claude +\w{12} +claude:opus +claude-opus-\S+ +done/);
    expect(stdout).toMatch(/docs +r-\S+ +codex +\w{12} +codex:gpt-5\.5 +gpt-5\.5 \(asked\) +done/);
    expect(stdout).toMatch(/release +r-\S+ +wgnext +\w{12} +local:qwen3-coder-30b +qwen3-coder-30b +done/);
    expect(fs.readdirSync(home)).toEqual([]);
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
});
