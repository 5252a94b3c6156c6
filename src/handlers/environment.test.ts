// What a run inherits, what it does not, and how pins get their values.
import { expect, it } from "vitest";
import { runEnvironment, scrubbed } from "./environment.ts";
import type { Job } from "./handler.ts";

function job(changes: Partial<Job["plan"]>, env: Record<string, string>): Job {
  const plan: Job["plan"] = {
    schemaVersion: 1,
    run: "r-1",
    task: "t",
    role: "worker",
    attempt: 1,
    project: "/p",
    cwd: "/p",
    profile: "base",
    revision: "0",
    route: { handler: "claude", model: "opus" },
    env: {},
    permissions: "workspace",
    limits: { timeoutMs: 1, hangAfterMs: 1, maxTurns: 1 },
    onModelMismatch: "warn",
    prompt: "",
    origins: {},
    ...changes,
  };
  return { plan, env, folder: "/f" };
}

it("what could lead a run elsewhere is removed, where a login stands is kept", () => {
  const inherited = {
    PATH: "/bin",
    HTTPS_PROXY: "http://p",
    ANTHROPIC_API_KEY: "x",
    ANTHROPIC_BASE_URL: "x",
    OPENAI_API_KEY: "x",
    OPENAI_BASE_URL: "x",
    CODEX_API_KEY: "x",
    CODEX_HOME: "/c",
    CODEX_CA_CERTIFICATE: "/ca",
    CLAUDECODE: "1",
    CLAUDE_CONFIG_DIR: "/d",
    CLAUDE_CODE_USE_BEDROCK: "1",
    CLAUDE_CODE_OAUTH_TOKEN: "x",
    WG_ENDPOINT_KEY: "x",
    NOTHING: undefined,
  };
  const { env, dropped } = scrubbed(inherited);
  expect(env).toEqual({
    PATH: "/bin",
    HTTPS_PROXY: "http://p",
    CODEX_HOME: "/c",
    CODEX_CA_CERTIFICATE: "/ca",
    CLAUDE_CONFIG_DIR: "/d",
  });
  expect(dropped).toEqual([
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_BASE_URL",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "CODEX_API_KEY",
    "CLAUDECODE",
    "CLAUDE_CODE_USE_BEDROCK",
    "CLAUDE_CODE_OAUTH_TOKEN",
    "WG_ENDPOINT_KEY",
  ]);
});

it("a token that is the user's login stays for a claude run on that login, and is a secret", () => {
  const inherited = { CLAUDE_CODE_OAUTH_TOKEN: "oat-secret" };
  const own = runEnvironment(job({}, inherited));
  expect(own.env["CLAUDE_CODE_OAUTH_TOKEN"]).toBe("oat-secret");
  expect(own.secrets).toEqual(["oat-secret"]);
  const endpoint = { name: "e", provider: "anthropic" as const, url: "http://h" };
  const elsewhere = [
    job({ endpoint }, inherited),
    job({ env: { ANTHROPIC_BASE_URL: "http://h" } }, inherited),
    job({ route: { handler: "codex", model: "gpt-5.5" } }, inherited),
  ];
  for (const other of elsewhere)
    expect(runEnvironment(other).env).not.toHaveProperty("CLAUDE_CODE_OAUTH_TOKEN");
});

it("pins are laid over, secrets resolved and remembered, the endpoint's key in its own variable", () => {
  const endpoint = { name: "e", provider: "anthropic" as const, url: "http://h", keyRef: "env:KEY" };
  const pins = { PLAIN: "a", SECRET: { ref: "env:OTHER" }, ANTHROPIC_MODEL: "m" };
  const found = runEnvironment(
    job(
      { endpoint, env: pins },
      { KEY: "key-value", OTHER: "other-value", ANTHROPIC_MODEL: "stray", A: "b" },
    ),
  );
  expect(found).toEqual({
    env: {
      KEY: "key-value",
      OTHER: "other-value",
      A: "b",
      PLAIN: "a",
      SECRET: "other-value",
      ANTHROPIC_MODEL: "m",
      WG_ENDPOINT_KEY: "key-value",
      WG_RUN_ID: "r-1",
    },
    literals: { PLAIN: "a", ANTHROPIC_MODEL: "m" },
    references: ["SECRET"],
    endpointKey: "key-value",
    secrets: ["other-value", "key-value"],
    dropped: [],
  });
});

it("a reference without a value is refused", () => {
  const missing = job({ env: { SECRET: { ref: "env:MISSING" } } }, {});
  expect(() => runEnvironment(missing)).toThrow("env:MISSING has no value");
});
