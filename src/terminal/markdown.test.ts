import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Style, startMarkdown } from "./markdown.ts";

const style: Style = {
  heading: (text) => `<h>${text}</h>`,
  bold: (text) => `<b>${text}</b>`,
  code: (text) => `<c>${text}</c>`,
  mark: (text) => `<m>${text}</m>`,
};
const asIs = (text: string) => text;
const plainStyle: Style = { heading: asIs, bold: asIs, code: asIs, mark: asIs };

function rendered(text: string, size = text.length || 1): string {
  const stream = startMarkdown(style);
  let shown = "";
  for (let from = 0; from < text.length; from += size) shown += stream.add(text.slice(from, from + size));
  return (shown + stream.end()).replaceAll("</h><h>", "").replaceAll("</b><b>", "").replaceAll("</c><c>", "");
}

describe("Markdown in a terminal", () => {
  it.each([
    ["plain text\n", "plain text\n"],
    ["# Title\ntext", "<h>Title</h>\ntext"],
    ["###### Deep\n", "<h>Deep</h>\n"],
    ["#hashtag\n", "#hashtag\n"],
    ["- one\n* two\n  + three\n", "<m>• </m>one\n<m>• </m>two\n<m>  • </m>three\n"],
    ["1. one\n22) two\n", "<m>1. </m>one\n<m>22) </m>two\n"],
    ["> said\n", "<m>│ </m>said\n"],
    ["---\n", `<m>${"─".repeat(30)}</m>\n`],
    ["some **bold** and `code` here", "some <b>bold</b> and <c>code</c> here"],
    ["**use `x` now**", "<b>use </b><c>x</c><b> now</b>"],
    ["- **a**: b\n", "<m>• </m><b>a</b>: b\n"],
    ["``a ` b``", "<c>a ` b</c>"],
    ["src/**/*.ts and 2 ** 3 * 4\n", "src/**/*.ts and 2 ** 3 * 4\n"],
    ["*.ts snake_case __init__ it's *fine*", "*.ts snake_case __init__ it's *fine*"],
    ["an open **bold\nand `code\nnext", "an open **bold\nand `code\nnext"],
    [
      "```js\nlet a = `**x**`;\n\n  # no\n```\nafter",
      "<m>js</m>\n<m>  </m><c>let a = `**x**`;</c>\n<m>  </m>\n<m>  </m><c>  # no</c>\nafter",
    ],
    ["````\n```\n````\nend", "<m>  </m><c>```</c>\nend"],
    ["~~~\n```\n~~~\nend", "<m>  </m><c>```</c>\nend"],
    ["```\nnever closed", "<m>  </m><c>never closed</c>"],
    ["| a | b |\n|---|---|\n", "| a | b |\n|---|---|\n"],
    ["漢字 **漢字** 🦀\n", "漢字 <b>漢字</b> 🦀\n"],
    ["", ""],
    ["\n\n", "\n\n"],
  ])("%j is shown as %j, in whatever pieces it comes", (text, shown) => {
    for (const size of [1, 2, 3, 5, 8, 1000]) expect(rendered(text, size)).toBe(shown);
  });

  it("shows a word as soon as it cannot become anything else", () => {
    const stream = startMarkdown(style);
    expect(stream.add("Hel")).toBe("Hel");
    expect(stream.add("lo **wor")).toBe("lo ");
    expect(stream.add("ld** `a")).toBe("<b>world</b> ");
    expect(stream.add("`\n-")).toBe("<c>a</c>\n");
    expect(stream.add(" item")).toBe("<m>• </m>item");
    expect(stream.end()).toBe("");
  });

  it("waits for the end of a mark only so long", () => {
    const stream = startMarkdown(style);
    expect(stream.add(`\`${"x".repeat(1000)}`)).toContain("xxx");
  });

  it("lets no control sequence through, also in pieces", () => {
    const text = "\u001b]0;title\u0007a\u001b[2Jb\u009b31mc\u202ed\re\bf`\u001b[1m`\n```\n\u001b[5m\n```\n";
    for (const size of [1, 3, 100]) {
      expect(rendered(text, size)).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
      expect(rendered(text, size)).toContain("\\x1b[2J");
    }
  });

  it("loses no letter of any text, and shows nothing that a terminal would obey", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 200 }),
        fc.integer({ min: 1, max: 20 }),
        (text, size) => {
          const stream = startMarkdown(plainStyle);
          let shown = "";
          for (let from = 0; from < text.length; from += size)
            shown += stream.add(text.slice(from, from + size));
          shown += stream.end();
          expect(shown).not.toMatch(/[^\P{Cc}\n]/u);
          const letters = (of: string) => of.replace(/[^\p{L}\p{N}]/gu, "");
          const kept = letters(text.replace(/\p{Cc}/gu, ""));
          expect(letters(shown).length).toBeGreaterThanOrEqual(kept.length);
        },
      ),
    );
  });
});
