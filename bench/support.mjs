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
  const node = (args, cwd = project) => {
    const ended = spawnSync(process.execPath, args, { ...options, cwd });
    if (ended.status !== 0) throw new Error(`${args.join(" ")}: ${ended.stderr}`);
    return ended.stdout;
  };
  const wg = (...args) => node([program, ...args]);
  wg("init");
  const others = [];
  return {
    home,
    project,
    env,
    wg,
    node,
    /** One more project of the same home. */
    addProject() {
      const other = path.join(root, `project-${others.length + 2}`);
      others.push(other);
      fs.mkdirSync(other);
      node([program, "init"], other);
      return other;
    },
    /** Starts the program without waiting; resolves when it has ended. */
    start: (args) =>
      new Promise((resolve) =>
        spawn(process.execPath, args, { ...options, stdio: "ignore" }).on("exit", resolve),
      ),
    end() {
      for (const cwd of [project, ...others]) {
        spawnSync(process.execPath, [program, "service", "stop", "--kill-agents"], { ...options, cwd });
      }
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

/**
 * Prints what steps took, name -> milliseconds, each as a ratio to `node -e 0` among them; sets the exit status to 1 when
 * one is above its limit. `limits` is name -> ratio, for those that have one.
 */
export function report(title, times, limits = {}) {
  const bare = percentile(times["node -e 0"], 0.5);
  const rows = Object.entries(times).map(([name, all]) => {
    const p50 = percentile(all, 0.5);
    const limit = limits[name];
    const isMissed = limit !== undefined && p50 / bare > limit;
    if (isMissed) process.exitCode = 1;
    const verdict = limit === undefined ? "" : `${limit}x ${isMissed ? "MISSED" : "ok"}`;
    return [name, ms(p50), ms(percentile(all, 0.99)), ratio(p50, bare), verdict];
  });
  printTable(title, ["", "p50 ms", "p99 ms", "p50 / node", "limit"], rows);
}

/** Takes steps (name -> function) in turns, so that a busy machine slows all alike; the first round only warms up. */
export function inTurns(rounds, steps) {
  const times = Object.fromEntries(Object.keys(steps).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, step] of Object.entries(steps)) {
      const taken = timed(() => step(round));
      if (round > 0) times[name].push(taken);
    }
  }
  return times;
}

/** `12.3`: milliseconds with one decimal. */
export function ms(value) {
  return value.toFixed(1);
}

/** `1.23x`. */
export function ratio(value, base) {
  return `${(value / base).toFixed(2)}x`;
}
