// A run leaves the user's own settings of Claude Code and Codex as they are: every byte, every file but a known few.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { sha256 } from "../../src/base/canonical.ts";
import { plannedKeyMark, type Rehearsal, startRehearsal } from "../support/agents.ts";
import { runJob } from "../support/contract.ts";

let rehearsal: Rehearsal;
beforeEach(async () => {
  rehearsal = await startRehearsal();
});
afterEach(() => rehearsal.end());

/** What a person who uses both CLIs, and a tool that switches them by rewriting their settings, may have there. */
const settings: Record<string, string> = {
  ".claude.json": JSON.stringify({
    hasCompletedOnboarding: true,
    projects: { "/p": { hasTrustDialogAccepted: true } },
  }),
  ".claude/settings.json": JSON.stringify({
    model: "sonnet",
    env: {
      ANTHROPIC_BASE_URL: "http://127.0.0.1:1",
      ANTHROPIC_AUTH_TOKEN: "users-own-token",
      ANTHROPIC_API_KEY: "users-own-key",
      ANTHROPIC_DEFAULT_OPUS_MODEL: "users-own-model",
      API_TIMEOUT_MS: "3000000",
    },
    apiKeyHelper: "echo users-own-helper",
    permissions: { allow: ["Bash(git status)"], deny: ["Read(./secret)"] },
    hooks: {},
  }),
  ".claude/.credentials.json": JSON.stringify({
    claudeAiOauth: { accessToken: "users-own-oauth", refreshToken: "r", expiresAt: 1, scopes: [] },
  }),
  ".claude/CLAUDE.md": "Be kind.\n",
  ".claude/commands/hello.md": "Say hello.\n",
  ".claude/agents/reviewer.md": "---\nname: reviewer\ndescription: reviews\n---\nReview.\n",
  ".codex/config.toml":
    '# mine\nmodel = "gpt-5.4"\nmodel_provider = "mine"\n\n[model_providers.mine]\nname = "mine"\nbase_url = "http://127.0.0.1:1/v1"\n',
  ".codex/auth.json": JSON.stringify({ auth_mode: "apikey", OPENAI_API_KEY: "users-own-openai-key" }),
  ".codex/AGENTS.md": "Be kind.\n",
  ".codex/rules/default.rules": "# mine\n",
};

/** The CLIs' own records of what they did; nothing of it decides what runs. */
const records: Record<string, readonly RegExp[]> = {
  claude: [
    /^\.claude\.json$/,
    /^\.claude\/backups\/\.claude\.json\.backup\.\d+$/,
    /^\.claude\/\.last-cleanup$/,
    /^\.claude\/plugins\/store\/[^/]+\.json$/,
    /^\.claude\/projects\/[^/]+\/[0-9a-f-]{36}\.jsonl$/,
  ],
  codex: [
    /^\.codex\/sessions\/\d{4}\/\d\d\/\d\d\/rollout-[^/]+\.jsonl$/,
    /^\.codex\/[a-z_]+_\d+\.sqlite(-shm|-wal)?$/,
    /^\.codex\/(installation_id|\.sandbox_migration)$/,
    /^\.codex\/skills\/\.system\//,
    /^\.codex\/thread-writer-locks\//,
  ],
};

it.each(["claude", "codex"] as const)("a run of %s changes no setting of the user", async (agent) => {
  const { home } = rehearsal.place;
  for (const [name, text] of Object.entries(settings)) {
    fs.mkdirSync(path.dirname(path.join(home, name)), { recursive: true });
    fs.writeFileSync(path.join(home, name), text, { mode: 0o600 });
  }
  rehearsal.simulator.setScript({
    rules: [{ steps: [{ shell: "true" }, { write: { path: "a.txt", text: "x" } }, { final: "all done" }] }],
  });
  const before = hashes(home);

  const { result } = await runJob(rehearsal.job(agent));

  expect(result.outcome).toBe("done");
  const after = hashes(home);
  const changed = [...before].filter(([name, hash]) => after.get(name) !== hash).map(([name]) => name);
  // Claude counts its starts there; what the person put into it stays.
  expect(changed).toEqual(agent === "claude" ? [".claude.json"] : []);
  const state = JSON.parse(fs.readFileSync(path.join(home, ".claude.json"), "utf8"));
  expect(state).toMatchObject(JSON.parse(settings[".claude.json"] ?? ""));
  const made = [...after.keys()].filter((name) => !before.has(name));
  expect(made.filter((name) => !records[agent]?.some((known) => known.test(name)))).toEqual([]);
  // Nor did anything in those settings lead the run astray, or give a key of the user to the planned server.
  const asked = rehearsal.simulator.requests;
  expect(asked.length).toBeGreaterThan(0);
  expect(new Set(asked.map((seen) => seen.key))).toEqual(new Set([plannedKeyMark]));
});

function hashes(root: string): Map<string, string> {
  const names = fs.readdirSync(root, { recursive: true, encoding: "utf8" }).sort();
  return new Map(
    names
      .filter((name) => fs.lstatSync(path.join(root, name)).isFile())
      .map((name) => [name, sha256(fs.readFileSync(path.join(root, name), "latin1"))]),
  );
}
