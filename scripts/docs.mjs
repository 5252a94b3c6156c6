// Writes the generated pages of docs/; what they say is in src/cli/docs.ts and src/config/docs.ts.
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = path.resolve(import.meta.dirname, "..");
// Inside the checkout, so that packages outside the bundle are found.
const outdir = path.join(root, "node_modules/.cache/wg-docs");
await build({
  absWorkingDir: root,
  entryPoints: ["src/cli/docs.ts"],
  outdir,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  splitting: true,
  platform: "node",
  target: "node20",
  format: "esm",
  packages: "external",
  logLevel: "warning",
});
const { generatedPages } = await import(pathToFileURL(path.join(outdir, "docs.mjs")).href);
for (const [name, text] of Object.entries(await generatedPages())) {
  writeFileSync(path.join(root, "docs", name), text);
  console.log(`docs/${name}`);
}
rmSync(outdir, { recursive: true });
