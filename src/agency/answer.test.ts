import { describe, expect, it } from "vitest";
import { jsonIn } from "./answer.ts";

describe("the JSON in an answer", () => {
  it("is the whole text, or a fenced block, or what stands between the braces", () => {
    expect(jsonIn('{"a":1}')).toEqual({ a: 1 });
    expect(jsonIn('Here you are:\n```json\n{"a":2}\n```\nAnything else?')).toEqual({ a: 2 });
    expect(jsonIn('I think {"a":{"b":"}"}} is right')).toEqual({ a: { b: "}" } });
  });

  it("is the last block where there are several", () => {
    expect(jsonIn('```json\n{"a":1}\n```\nno, rather\n```json\n{"a":2}\n```')).toEqual({ a: 2 });
  });

  it.each([
    ["", "empty"],
    ["no idea", "no JSON"],
    ["[1, 2]", "no JSON"],
    ['{"a":', "no JSON"],
    ["{1} {2}", "no JSON"],
  ])("is refused when there is none: %j", (text, why) => {
    expect(() => jsonIn(text)).toThrow(why);
  });
});
