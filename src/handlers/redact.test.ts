// Secrets in what agents print.
import fc from "fast-check";
import { expect, it } from "vitest";
import { pieceRedactor, redactor } from "./redact.ts";

it("a secret is replaced wherever it stands, also inside a JSON string", () => {
  const redact = redactor(['pass"word\\1']);
  expect(redact('x pass"word\\1 y')).toBe("x *** y");
  expect(redact(JSON.stringify({ text: 'pass"word\\1' }))).toBe('{"text":"***"}');
});

it("a longer secret that contains a shorter one is replaced whole", () => {
  expect(redactor(["sk-abc", "sk-abcdef"])("sk-abcdef sk-abc")).toBe("*** ***");
});

it("a secret of several lines is found by its lines, and short ones are not looked for", () => {
  const redact = redactor(["first-line\nsecond-line\nend", "abc"]);
  expect(redact("second-line end abc")).toBe("*** end abc");
});

it("a secret that comes in pieces is never given out, and all else is, in its order", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 6, maxLength: 8 });
  fc.assert(
    fc.property(letters, letters, letters, fc.integer({ min: 1, max: 5 }), (secret, before, after, size) => {
      const redact = pieceRedactor([secret]);
      const whole = `${before}${secret}${after}`;
      let given = "";
      for (let from = 0; from < whole.length; from += size) given += redact(whole.slice(from, from + size));
      expect(given + redact()).toBe(redactor([secret])(whole));
    }),
  );
});

it("nothing is held back that cannot become a secret", () => {
  const redact = pieceRedactor(["sk-0123456789"]);
  expect(redact("the key is sk")).toBe("the key is ");
  expect(redact("i")).toBe("ski");
});
