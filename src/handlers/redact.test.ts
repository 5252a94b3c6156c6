// Secrets in what agents print.
import { expect, it } from "vitest";
import { redactor } from "./redact.ts";

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
