// Bundles the program: one entry per process, a lazy chunk for whatever a command loads on demand.
import { existsSync, rmSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { build } from "esbuild";

const entryPoints = { main: "src/main.ts" };
if (existsSync("src/demo.ts")) entryPoints.demo = "src/demo.ts";

rmSync("dist", { recursive: true, force: true });
await build({
  entryPoints,
  outdir: "dist",
  bundle: true,
  splitting: true,
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: false,
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
await chmod("dist/main.js", 0o755);
