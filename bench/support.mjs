// What the bench scripts share: a fresh home and project, the built program run in it, percentiles and a table.
import { spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

export const program = path.join(
  process.env.WG_DIST ?? path.resolve(import.meta.dirname, "..", "dist"),
  "main.js",
);

/** A fresh home and project; `end` stops what runs there and removes it. */
export function makePlace(name) {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), `wg-bench-${name}-`)));
  const project = path.join(root, "project");
  fs.mkdirSync(project);
  const home = path.join(root, "home");
  const env = { PATH: process.env.PATH, HOME: root, WG_HOME: home };
  const options = { cwd: project, env, encoding: "utf8" };
  const node = (args) => {
    const ended = spawnSync(process.execPath, args, options);
    if (ended.status !== 0) throw new Error(`${args.join(" ")}: ${ended.stderr}`);
    return ended.stdout;
  };
  const wg = (...args) => node([program, ...args]);
  wg("init");
  return {
    home,
    project,
    wg,
    node,
    /** Starts the program without waiting; resolves when it has ended. */
    start: (args) =>
      new Promise((resolve) =>
        spawn(process.execPath, args, { ...options, stdio: "ignore" }).on("exit", resolve),
      ),
    end() {
      spawnSync(process.execPath, [program, "service", "stop", "--kill-agents"], options);
      fs.rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Milliseconds that a step took. */
export function timed(step) {
  const startMs = performance.now();
  step();
  return performance.now() - startMs;
}

/** The value below which `part` (0 to 1) of the values lie. */
export function percentile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

/** Prints rows of cells under a title, the first column left, the others right. */
export function printTable(title, head, rows) {
  const all = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  console.log(title);
  for (const row of all) {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
    );
    console.log(`  ${cells.join("  ")}`.trimEnd());
  }
  console.log();
}

/** `12.3`: milliseconds with one decimal. */
export function ms(value) {
  return value.toFixed(1);
}

/** `1.23x`. */
export function ratio(value, base) {
  return `${(value / base).toFixed(2)}x`;
}
