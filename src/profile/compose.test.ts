// The text of a new profile: pretty, complete, and refused where its words do not fit.
import { describe, expect, it } from "vitest";
import { WgError } from "../base/error.ts";
import { composeProfile, type Wanted } from "./compose.ts";
import { starters } from "./starters.ts";

const nothing: Wanted = { roles: [], tiers: [], env: [] };
const from = { name: "wgnext", path: "/h/wgnext.toml", text: starters["wgnext"] ?? "" };

function compose(wanted: Partial<Wanted>): string {
  return composeProfile("/h/x.toml", "x", { ...nothing, ...wanted });
}

function refusal(wanted: Partial<Wanted>): WgError {
  try {
    compose(wanted);
  } catch (error) {
    if (error instanceof WgError) return error;
    throw error;
  }
  throw new Error("was not refused");
}

describe("a new profile", () => {
  it("is a few commented lines when only a route is given", () => {
    expect(compose({ model: "codex:gpt-5.5" })).toBe(
      `# wg profile show x says what this comes to; docs/config.md lists every key.

[agent]
model = "codex:gpt-5.5"   # workers run this, and every role that has no line of its own
`,
    );
  });

  it("has everything that was asked for, each in its place", () => {
    const text = compose({
      model: "local:qwen3:8b",
      endpoint: "http://10.0.0.5:8088/",
      keyRef: "env:HOME_KEY",
      description: 'the "big" box',
      roles: ["evaluator=claude:haiku", "dispatcher=local:small"],
      tiers: ["fast=local:small"],
      env: ["FOO=a=b", "claude.MAX=32000"],
    });
    expect(text).toBe(`# wg profile show x says what this comes to; docs/config.md lists every key.

description = "the \\"big\\" box"

[agent]
model = "local:qwen3:8b"   # workers run this, and every role that has no line of its own

[[llm_endpoints.endpoints]]
name = "default"
provider = "oai-compat"
url = "http://10.0.0.5:8088"
is_default = true
api_key_ref = "env:HOME_KEY"

[models.evaluator]
model = "claude:haiku"

[dispatcher]
model = "local:small"

[tiers]
fast = "local:small"

[env]
FOO = "a=b"

[handlers.claude.env]
MAX = "32000"
`);
  });

  it.each([
    ["claude:opus", "anthropic"],
    ["codex:gpt-5.5", "openai"],
    ["nex:qwen3", "oai-compat"],
  ])("gives %s an endpoint that speaks %s", (model, provider) => {
    expect(compose({ model, endpoint: "http://h" })).toContain(`provider = "${provider}"`);
  });

  it("made from another keeps its comments, and takes the route and url for its own", () => {
    const text = compose({ from, model: "local:other", endpoint: "http://h" });
    expect(text).toContain("# env:NAME, file:PATH");
    expect(text).toContain('model = "local:other"    # workers;');
    expect(text).toContain('url = "http://h"');
    expect(text.match(/\[\[llm_endpoints/g)).toHaveLength(1);
  });

  it("made from another gets a second endpoint where the first does not fit its route", () => {
    const text = compose({ from, model: "codex:gpt-5.5", endpoint: "http://h", keyRef: "env:K" });
    expect(text).toContain(
      'name = "openai"\nprovider = "openai"\nurl = "http://h"\nis_default = true\napi_key_ref = "env:K"',
    );
    expect(text).toContain('url = "http://127.0.0.1:8088"');
  });

  it.each<[string, Partial<Wanted>, string]>([
    ["neither route nor profile to begin with", {}, "-m"],
    ["a role that is none", { model: "codex:a", roles: ["evaluater=codex:b"] }, "did you mean evaluator?"],
    ["a role without a route", { model: "codex:a", roles: ["evaluator"] }, "--role evaluator="],
    ["a pin without a value", { model: "codex:a", env: ["=x"] }, "--env"],
    ["a key for no server", { model: "codex:a", keyRef: "env:K" }, "-e <url>"],
  ])("with %s is a usage error", (_, wanted, hint) => {
    const error = refusal(wanted);
    expect([error.exit, error.hint]).toEqual([2, expect.stringContaining(hint)]);
  });

  it.each<[string, Partial<Wanted>, string]>([
    ["a route without a handler", { model: "opus" }, "bad-route"],
    ["a role's route without a handler", { model: "codex:a", roles: ["chat=opus"] }, "bad-route"],
    ["an endpoint that is no url", { model: "codex:a", endpoint: "10.0.0.5:8088" }, "bad-url"],
    ["a key itself", { model: "codex:a", endpoint: "http://h", keyRef: "sk-123" }, "bad-reference"],
    ["a pinned secret", { model: "codex:a", env: ["OPENAI_API_KEY=sk-123"] }, "secret-value"],
    ["an unknown handler's pin", { model: "codex:a", env: ["gemini.A=b"] }, "bad-name"],
  ])("with %s is refused", (_, wanted, code) => {
    const error = refusal(wanted);
    expect(error.code).toBe(code);
    expect(error.message + error.hint).not.toContain("sk-123");
  });
});
