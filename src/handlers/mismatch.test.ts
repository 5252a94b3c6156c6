// The rule for "is this the model that was asked for", case by case.
import { describe, expect, it } from "vitest";
import { parseRoute, type Route } from "../base/route.ts";
import { isSameModel, mismatchOf } from "./mismatch.ts";

const shell: Route = { handler: "shell", model: "" };
const of = (route: string | Route, seen: { resolved?: string; served?: string }, env = {}) =>
  mismatchOf({ route: typeof route === "string" ? parseRoute(route) : route, env }, seen);

describe("the same model under another name", () => {
  it.each([
    ["gpt-5.5", "gpt-5.5"],
    ["GPT-5.5", "gpt-5.5"],
    ["gpt-5.5", "gpt-5.5-2026-04-01"],
    ["gpt-4", "gpt-4-0613"],
    ["claude-opus-5-5", "claude-opus-5-5-20261001"],
    ["claude-opus-5-5[1m]", "claude-opus-5-5"],
    ["claude-opus-5-5", "us.anthropic.claude-opus-5-5-20261001-v1:0"],
    ["claude-opus-5-5", "claude-opus-5-5@20261001"],
    ["claude-sonnet-latest", "claude-sonnet"],
    ["qwen3-coder", "qwen3-coder:latest"],
    ["qwen3-coder-30b", "Qwen/Qwen3-Coder-30B"],
    ["qwen3-coder-30b", "/srv/models/qwen3-coder-30b.gguf"],
  ])("%s is %s", (a, b) => {
    expect(isSameModel(a, b)).toBe(true);
    expect(isSameModel(b, a)).toBe(true);
  });

  it.each([
    ["gpt-5.5", "gpt-5.5-mini"],
    ["gpt-5.5", "gpt-5.4"],
    ["gpt-5", "gpt-5.5"],
    ["claude-opus-4", "claude-opus-4-5"],
    ["claude-opus-5-5-20260101", "claude-opus-5-5-20261001"],
    ["qwen3:8b", "qwen3:30b"],
    ["qwen3-coder", "qwen3"],
    ["qwen3-coder", ""],
  ])("%s is not %s", (a, b) => {
    expect(isSameModel(a, b)).toBe(false);
    expect(isSameModel(b, a)).toBe(false);
  });
});

describe("a mismatch", () => {
  it("is a sentence that names both models", () => {
    expect(of("codex:gpt-5.5", { served: "gpt-5.4-mini" })).toBe(
      "asked for gpt-5.5, the server answered with gpt-5.4-mini",
    );
  });

  it("is also what the handler made of the name, when the server said nothing", () => {
    expect(of("claude:claude-opus-5-5", { resolved: "claude-sonnet-5-5" })).toBe(
      "asked for claude-opus-5-5, claude made claude-sonnet-5-5 of it",
    );
  });

  it("is not when nothing is known, or a shell command has no model", () => {
    expect(of("claude:opus", {})).toBeUndefined();
    expect(of(shell, { served: "anything" })).toBeUndefined();
  });
});

describe("an alias", () => {
  it("is held to its family", () => {
    expect(of("claude:opus", { resolved: "claude-opus-5-5", served: "claude-opus-5-5" })).toBeUndefined();
    expect(of("claude:opus", { served: "claude-opus-4-8-20260101" })).toBeUndefined();
    expect(of("claude:opus[1m]", { served: "claude-opus-5-5" })).toBeUndefined();
    expect(of("claude:opus", { resolved: "claude-opus-5-5", served: "claude-haiku-5-5" })).toMatch(/haiku/);
  });

  it("is caught when the handler itself resolves it to another family", () => {
    expect(of("claude:opus", { resolved: "claude-haiku-5-5", served: "claude-haiku-5-5" })).toMatch(/haiku/);
    expect(of("claude:opus", { resolved: "glm-4.6" })).toBe("asked for opus, claude made glm-4.6 of it");
  });

  it("means what the plan pins it to", () => {
    const env = { ANTHROPIC_DEFAULT_OPUS_MODEL: "glm-4.6" };
    expect(of("claude:opus", { resolved: "glm-4.6", served: "glm-4.6" }, env)).toBeUndefined();
    expect(of("claude:opus", { resolved: "glm-4.6", served: "glm-4.5" }, env)).toMatch(/glm-4.5/);
  });

  it("with a meaning only the handler knows is held to what the handler resolved it to", () => {
    expect(of("claude:default", { resolved: "claude-opus-5-5", served: "claude-opus-5-5" })).toBeUndefined();
    expect(of("claude:default", { resolved: "claude-opus-5-5", served: "claude-haiku-5-5" })).toMatch(
      /haiku/,
    );
    expect(of("claude:default", { served: "claude-haiku-5-5" })).toBeUndefined();
  });

  it("that covers two families accepts either", () => {
    expect(of("claude:opusplan", { served: "claude-sonnet-5-5" })).toBeUndefined();
    expect(of("claude:opusplan", { served: "claude-opus-5-5" })).toBeUndefined();
    expect(of("claude:opusplan", { served: "claude-haiku-5-5" })).toMatch(/haiku/);
  });
});
