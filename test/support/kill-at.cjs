// Loaded into a process before its program: ends it by SIGKILL right before its n-th step that others could see.
"use strict";
const fs = require("node:fs");
const net = require("node:net");

// "7": before the 7th step. "7 torn": in the middle of the 7th write, half of its bytes written.
const [nth, how] = (process.env.WG_KILL_AT ?? "").split(" ");
delete process.env.WG_KILL_AT;
const target = Number(nth);
// A service is counted from a signal on, a command from its start.
let counting = process.env.WG_KILL_FROM !== "SIGUSR2";
delete process.env.WG_KILL_FROM;
if (!counting) {
  process.on("SIGUSR2", () => {
    counting = true;
  });
}

let steps = 0;
let depth = 0;

function kill() {
  process.kill(process.pid, "SIGKILL");
}

/** Counts the calls of a function that are steps; one that a step makes itself is none. */
function count(owner, name, { isStep = () => true, tear } = {}) {
  const real = owner[name];
  owner[name] = function (...args) {
    if (!counting || depth > 0 || !isStep(args) || (how === "torn" && tear === undefined)) {
      return real.apply(this, args);
    }
    steps += 1;
    if (steps === target) {
      if (how === "torn") tear(real, args);
      kill();
    }
    depth += 1;
    try {
      return real.apply(this, args);
    } finally {
      depth -= 1;
    }
  };
}

const half = (data) => {
  const bytes = Buffer.from(data);
  return bytes.subarray(0, bytes.length / 2);
};
const tearFile = (real, [file, data, ...rest]) => real(file, half(data), ...rest);
const isWriting = ([, flags]) => flags !== undefined && flags !== "r" && flags !== fs.constants.O_RDONLY;

count(fs, "openSync", { isStep: isWriting });
count(fs, "writeFileSync", { tear: tearFile });
count(fs, "appendFileSync", { tear: tearFile });
count(fs, "writeSync", { tear: (real, [handle, data]) => real(handle, half(data)) });
for (const name of ["fchmodSync", "fsyncSync", "renameSync", "unlinkSync", "linkSync", "symlinkSync"])
  count(fs, name);
for (const name of ["rmSync", "mkdirSync", "truncateSync", "chmodSync"]) count(fs, name);
count(net.Socket.prototype, "connect");
count(net.Socket.prototype, "write");
count(net.Socket.prototype, "end");
count(net.Server.prototype, "listen");
