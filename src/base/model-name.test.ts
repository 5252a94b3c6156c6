// When two names are the same model, case by case.
import { describe, expect, it } from "vitest";
import { isSameModel } from "./model-name.ts";

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
