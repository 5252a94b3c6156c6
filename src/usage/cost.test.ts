// What a run has cost, and how that is known.
import { describe, expect, it } from "vitest";
import type { RunResult } from "../graph/result.ts";
import { type Asked, costOf, priceOf, usdOf } from "./cost.ts";
import { prices } from "./prices.ts";

const usage = { input: 1_000_000, output: 100_000, cached: 600_000 };
const ended = (given: Partial<RunResult> = {}): NonNullable<Asked["result"]> => ({
  cost: { source: "unknown" },
  ...given,
});
const asked = (given: Partial<Asked> = {}): Asked => ({
  isCommand: false,
  servedModels: ["gpt-5.4-mini"],
  usage,
  result: ended(),
  ...given,
});

describe("a cost", () => {
  it("is the handler's where that reported one, whatever the prices say", () => {
    const result = ended({ cost: { usd: 0.5, source: "reported" } });
    expect(costOf(asked({ result }), { "gpt-5.4-mini": { input: 9, output: 9 } })).toEqual({
      source: "reported",
      usd: 0.5,
    });
  });

  it("is computed from the model that answered, at the price of input from a cache and not", () => {
    const cost = costOf(asked(), {});
    expect(cost).toMatchObject({ source: "computed", price: { model: "gpt-5.4-mini", at: "2026-11-23" } });
    expect(cost).toHaveProperty("usd", expect.closeTo(0.4 * 0.75 + 0.6 * 0.075 + 0.1 * 4.5, 9));
  });

  it("is computed from what the handler made of the name where no server told its own", () => {
    expect(costOf(asked({ servedModels: [], resolvedModel: "gpt-5.3-codex" }), {})).toMatchObject({
      price: { model: "gpt-5.3-codex" },
    });
  });

  it("is unknown when several models answered: tokens are not told apart", () => {
    const cost = costOf(asked({ servedModels: ["gpt-5.4-mini", "gpt-5.5"] }), {});
    expect(cost).toEqual({ source: "unknown" });
  });

  it("is computed when all that answered are one model under several names", () => {
    const cost = costOf(asked({ servedModels: ["gpt-5.4-mini", "gpt-5.4-mini-2026-03-17"] }), {});
    expect(cost.source).toBe("computed");
  });

  it("is unknown without a price, without tokens, and where nobody knows the model", () => {
    expect(costOf(asked({ servedModels: ["qwen3-coder"] }), {}).source).toBe("unknown");
    expect(costOf(asked({ servedModels: [] }), {}).source).toBe("unknown");
    expect(costOf(asked({ usage: { input: 0, output: 0, cached: 0 } }), {}).source).toBe("unknown");
  });

  it("is none for a command, and for a run that was turned away before any answer", () => {
    expect(costOf(asked({ isCommand: true }), {})).toEqual({ source: "none" });
    const failure = { class: "auth", message: "wrong key" } as const;
    const turned = {
      servedModels: [],
      usage: { input: 0, output: 0, cached: 0 },
      result: ended({ failure }),
    };
    expect(costOf(asked(turned), {})).toEqual({ source: "none" });
    const hung = ended({ failure: { class: "hang", message: "silent" } });
    expect(costOf(asked({ ...turned, result: hung }), {})).toEqual({ source: "unknown" });
  });

  it("of a run in flight is that of its tokens so far", () => {
    const { result: _, ...live } = asked();
    expect(costOf(live, {}).source).toBe("computed");
  });
});

describe("a price", () => {
  it("of settings comes before ours, exactly named before another spelling", () => {
    const own = { "GPT-5.4-mini": { input: 1, output: 1 }, "gpt-5.4-mini": { input: 2, output: 2 } };
    expect(priceOf("gpt-5.4-mini", own)).toEqual({ model: "gpt-5.4-mini", input: 2, output: 2 });
    expect(priceOf("openai/gpt-5.4-mini", { "gpt-5.4-mini": { input: 3, output: 3 } })).toHaveProperty(
      "input",
      3,
    );
  });

  it("is found under a date and a vendor's prefix, and never for another model", () => {
    expect(priceOf("claude-sonnet-5-20260301", {})?.model).toBe("claude-sonnet-5");
    expect(priceOf("anthropic/claude-sonnet-5", {})?.model).toBe("claude-sonnet-5");
    expect(priceOf("claude-sonnet-5-5[1m]", {})?.model).toBe("claude-sonnet-5-5");
    expect(priceOf("gpt-5.5-mini", {})).toBeUndefined();
    expect(priceOf("constructor", {})).toBeUndefined();
  });

  it("without one for a cache counts all input alike", () => {
    expect(usdOf(usage, { input: 1, output: 0 })).toBe(1);
    expect(usdOf({ input: 10, output: 0, cached: 20 }, { input: 1, output: 0, cached: 0 })).toBe(0);
  });
});

it("every list price says where and when it was read, and no model has two", () => {
  for (const price of prices) {
    expect(price.source).toMatch(/^https:\/\//);
    expect(price.at).toMatch(/^2026-\d\d-\d\d$/);
    expect(price.cached).toBeLessThanOrEqual(price.input);
    expect(prices.filter(({ model }) => priceOf(model, {}) === price)).toHaveLength(1);
  }
});
