// Every console block of test/cli/*.md, of the README and of two pages of docs, played as written.
import * as fs from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "vitest";
import { playTranscript, stepsIn } from "./support/transcript.ts";

const root = path.resolve(import.meta.dirname, "..");
const folder = path.join(root, "test", "cli");
const files = [
  path.join(root, "README.md"),
  path.join(root, "docs", "profiles.md"),
  path.join(root, "docs", "failover.md"),
  ...fs.readdirSync(folder).map((name) => path.join(folder, name)),
];

describe("transcripts", () => {
  for (const file of files) {
    it(`${path.relative(root, file)} says what the program says`, async () => {
      const markdown = fs.readFileSync(file, "utf8");
      expect(stepsIn(markdown).length).toBeGreaterThan(0);
      expect(await playTranscript(markdown)).toEqual([]);
    });
  }
});
