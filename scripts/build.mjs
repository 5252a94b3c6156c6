// Bundles the program: one entry per process, a lazy chunk for whatever a command loads on demand.
// `--out <folder>` builds elsewhere than dist/.
import { existsSync, rmSync } from "node:fs";
import { chmod } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const { values } = parseArgs({ options: { out: { type: "string", default: "dist" } } });
const root = path.resolve(import.meta.dirname, "..");
const outdir = path.resolve(values.out);
const entryPoints = { main: path.join(root, "src/main.ts") };
if (existsSync(path.join(root, "src/demo.ts"))) entryPoints.demo = path.join(root, "src/demo.ts");

rmSync(outdir, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints,
  outdir,
  bundle: true,
  splitting: true,
  minifySyntax: true,
  minifyWhitespace: true,
  platform: "node",
  target: "node20",
  format: "esm",
  chunkNames: "chunk/[name]-[hash]",
  external: ["@photostructure/sqlite"],
  sourcemap: "linked",
  logLevel: "warning",
  // Bundled CommonJS packages call require; an ES module has none of its own.
  banner: {
    js: "#!/usr/bin/env node\nimport{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);",
  },
});
await chmod(path.join(outdir, "main.js"), 0o755);
