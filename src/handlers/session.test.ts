// What a person's own session with an agent CLI is started with.
import { describe, expect, it } from "vitest";
import { runEnvironment } from "./environment.ts";
import { type SessionHandler, type SessionPlan, sessionOf } from "./session.ts";

const secret = "a-key-that-nobody-may-see";

function session(handler: SessionHandler, model: string, more: Partial<SessionPlan> = {}) {
  const plan: SessionPlan = {
    run: "",
    route: { handler, model },
    env: {},
    limits: { timeoutMs: 60_000, hangAfterMs: 60_000, maxTurns: 9 },
    ...more,
  };
  return sessionOf(handler, plan, runEnvironment({ plan, env: { MY_KEY: secret } }), "/tmp/s.json");
}

const anthropic = {
  name: "e",
  provider: "anthropic" as const,
  url: "http://127.0.0.1:1",
  keyRef: "env:MY_KEY",
};
const openai = { name: "e", provider: "openai" as const, url: "http://127.0.0.1:1", keyRef: "env:MY_KEY" };

describe("a session with claude", () => {
  it("names the model and a settings file, and no bounds of a run", () => {
    expect(session("claude", "opus", { env: { TZ: "UTC" } })).toEqual({
      args: ["--model", "opus", "--settings", "/tmp/s.json"],
      settings: { env: { TZ: "UTC" } },
    });
  });

  it("goes to the endpoint with a key that stands nowhere in it", () => {
    const { args, settings } = session("claude", "glm-5", { endpoint: anthropic });
    expect(settings?.env["ANTHROPIC_BASE_URL"]).toBe("http://127.0.0.1:1");
    expect(settings?.apiKeyHelper).toBe('printf %s "$WG_ENDPOINT_KEY"');
    expect(JSON.stringify([args, settings])).not.toContain(secret);
  });

  it("without a route leaves the choice of the model to claude", () => {
    expect(session("claude", "").args).toEqual(["--settings", "/tmp/s.json"]);
  });
});

describe("a session with codex", () => {
  it("is told by -c alone, which its own verbs take over too", () => {
    expect(session("codex", "gpt-5.5")).toEqual({ args: ["-c", 'model="gpt-5.5"'] });
    expect(session("codex", "")).toEqual({ args: [] });
  });

  it("goes to the endpoint with a key that stands nowhere in it, and that its commands do not see", () => {
    const { args } = session("codex", "gpt-5.5", { endpoint: openai });
    expect(args.join(" ")).toContain('base_url="http://127.0.0.1:1/v1",env_key="WG_ENDPOINT_KEY"');
    expect(args).toContain("shell_environment_policy.ignore_default_excludes=false");
    expect(args.join(" ")).not.toContain(secret);
  });
});
