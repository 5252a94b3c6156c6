// Put in front of dist/main.js: lets V8 read what it compiled before, instead of compiling every file anew.
(function readCompiled() {
  const Module = module.constructor;
  if (Module.enableCompileCache) {
    // From Node 22.8 on Node keeps it itself; where the folder cannot be written, nothing is kept.
    Module.enableCompileCache(`${__dirname}/compiled/node`);
    return;
  }
  const fs = require("node:fs");
  const kept = `${__dirname}/compiled/${process.version}-${process.arch}/`;
  if (!fs.existsSync(kept)) return;
  const vm = require("node:vm");
  const native = require;
  const chunks = `${__dirname}/chunk/`;
  const loaded = new Map();
  // Everything that is required by a path is a chunk of ours; Node's way to find it takes half a millisecond for each.
  // biome-ignore lint/suspicious/noGlobalAssign: it is this file's own, a parameter of the function Node wraps it in
  require = (id) => (id.startsWith("./") ? chunk(id.slice(id.lastIndexOf("/") + 1)) : native(id));

  function chunk(name) {
    const before = loaded.get(name);
    if (before !== undefined) return before.exports;
    const filename = chunks + name;
    const own = { exports: {}, id: filename, filename };
    loaded.set(name, own);
    const source = `(function (exports, require, module, __filename, __dirname) {${fs.readFileSync(filename, "utf8")}\n})`;
    // Another V8, or one with other flags, turns the data down and compiles.
    const script = new vm.Script(source, {
      filename,
      cachedData: compiled(name),
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    script.runInThisContext().call(own.exports, own.exports, require, own, filename, `${chunks}.`);
    return own.exports;
  }

  function compiled(name) {
    try {
      return fs.readFileSync(kept + name);
    } catch {
      return undefined;
    }
  }
})();
