// The generated pages of docs/ are what the program would write now.
import * as fs from "node:fs";
import * as path from "node:path";
import { afterAll, expect, it } from "vitest";
import { makePlace } from "./support/wg.ts";

const docs = path.resolve(import.meta.dirname, "..", "docs");
const place = makePlace();
afterAll(() => place.remove());

it("docs/ has the pages that the program generates, up to date", async () => {
  const { status, stderr } = await place.wg("docs", place.project);
  expect(status, stderr).toBe(0);
  const pages = fs.readdirSync(place.project).filter((name) => !name.startsWith("."));
  expect(pages.sort()).toEqual(["cli.md", "config.md", "config.schema.json", "profile.schema.json"]);
  for (const page of pages) {
    const committed = fs.readFileSync(path.join(docs, page), "utf8");
    const generated = fs.readFileSync(path.join(place.project, page), "utf8");
    expect(committed, `docs/${page} is old: run npm run docs`).toBe(generated);
  }
});
