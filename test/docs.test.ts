// The generated pages of docs/ are what the program says now.
import * as fs from "node:fs";
import * as path from "node:path";
import { expect, it } from "vitest";
import { generatedPages } from "../src/cli/docs.ts";

const docs = path.resolve(import.meta.dirname, "..", "docs");

it("docs/ holds the generated pages, up to date", async () => {
  const written = (page: string) => fs.readFileSync(path.join(docs, page), "utf8");
  const pages = Object.entries(await generatedPages(written));
  const names = pages.map(([name]) => name);
  expect(names.filter((name) => !name.startsWith("schemas/"))).toEqual([
    "cli.md",
    "config.md",
    "config.schema.json",
    "presets.md",
    "profile.schema.json",
    "profiles.md",
  ]);
  const schemas = fs.readdirSync(path.join(docs, "schemas")).map((file) => `schemas/${file}`);
  expect(names.filter((name) => name.startsWith("schemas/")).sort()).toEqual(schemas.sort());
  for (const [name, text] of pages) {
    expect(written(name), `docs/${name} is old: run npm run docs`).toBe(text);
  }
});

it("every command's help has examples", () => {
  const page = fs.readFileSync(path.join(docs, "cli.md"), "utf8");
  const helps = [...page.matchAll(/^#+ (wg .*)\n\n```text\n([\s\S]*?)```/gm)];
  expect(helps.length).toBeGreaterThan(60);
  const without = helps.filter(([, , help]) => !/^Examples?\b/m.test(help ?? ""));
  expect(without.map(([, verb]) => verb)).toEqual([]);
});
