// Runs the built program through its common commands, and keeps what V8 compiled for scripts/compiled-read.cjs.
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import module from "node:module";
import * as os from "node:os";
import * as path from "node:path";

const commands = [
  "init",
  "profile init-starters",
  "profile list",
  "profile use codex --no-check",
  "profile current",
  "profile show",
  "config show",
  "add first --tag x",
  "add second --after first --json",
  "edit second --priority 2",
  "log first hello",
  "ready",
  "list",
  "done first",
  "show first",
  "service status",
];

/** Leaves `compiled/` in the folder of a build; nothing on a Node that keeps compiled code itself. */
export function compile(outdir) {
  if (module.enableCompileCache !== undefined) return;
  const place = fs.mkdtempSync(path.join(os.tmpdir(), "wg-compile-"));
  const kept = path.join(outdir, "compiled", `${process.version}-${process.arch}`);
  // Beside its final name: the program would read it while it is being made.
  const making = `${kept}.new`;
  fs.mkdirSync(making, { recursive: true });
  const project = path.join(place, "project");
  fs.mkdirSync(project);
  const env = { PATH: process.env.PATH, HOME: place, WG_HOME: path.join(place, "home"), WG_COMPILED: making };
  const record = path.join(import.meta.dirname, "compiled-record.cjs");
  for (const command of commands) {
    const args = ["-r", record, path.join(outdir, "main.js"), ...command.split(" ")];
    spawnSync(process.execPath, args, { cwd: project, env, stdio: "ignore", timeout: 60_000 });
  }
  fs.renameSync(making, kept);
  fs.rmSync(place, { recursive: true, force: true });
}
