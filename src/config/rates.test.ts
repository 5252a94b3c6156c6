// Money in settings: budgets of a profile beside those of all, and prices of models whose names have dots.
import { describe, expect, it } from "vitest";
import { setKey, unsetKey } from "./change.ts";
import { defaultLayer, envLayer, fileLayer, type Layer } from "./layers.ts";
import { resolve } from "./resolve.ts";

const path = "/h/config.toml";
const pricesOf = (text: string) =>
  resolve({
    active: { name: undefined, origin: { layer: "default", source: "built in" }, shadows: [] },
    layers: [defaultLayer(), fileLayer("global", path, text)],
    extendsBase: false,
  }).general.prices;

describe("budgets", () => {
  const budgetsOf = (...layers: Layer[]) =>
    resolve({
      active: { name: "p", origin: { layer: "global", source: "" }, shadows: [] },
      layers: [defaultLayer(), ...layers],
      extendsBase: false,
    }).general.budgets;
  const profile = fileLayer("profile", "/h/p.toml", 'agent.model = "codex:gpt-5.5"\nbudget.task = 2\n');
  const global = fileLayer("global", path, "[budget]\ntask = 1\nday = 10.5\n");

  it("of a profile and of the files below it hold beside each other, and are no part of the bundle", () => {
    expect(budgetsOf(global, profile)).toEqual({ all: { task: 1, day: 10.5 }, profile: { task: 2 } });
    expect(budgetsOf(global, profile, envLayer({ WG_BUDGET_TASK: "3" }))).toMatchObject({
      all: { task: 3, day: 10.5 },
      profile: { task: 2 },
    });
    expect(budgetsOf(profile)).toEqual({ all: {}, profile: { task: 2 } });
  });

  it.each(["-1", '"5"', "nan", "{}"])("%s is refused", (value) => {
    expect(() => fileLayer("global", path, `budget.day = ${value}`)).toThrow(/^budget.day: must be a sum/);
  });
});

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
