// Whether a listed model is the one a route asks for, case by case.
import { describe, expect, it } from "vitest";
import { parseRoute } from "../base/route.ts";
import { findInList, judgeUnlisted, wireModel } from "./model.ts";

const listed = (...models: string[]) => ({
  kind: "listed" as const,
  models,
  isOpen: false,
  isWhateverLoaded: false,
  latencyMs: 1,
});
const asked = (route: string, env = {}) => ({ route: parseRoute(route), env });

describe("the list alone decides", () => {
  it.each([
    ["local:qwen3", ["qwen3"], "yes"],
    ["local:qwen3", ["qwen3:latest"], "yes"],
    ["claude:claude-opus-5-5[1m]", ["claude-opus-5-5"], "yes"],
    ["claude:opus", ["claude-haiku-5", "claude-opus-5-5"], "yes"],
    ["claude:opus", ["claude-haiku-5"], "unknown"],
    ["claude:default", ["claude-haiku-5"], "unknown"],
    ["local:qwen3", ["qwen3-coder"], undefined],
    ["local:opus", ["claude-opus-5-5"], undefined],
    ["local:auto", ["qwen3", "other"], "yes"],
    ["local:auto", [], "no"],
    ["claude:claude-opus-4", ["claude-opus-5-5"], undefined],
  ])("%s in %j: %s", (route, models, verdict) => {
    expect(findInList(asked(route), listed(...models))?.verdict).toBe(verdict);
  });

  it("of an alias that is pinned to a model, that model is looked for", () => {
    const pinned = asked("claude:opus", { ANTHROPIC_DEFAULT_OPUS_MODEL: "glm-5" });
    expect(wireModel(pinned)).toBe("glm-5");
    expect(findInList(pinned, listed("glm-5"))?.verdict).toBe("yes");
    expect(findInList(pinned, listed("claude-opus-5-5"))).toBeUndefined();
  });
});

describe("a model that is not in the list", () => {
  it.each([
    ["local:qwen3", ["other"], true, "yes"],
    ["local:qwen3", ["other"], false, "no"],
    ["local:qwen3", [], false, "unknown"],
    ["local:claude-opus-5-5", ["claude-opus-5-5-20261001"], false, "unknown"],
    ["local:z-ai/glm-5:nitro", ["z-ai/glm-5"], false, "unknown"],
  ])("%s in %j, known %s: %s", (route, models, isKnown, verdict) => {
    expect(judgeUnlisted(asked(route), listed(...models), isKnown).verdict).toBe(verdict);
  });

  it("is answered all the same by a server that has one model loaded", () => {
    const one = { ...listed("qwen3.gguf"), isWhateverLoaded: true };
    expect(judgeUnlisted(asked("local:other"), one, false)).toMatchObject({ verdict: "unknown" });
  });

  it("is told with the nearest name, else with a few of the list", () => {
    const many = listed(...Array.from({ length: 9 }, (_, n) => `model-number-${n}`));
    expect(judgeUnlisted(asked("local:model-numbr-3"), many, false).hint).toMatch(
      /^did you mean model-number-\d\?$/,
    );
    expect(judgeUnlisted(asked("local:x"), many, false).hint).toMatch(
      /^it lists model-number-0, .* and 4 more$/,
    );
  });

  it("is told quickly, however long the list is", () => {
    const models = Array.from({ length: 300_000 }, (_, n) => `${n}-${"m".repeat(190)}`);
    const endless = { ...listed(), models };
    const startMs = performance.now();
    expect(judgeUnlisted(asked(`local:${"n".repeat(195)}`), endless, false).verdict).toBe("no");
    expect(performance.now() - startMs).toBeLessThan(5000);
  });
});
