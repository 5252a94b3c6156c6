// What a claude run lays over the user's settings.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect, it } from "vitest";
import { checkNoShadow, claudeSettings } from "./claude-settings.ts";

const plan = {
  route: { handler: "claude" as const, model: "opus" },
  env: {},
  limits: { timeoutMs: 60_000, hangAfterMs: 30_000, maxTurns: 20 },
};
const endpoint = { name: "e", provider: "anthropic" as const, url: "http://127.0.0.1:8088/v1" };
const nothing = { literals: {}, references: [] };
const bounds = {
  CLAUDE_CODE_MAX_RETRIES: "2",
  API_TIMEOUT_MS: "30000",
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
};

it("without an endpoint the user's own login is left alone", () => {
  expect(claudeSettings(plan, nothing)).toEqual({ env: bounds });
});

it("a pin beats our own bounds, and stands in the file", () => {
  const { env } = claudeSettings(plan, { literals: { API_TIMEOUT_MS: "5", X: "y" }, references: [] });
  expect(env).toEqual({ ...bounds, API_TIMEOUT_MS: "5", X: "y" });
});

it("an endpoint gets its key by a command that names it, and none of the user's keys or models", () => {
  const keyed = { ...plan, endpoint: { ...endpoint, keyRef: "env:SOME_KEY" } };
  const settings = claudeSettings(keyed, { ...nothing, endpointKey: "sk-secret-value" });
  expect(settings.apiKeyHelper).toBe('printf %s "$WG_ENDPOINT_KEY"');
  expect(settings.env).toMatchObject({
    ANTHROPIC_BASE_URL: "http://127.0.0.1:8088",
    ANTHROPIC_API_KEY: "",
    ANTHROPIC_AUTH_TOKEN: "",
    ANTHROPIC_CUSTOM_HEADERS: "",
    CLAUDE_CODE_OAUTH_TOKEN: "",
    CLAUDE_CODE_USE_BEDROCK: "",
    ANTHROPIC_DEFAULT_OPUS_MODEL: "",
  });
  expect(JSON.stringify(settings)).not.toContain("sk-secret-value");
});

it("an endpoint without a key gets a word that is none, since Claude would send the user's own token", () => {
  expect(claudeSettings({ ...plan, endpoint }, nothing).apiKeyHelper).toBe("echo none");
});

it("a pinned server counts as one the plan chose; a pinned key is then the key", () => {
  const env = { ANTHROPIC_BASE_URL: "http://h", ANTHROPIC_AUTH_TOKEN: { ref: "env:TOKEN" } };
  const settings = claudeSettings(
    { ...plan, env },
    { literals: { ANTHROPIC_BASE_URL: "http://h" }, references: ["ANTHROPIC_AUTH_TOKEN"] },
  );
  expect(settings.apiKeyHelper).toBe("");
  expect(settings.env).toMatchObject({ ANTHROPIC_BASE_URL: "http://h", ANTHROPIC_API_KEY: "" });
  expect(settings.env).not.toHaveProperty("ANTHROPIC_AUTH_TOKEN");
});

it("a pinned secret that the user's own settings would override is refused, naming the file", () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "wg-settings-"));
  const project = path.join(root, "project");
  fs.mkdirSync(path.join(root, ".claude"));
  fs.mkdirSync(path.join(project, ".claude"), { recursive: true });
  const check = (name: string) => () => checkNoShadow([name], project, { HOME: root });
  try {
    fs.writeFileSync(path.join(root, ".claude", "settings.json"), '{"env":{"A_TOKEN":"x"}}');
    fs.writeFileSync(path.join(project, ".claude", "settings.json"), "no json");
    fs.writeFileSync(path.join(project, ".claude", "settings.local.json"), '{"env":{"B_TOKEN":"x"}}');
    expect(check("A_TOKEN")).toThrow(`${root}/.claude/settings.json sets A_TOKEN too`);
    expect(check("B_TOKEN")).toThrow("settings.local.json sets B_TOKEN too");
    expect(check("C_TOKEN")).not.toThrow();
  } finally {
    fs.rmSync(root, { recursive: true });
  }
});
