import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { WgError } from "../base/error.ts";
import { lineInJson } from "./json-line.ts";
import { readScript } from "./script-file.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "wg-script-"));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

function written(name: string, text: string): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, text);
  return file;
}

function refusal(file: string): WgError {
  try {
    readScript(file);
  } catch (error) {
    if (error instanceof WgError) return error;
    throw error;
  }
  throw new Error("was not refused");
}

describe("readScript", () => {
  it("reads the same script from TOML and from JSON", () => {
    const toml = '[[rules]]\nmatch = { model = "a" }\nsteps = [{ shell = "x" }, { final = "y" }]\n';
    const json = '{"rules":[{"match":{"model":"a"},"steps":[{"shell":"x"},{"final":"y"}]}]}';
    expect(readScript(written("a.toml", toml))).toEqual(readScript(written("a.json", json)));
  });

  it("names the line of a wrong field in TOML", () => {
    const file = written(
      "b.toml",
      '[[rules]]\nname = "a"\n\n[[rules]]\nsteps = [\n  { shell = "x" },\n  { shel = "y" },\n]\n',
    );
    const error = refusal(file);
    expect(error.message).toBe('script: rules[1].steps[1] has an unknown key "shel"');
    expect(error.at).toEqual({ path: file, line: 7 });
  });

  it("names the line of a wrong field in JSON", () => {
    const file = written(
      "b.json",
      '{\n "rules": [\n  {"name": "a"},\n  {"steps": [\n   {"shell": "}]"},\n   {"shell": 3}]}]}\n',
    );
    const error = refusal(file);
    expect(error.message).toBe("script: rules[1].steps[1].shell is no text");
    expect(error.at).toEqual({ path: file, line: 6 });
  });

  it("names the line of broken syntax", () => {
    expect(refusal(written("c.toml", 'models = ["a"]\nrules = [\n')).at?.line).toBeGreaterThanOrEqual(2);
    expect(refusal(written("c.json", '{\n"models": ["a"],\n}')).at?.line).toBe(3);
    expect(refusal(written("d.json", "{\n")).at?.line).toBe(2);
  });

  it("refuses a missing file and a file that is no text", () => {
    expect(refusal(path.join(folder, "none.toml")).code).toBe("no-script");
    expect(refusal(written("e.toml", "\0")).code).toBe("bad-file");
  });
});

describe("lineInJson", () => {
  it("finds every value of any JSON text that is written one value a line", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = JSON.stringify(value, null, 1);
        for (const { path: keys, line } of linesOf(value)) expect(lineInJson(text, keys)).toBe(line);
      }),
    );
  });
});

/** Where `JSON.stringify(value, null, 1)` puts each value: it needs as many lines as its own text has. */
function linesOf(value: unknown, line = 1): { path: (string | number)[]; line: number }[] {
  const found: { path: (string | number)[]; line: number }[] = [{ path: [], line }];
  if (value === null || typeof value !== "object") return found;
  let at = line + 1;
  for (const [name, inner] of Object.entries(value)) {
    const key = Array.isArray(value) ? Number(name) : name;
    for (const one of linesOf(inner, at)) found.push({ path: [key, ...one.path], line: one.line });
    at += JSON.stringify(inner, null, 1).split("\n").length;
  }
  return found;
}
