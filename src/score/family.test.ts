// Families of models, as servers, gateways and people write their names.
import { describe, expect, it } from "vitest";
import { familiesOf, isRelated } from "./family.ts";

const asked = (route: string) => [...familiesOf({ route, servedModels: [] })];
const served = (...servedModels: string[]) => [...familiesOf({ route: "local:auto", servedModels })];

describe("a family", () => {
  it.each([
    ["claude-opus-4-5-20251101", "claude"],
    ["us.anthropic.claude-haiku-4-5-v1:0", "claude"],
    ["anthropic/claude-sonnet-4.5", "claude"],
    ["gpt-5.4-mini", "gpt"],
    ["o3", "gpt"],
    ["codex-mini-latest", "gpt"],
    ["Qwen/Qwen3-Coder-30B", "qwen"],
    ["devstral-small", "mistral"],
    ["deepseek-chat", "deepseek"],
  ])("of %s is %s", (model, family) => {
    expect(served(model)).toEqual([family]);
  });

  it("is of what answered, before what was asked for", () => {
    expect(asked("claude:opus[1m]")).toEqual(["claude"]);
    expect(asked("acp:opencode acp#openai/gpt-5.5")).toEqual(["gpt"]);
    expect([...familiesOf({ route: "claude:opus", servedModels: ["glm-4.6"] })]).toEqual(["glm"]);
    expect([...familiesOf({ route: "claude:default", servedModels: [], resolvedModel: "claude-x" })]).toEqual(
      ["claude"],
    );
  });

  it("nobody knows where no model has a name", () => {
    expect(asked("local:auto")).toEqual([]);
    expect(asked("shell")).toEqual([]);
    expect(isRelated(new Set(), new Set())).toBe(false);
  });
});
