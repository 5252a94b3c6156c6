// Writes the generated pages of docs/; what they say is in src/cli/docs.ts, src/config/docs.ts and src/envelope.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "rolldown";

const root = path.resolve(import.meta.dirname, "..");
// Inside the checkout, so that packages outside the bundle are found.
const outdir = path.join(root, "node_modules/.cache/wg-docs");
await build({
  cwd: root,
  input: "src/cli/docs.ts",
  platform: "node",
  external: /^[^./]/,
  logLevel: "warn",
  output: { dir: outdir, format: "esm", entryFileNames: "[name].mjs", chunkFileNames: "[name]-[hash].mjs" },
});
const { generatedPages } = await import(pathToFileURL(path.join(outdir, "docs.mjs")).href);
// Whole: a schema whose verb is gone goes too.
rmSync(path.join(root, "docs/schemas"), { recursive: true, force: true });
mkdirSync(path.join(root, "docs/schemas"));
const written = (page) => readFileSync(path.join(root, "docs", page), "utf8");
for (const [name, text] of Object.entries(await generatedPages(written))) {
  writeFileSync(path.join(root, "docs", name), text);
  console.log(`docs/${name}`);
}
rmSync(outdir, { recursive: true });
