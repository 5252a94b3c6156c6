// Put in front of dist/main.js: lets V8 read what it compiled before, instead of compiling every file anew.
(function readCompiled() {
  const Module = require("node:module");
  if (Module.enableCompileCache) {
    // From Node 22.8 on Node keeps it itself; where the folder cannot be written, nothing is kept.
    Module.enableCompileCache(`${__dirname}/compiled/node`);
    return;
  }
  const fs = require("node:fs");
  const vm = require("node:vm");
  const kept = `${__dirname}/compiled/${process.version}-${process.arch}`;
  const chunks = `${__dirname}/chunk/`;
  const compile = Module.prototype._compile;
  if (fs.existsSync(kept)) Module.prototype._compile = read;

  /** Our own chunks only: V8 tells another version of a file by its length, and a library may change under us. */
  function read(content, filename) {
    if (!filename.startsWith(chunks)) return compile.call(this, content, filename);
    let cachedData;
    try {
      cachedData = fs.readFileSync(`${kept}/${filename.slice(chunks.length)}`);
    } catch {
      return compile.call(this, content, filename);
    }
    // Another V8, or one with other flags, turns the data down and compiles.
    const script = new vm.Script(Module.wrap(content), {
      filename,
      cachedData,
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    const require = Module.createRequire(filename);
    return script.runInThisContext().call(this.exports, this.exports, require, this, filename, `${chunks}.`);
  }
})();
