// Material in a question: it cannot end its own marks, and is cut in the middle.
import fc from "fast-check";
import { expect, it } from "vitest";
import { material, middleOut } from "./material.ts";

it("a text closes its marks nowhere, whatever it holds", () => {
  const seal = "aab0aab0aab0";
  const pieces = fc.constantFrom(
    seal,
    `[end log ${seal}]`,
    "[end log ",
    "]",
    "aab0",
    "aa",
    "b0",
    "\n",
    "word ",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      const text = material(seal, "log", parts.join(""));
      if (text === "") return;
      const inner = text.slice(`[begin log ${seal}]\n`.length, -`\n[end log ${seal}]`.length);
      expect(inner).not.toContain(seal);
    }),
  );
});

it("a seal that is left when the seal within it is taken out is none either", () => {
  expect(material("ab12", "log", "ab" + "ab12" + "12")).not.toMatch(/\n.*ab12.*\n/);
});

it("an empty text gives no marks", () => {
  expect(material("s", "log", " \n")).toBe("");
});

it("a text that is too long keeps its beginning and its end, and says how much is missing", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), fc.integer({ min: 1, max: 200 }), (text, limit) => {
      const shown = middleOut(text, limit);
      if (text.length <= limit) {
        expect(shown).toBe(text);
        return;
      }
      const [, left] = /\n\[\.\.\. (\d+) characters left out \.\.\.\]\n/.exec(shown) ?? [];
      expect(Number(left)).toBe(text.length - limit);
      expect(shown.startsWith(text.slice(0, Math.floor(limit * 0.7)))).toBe(true);
      expect(shown.endsWith(text.slice(-1))).toBe(true);
    }),
  );
});
