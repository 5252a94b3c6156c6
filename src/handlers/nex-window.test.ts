import { describe, expect, it } from "vitest";
import { learn, measure, sizeIn, startWindow, tokensOf } from "./nex-window.ts";

it.each([
  ["This model's maximum context length is 4096 tokens. However, you requested 5000", 4096],
  ["request (5000 tokens) exceeds the available context size (4096 tokens), try increasing it", 4096],
  ["the model is loaded with context length of only 4096 tokens, which is not enough", 4096],
  ["prompt is too long: 212345 tokens > 200000 maximum", 200_000],
  ["n_ctx: 8192", 8192],
  ["the request exceeds the available context size", undefined],
])("%j names %s", (message, size) => {
  expect(sizeIn(message)).toBe(size);
});

describe("the window", () => {
  it("is what the profile pins, else assumed", () => {
    expect(startWindow("8192")).toMatchObject({ tokens: 8192, known: "pinned" });
    for (const pin of [undefined, "", "0", "-5", "many", "1e400"]) {
      expect(startWindow(pin)).toMatchObject({ known: "assumed" });
    }
  });

  it("is measured in the server's own tokens", () => {
    const window = startWindow(undefined);
    measure(window, 1000, 250);
    expect(tokensOf(window, 4000)).toBe(1000);
    measure(window, 1000, 0);
    expect(tokensOf(window, 4000)).toBe(1000);
  });

  it("is learnt from a refusal that names it", () => {
    const window = startWindow(undefined);
    learn(window, "maximum context length is 4096 tokens", 10_000);
    expect(window).toMatchObject({ tokens: 4096, known: "learnt" });
    expect(tokensOf(window, 10_000)).toBeGreaterThanOrEqual(4096);
  });

  it("gets smaller with each refusal, whatever it names", () => {
    const window = startWindow(undefined);
    for (let before = window.tokens; window.tokens > 300; before = window.tokens) {
      learn(window, "maximum context length is 4096 tokens", 1000);
      expect(window.tokens).toBeLessThan(before);
    }
  });
});
