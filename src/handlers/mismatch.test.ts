// The rule for "is this the model that was asked for", case by case.
import { describe, expect, it } from "vitest";
import { parseRoute, type Route } from "../base/route.ts";
import { mismatchOf } from "./mismatch.ts";

const shell: Route = { handler: "shell", model: "" };
const of = (route: string | Route, seen: { resolved?: string; served?: string }, env = {}) =>
  mismatchOf({ route: typeof route === "string" ? parseRoute(route) : route, env }, seen);

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
