// Values go through a shell and come out as they were: through every shell that is here, by rule in those that are not.
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changeLine, type Shell, shellOf } from "./shell-text.ts";

const value = fc
  .oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.string({
      unit: fc.constantFrom(
        "'",
        '"',
        "\\",
        "$",
        "`",
        "\n",
        "\r",
        " ",
        "!",
        "*",
        "~",
        "%",
        ";",
        "&",
        "#",
        "\u2019",
        "a",
      ),
    }),
  )
  .filter((text) => !text.includes("\0") && Buffer.from(text).toString() === text);

/** Sets every value in one shell, by lines to eval, and gives what a program started by that shell sees. */
function through(shell: Shell, values: readonly string[]): string[] {
  const lines = values.map((each, index) =>
    changeLine(shell, { kind: "set", name: `V${index}`, value: each }),
  );
  const env = {
    PATH: process.env["PATH"],
    LC_ALL: "C.UTF-8",
    HOME: "/nonexistent",
    LINES_TO_EVAL: lines.join("\n"),
  };
  const evaluate = shell === "fish" ? "printf %s $LINES_TO_EVAL | source" : 'eval "$LINES_TO_EVAL"';
  const script = `${evaluate}\nenv -0`;
  const flags: Record<string, string[]> = { bash: ["--norc"], zsh: ["-f"], fish: ["--no-config"] };
  const seen = execFileSync(shell, [...(flags[shell] ?? []), "-c", script], { env, encoding: "utf8" });
  const found = new Map(
    seen.split("\0").map((entry): [string, string] => {
      const at = entry.indexOf("=");
      return [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
  return values.map((_, index) => found.get(`V${index}`) ?? "(unset)");
}

function isHere(shell: Shell): boolean {
  try {
    execFileSync(shell, ["-c", "true"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const here = (["bash", "zsh", "fish"] as const).filter(isHere);

describe("lines to eval", () => {
  it("bash is here, to be asked", () => expect(here).toContain("bash"));

  it.each(here)("any value goes through %s unchanged", (shell) => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), (values) => {
        expect(through(shell, values)).toEqual(values);
      }),
      { numRuns: 25 },
    );
  });

  it.each(here)("%s takes a value over from another variable, and unsets", (shell) => {
    const lines = [
      changeLine(shell, { kind: "set", name: "A", value: "x  $y 'z'" }),
      changeLine(shell, { kind: "take", name: "B", from: "A" }),
      changeLine(shell, { kind: "unset", name: "A" }),
    ];
    const script = `${lines.join("\n")}\nenv`;
    const seen = execFileSync(shell, ["-c", script], { encoding: "utf8" });
    expect(seen).toContain("\nB=x  $y 'z'\n");
    expect(seen).not.toMatch(/^A=/m);
  });

  it("PowerShell gets single quotes doubled, the typographic ones as well", () => {
    expect(changeLine("pwsh", { kind: "set", name: "A", value: "it's $5 ‘so’" })).toBe(
      "$env:A = 'it''s $5 ‘‘so’’';",
    );
    expect(changeLine("pwsh", { kind: "take", name: "A", from: "B" })).toBe("$env:A = $env:B;");
    expect(changeLine("pwsh", { kind: "unset", name: "A" })).toBe("Remove-Item -ErrorAction Ignore Env:A;");
  });

  it("PowerShell, which is not here to be asked, reads every value back by its rule for single quotes", () => {
    fc.assert(
      fc.property(value, (text) => {
        const line = changeLine("pwsh", { kind: "set", name: "A", value: text });
        expect(literalIn(line)).toBe(text);
      }),
    );
  });

  it("fish gets backslashes and quotes escaped", () => {
    expect(changeLine("fish", { kind: "set", name: "A", value: "it's \\n $5" })).toBe(
      "set -gx A 'it\\'s \\\\n $5';",
    );
  });
});

/** What PowerShell takes for the value of `$env:A = '...';`: any single quote ends it, two of them stand for the second. */
function literalIn(line: string): string {
  const [before, after] = ["$env:A = '", "';"];
  expect([line.slice(0, before.length), line.slice(-after.length)]).toEqual([before, after]);
  const quotes = "'\u2018\u2019\u201a\u201b";
  const characters = [...line.slice(before.length, -after.length)];
  let read = "";
  for (let at = 0; at < characters.length; at += 1) {
    const isQuote = quotes.includes(characters[at] ?? "");
    if (isQuote && !quotes.includes(characters[at + 1] ?? " ")) throw new Error(`it ends early: ${line}`);
    read += characters[isQuote ? ++at : at] ?? "";
  }
  return read;
}

it("$SHELL says which shell it is, and bash stands in for one that is not known", () => {
  expect(shellOf({ SHELL: "/usr/bin/fish" })).toBe("fish");
  expect(shellOf({ SHELL: "/bin/dash" })).toBe("bash");
  expect(shellOf({})).toBe("bash");
});
