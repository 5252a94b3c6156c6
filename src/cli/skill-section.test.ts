// wg's part of another tool's file: it comes and goes, and every other byte stays.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { markedSection, withoutSection, withSection } from "./skill-section.ts";

const plain = markedSection(undefined, "## wg\n\nwords");
const withHead = markedSection("name: wg", "words");
const file = "/h/AGENTS.md";

describe("a section", () => {
  it("stands at the end, after a blank line", () => {
    expect(withSection("# mine\n", plain, file)).toBe(`# mine\n\n${plain}\n`);
    expect(withSection("", plain, file)).toBe(`${plain}\n`);
  });

  it("takes the line breaks of its file", () => {
    const text = withSection("# mine\r\n", plain, file);
    expect(text).toBe(`# mine\r\n\r\n${plain.replaceAll("\n", "\r\n")}\r\n`);
    expect(text).not.toMatch(/[^\r]\n/);
  });

  it("is replaced where it stands, whatever surrounds it", () => {
    const older = markedSection(undefined, "old words");
    expect(withSection(`above\n${older}\nbelow`, plain, file)).toBe(`above\n${plain}\nbelow`);
  });

  it("with front matter begins with the fence before its marker", () => {
    const text = withSection("", withHead, file);
    expect(text).toMatch(/^---\n# wg skill: begin[^\n]*\nname: wg\n---\nwords\n/);
    expect(withSection(text, withHead, file)).toBe(text);
    expect(withoutSection(`${text}more of mine\n`, file)).toBe("more of mine\n");
  });

  it.each([plain, withHead])(
    "goes without a trace, from any text, and put in twice is there once",
    (section) => {
      const line = fc.constantFrom("", "words", "# wg", "---", "<!-- x -->", "wg skill: begin", "\r");
      const texts = fc
        .array(fc.tuple(line, fc.constantFrom("\n", "\r\n", "")))
        .map((lines) => lines.flat().join(""));
      fc.assert(
        fc.property(fc.oneof(texts, fc.string()), (text) => {
          const once = withSection(text, section, file);
          expect(withSection(once, section, file)).toBe(once);
          expect(withoutSection(once, file)).toBe(text);
        }),
        { numRuns: 500 },
      );
    },
  );

  it("is not there in a text that only speaks of it", () => {
    expect(withoutSection("see wg skill: begin\n  # wg skill: begin\n", file)).toBeUndefined();
  });
});

describe("damaged markers are refused with their line", () => {
  const [begin = "", end = ""] = [plain.split("\n")[0], plain.split("\n").at(-1)];
  it.each([
    ["without an end", `a\n${begin}\nwords\n`, 2],
    ["without a begin", `a\nb\n${end}\n`, 3],
    ["the wrong way round", `${end}\n${begin}\n`, 1],
    ["twice", `${plain}\n${plain}\n`, 1],
    ["front matter whose fence is half a line", `x ---\n# wg skill: begin.\nname: wg\n---\n${end}\n`, 2],
    ["front matter that lost its fence", `x\n# wg skill: begin.\nname: wg\n---\n${end}\n`, 2],
  ])("%s", (_, text, line) => {
    for (const step of [() => withSection(text, plain, file), () => withoutSection(text, file)]) {
      expect(step).toThrowError(
        expect.objectContaining({
          code: "damaged-markers",
          at: { path: file, line },
          hint: expect.any(String),
        }),
      );
    }
  });
});
