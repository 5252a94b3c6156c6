import fc from "fast-check";
import { expect, it } from "vitest";
import { pieceWithoutThoughts, withoutThoughts } from "./nex-thoughts.ts";

it.each([
  ["<think>hm</think>answer", "answer"],
  ["a <think>b</think> c <think>d", "a  c"],
  ["1 < 2 and <thinly>", "1 < 2 and <thinly>"],
  ["ends in <thi", "ends in <thi"],
])("%j is %j without thoughts", (text, rest) => {
  expect(withoutThoughts(text)).toBe(rest);
});

it("a text in pieces is the same without thoughts as a whole one", () => {
  const part = fc.constantFrom("<think>", "</think>", "<th", "ink>", "a", "<", "/", " b ");
  fc.assert(
    fc.property(fc.array(part), fc.integer({ min: 1, max: 7 }), (parts, size) => {
      const text = parts.join("");
      const filter = pieceWithoutThoughts();
      let told = "";
      for (let from = 0; from < text.length; from += size) told += filter(text.slice(from, from + size));
      expect((told + filter()).trim()).toBe(withoutThoughts(text));
    }),
  );
});
