// Bundles the program: a file for what every command needs, one for the graph, a lazy chunk for whatever a command
// loads on demand. `--out <folder>` builds elsewhere than dist/. See docs/decisions/0008-start-as-commonjs.md.
import { chmodSync, cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { rolldown } from "rolldown";
import { compile } from "./compile.mjs";

const { values } = parseArgs({ options: { out: { type: "string", default: "dist" } } });
const root = path.resolve(import.meta.dirname, "..");
const outdir = path.resolve(values.out);
const input = { main: path.join(root, "src/main.ts") };
if (existsSync(path.join(root, "src/demo.ts"))) input.demo = path.join(root, "src/demo.ts");

const compiledRead = readFileSync(path.join(import.meta.dirname, "compiled-read.cjs"), "utf8");
rmSync(outdir, { recursive: true, force: true });
const bundle = await rolldown({
  cwd: root,
  input,
  platform: "node",
  transform: { target: "node20" },
  plugins: [leaveOut()],
  logLevel: "warn",
});
await bundle.write({
  dir: outdir,
  // Node's loader of ES modules takes 7 ms before it runs a line, and more for each file; bare node takes 21.
  format: "cjs",
  minify: true,
  sourcemap: true,
  entryFileNames: "[name].js",
  chunkFileNames: "chunk/[name]-[hash].js",
  banner: (chunk) => (chunk.isEntry ? `#!/usr/bin/env node\n${compiledRead}` : ""),
  // Without groups the graph alone is ten files and a switch thirty, since each command reaches another part of them.
  codeSplitting: {
    groups: [
      {
        name: "shell",
        test: /\/commander\/|\/src\/(base\/(error|file|home|inside|nearest|route|version)|cli\/(commands|print|program|task-options|where))\.ts$/,
        priority: 5,
      },
      { name: "sqlite", test: /\/src\/base\/sqlite\.ts$/, priority: 4 },
      {
        name: "pointer",
        test: /\/src\/(profile\/(active|files|name|pointer|starters|touched|where)|cli\/profile-place)\.ts$/,
        priority: 3,
      },
      {
        name: "settings",
        test: /\/smol-toml\/|\/src\/(config\/|profile\/(chain|difference|load|outcome)\.ts$|base\/(canonical|endpoint|role|secret)\.ts$)/,
        priority: 2,
      },
      {
        name: "switch",
        // A canary is beside it: most switches meet none.
        test: /\/src\/(profile\/(?!arms|canary|guardrail|share)|ipc\/(client|message|protocol)\.ts$|base\/(jsonl|lock|process)\.ts$|cli\/profile-reply\.ts$)/,
        priority: 1,
      },
      {
        name: "graph",
        test: /\/kysely\/|\/src\/(graph\/|cli\/(project-graph|task-print)\.ts$)/,
        priority: 1,
      },
    ],
  },
});
copySqlite();
writeFileSync(path.join(outdir, "package.json"), '{ "type": "commonjs" }\n');
chmodSync(path.join(outdir, "main.js"), 0o755);
compile(outdir);

/** Leaves out what libraries bring along and wg never calls, since every command would wait for it to be read. */
function leaveOut() {
  const unused = {
    "/kysely/dist/esm/plugin/with-schema/with-schema-plugin.js": "export class WithSchemaPlugin {}",
    "/kysely/dist/esm/query-builder/merge-query-builder.js": "export class MergeQueryBuilder {}",
    "/node-gyp-build/index.js": sqliteLoader(),
    // It checks what a server asks of its client, and ours asks nothing.
    "/@modelcontextprotocol/sdk/dist/esm/validation/ajv-provider.js":
      "export class AjvJsonSchemaValidator {}",
  };
  const nothing = "\0nothing";
  return {
    name: "leave-out",
    resolveId: (source, importer) =>
      source === "node:child_process" && importer?.includes("/commander/") ? nothing : undefined,
    load(id) {
      if (id === nothing) return { code: "module.exports = {};", moduleType: "js" };
      const code = Object.entries(unused).find(([end]) => id.endsWith(end))?.[1];
      return code === undefined ? undefined : { code, moduleType: "js" };
    },
  };
}

/** SQLite's compiled part, for every platform wg runs on, where its own loader looks: beside the chunks. */
function copySqlite() {
  const prebuilds = path.join(root, "node_modules/@photostructure/sqlite/prebuilds");
  for (const platform of ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"]) {
    cpSync(path.join(prebuilds, platform), path.join(outdir, "prebuilds", platform), { recursive: true });
  }
}

/** Loads that part from there; the package's own loader would search four folders first. */
function sqliteLoader() {
  return `
    const libc = require("node:fs").existsSync("/etc/alpine-release") ? "musl" : "glibc";
    const name = "/@photostructure+sqlite." + libc + ".node";
    module.exports = (root) => require(root + "/prebuilds/" + process.platform + "-" + process.arch + name);
  `;
}
