// Loaded before dist/main.js by scripts/compile.mjs: keeps what V8 compiled of each chunk in $WG_COMPILED, adding to what is there.
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const vm = require("node:vm");

const kept = process.env.WG_COMPILED;
const compile = Module.prototype._compile;
const scripts = new Map();

Module.prototype._compile = function record(content, filename) {
  if (path.basename(path.dirname(filename)) !== "chunk") return compile.call(this, content, filename);
  const file = path.join(kept, path.basename(filename));
  const script = new vm.Script(
    `(function (exports, require, module, __filename, __dirname) {${content}\n})`,
    {
      filename,
      cachedData: fs.existsSync(file) ? fs.readFileSync(file) : undefined,
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    },
  );
  scripts.set(file, script);
  const require = Module.createRequire(filename);
  script.runInThisContext().call(this.exports, this.exports, require, this, filename, path.dirname(filename));
};

process.on("exit", () => {
  for (const [file, script] of scripts) fs.writeFileSync(file, script.createCachedData());
});
