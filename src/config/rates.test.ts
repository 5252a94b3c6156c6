// Prices in a settings file: the names of models have dots, and a price has two numbers or three.
import { describe, expect, it } from "vitest";
import { setKey, unsetKey } from "./change.ts";
import { defaultLayer, fileLayer } from "./layers.ts";
import { resolve } from "./resolve.ts";

const path = "/h/config.toml";
const pricesOf = (text: string) =>
  resolve({
    active: { name: undefined, origin: { layer: "default", source: "built in" }, shadows: [] },
    layers: [defaultLayer(), fileLayer("global", path, text)],
    extendsBase: false,
  }).general.prices;

describe("prices", () => {
  it("are read by the model's name, dots, slashes and colons in it", () => {
    const text =
      'prices."gpt-5.5" = { input = 5, output = 30, cached = 0.5 }\n[prices."qwen/qwen3:8b"]\ninput = 0\noutput = 0\n';
    expect(pricesOf(text)).toEqual({
      "gpt-5.5": { input: 5, output: 30, cached: 0.5 },
      "qwen/qwen3:8b": { input: 0, output: 0 },
    });
  });

  it.each(['prices."gpt-5.5"', "prices.gpt-5.5"])("are set and unset as %s", (key) => {
    const set = setKey({ kind: "global", path, text: "# mine\n" }, key, "{ input = 5, output = 30 }");
    expect(set.key).toBe("prices.gpt-5.5");
    expect(pricesOf(set.text)).toEqual({ "gpt-5.5": { input: 5, output: 30 } });
    expect(set.text).toContain("# mine");
    expect(pricesOf(unsetKey({ kind: "global", path, text: set.text }, key).text)).toEqual({});
  });

  it.each([
    "{ input = 5 }",
    "{ input = -1, output = 3 }",
    '{ input = "5", output = 3 }',
    "{ input = 5, output = 3, per = 1 }",
    "{ input = nan, output = 3 }",
    "5",
  ])("%s is refused", (value) => {
    expect(() => fileLayer("global", path, `prices.m = ${value}`)).toThrow(/^prices.m: must be \{ input = 3/);
  });

  it("without quotes around a name with dots are refused with what to write", () => {
    expect(() => fileLayer("global", path, "prices.gpt-5.5 = { input = 5, output = 3 }")).toThrow(
      /must be \{/,
    );
  });

  it("are no profile's to set", () => {
    expect(() => fileLayer("profile", path, "prices.m = { input = 5, output = 3 }")).toThrow(
      /not a profile's/,
    );
  });
});
