// Figures of the graph on 100,000 tasks with 200,000 edges: `wg ready` and `wg add` against a bare node, and the queue itself.
// Prints a table; exits 1 when a ratio is above its limit. `--tasks <n>` takes another size, edges are twice as many.
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { DatabaseSync } from "@photostructure/sqlite";

const { values } = parseArgs({
  options: { tasks: { type: "string", default: "100000" }, rounds: { type: "string", default: "21" } },
});
const tasks = Number(values.tasks);
const rounds = Number(values.rounds);
const ratioLimit = 2.5;
const program = path.join(process.env.WG_DIST ?? path.resolve(import.meta.dirname, "..", "dist"), "main.js");

const root = fs.mkdtempSync(path.join(os.tmpdir(), "wg-bench-graph-"));
const env = { PATH: process.env.PATH, HOME: root, WG_HOME: path.join(root, "home") };
const project = path.join(root, "project");
try {
  fs.mkdirSync(project);
  wg("init");
  fill(path.join(project, ".wg", "graph.db"));
  const startUp = measure({
    "node -e 0": () => node(["-e", "0"]),
    "wg ready": () => wg("ready", "--limit", "20"),
    "wg add": (round) => wg("add", `Bench ${round}`, "--after", "t-7,t-99"),
  });
  report(startUp, queueTimes(path.join(project, ".wg", "graph.db")));
} finally {
  fs.rmSync(root, { recursive: true, force: true });
}

/** Tasks in layers: one in three done, each needing two earlier ones. */
function fill(file) {
  const database = new DatabaseSync(file);
  database.exec("PRAGMA synchronous = OFF; BEGIN");
  database
    .prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
       INSERT INTO task (id, status, priority, created_at, title, description)
       SELECT 't-' || i, iif(i % 3 = 0, 'done', 'open'), i % 5,
              strftime('%Y-%m-%dT%H:%M:%fZ', 1790000000 + i, 'unixepoch'), 'Task number ' || i, 'What to do in ' || i
       FROM n`,
    )
    .run(tasks);
  for (const needs of ["max(1, i / 2)", "max(1, i / 3 - 1)"]) {
    database
      .prepare(
        `WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
         INSERT OR IGNORE INTO need (task, needs) SELECT 't-' || i, 't-' || (${needs}) FROM n`,
      )
      .run(tasks);
  }
  database.exec("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
}

/** Milliseconds of each, taken in turns so that a busy machine slows all alike. */
function measure(cases) {
  const times = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, run] of Object.entries(cases)) {
      const start = performance.now();
      run(round);
      if (round > 0) times[name].push(performance.now() - start);
    }
  }
  return times;
}

/** Milliseconds of the ready query alone, prepared, in this process. */
function queueTimes(file) {
  const database = new DatabaseSync(file);
  const statement = database.prepare(
    `SELECT * FROM task WHERE status = 'open' AND blockers = 0 ORDER BY priority DESC, created_at, id LIMIT 20`,
  );
  const times = Array.from({ length: 500 }, () => {
    const start = performance.now();
    statement.all();
    return performance.now() - start;
  });
  database.close();
  return times;
}

function report(startUp, queue) {
  const bare = median(startUp["node -e 0"]);
  let failed = false;
  console.log(`graph of ${tasks} tasks, ${2 * tasks} edges; medians of ${rounds} rounds`);
  for (const [name, times] of Object.entries(startUp)) {
    const ratio = median(times) / bare;
    const limit = name.startsWith("wg") ? ratioLimit : undefined;
    if (limit !== undefined && ratio > limit) failed = true;
    const verdict = limit === undefined ? "" : `limit ${limit}x  ${ratio > limit ? "MISSED" : "ok"}`;
    console.log(
      `${name.padEnd(14)} ${median(times).toFixed(1).padStart(7)} ms  ${ratio.toFixed(2)}x  ${verdict}`.trimEnd(),
    );
  }
  console.log(`${"ready query".padEnd(14)} ${median(queue).toFixed(3).padStart(7)} ms`);
  if (failed) process.exitCode = 1;
}

function median(times) {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)];
}

function wg(...args) {
  return node([program, ...args]);
}

function node(args) {
  const ended = spawnSync(process.execPath, args, { cwd: project, env, encoding: "utf8" });
  if (ended.status !== 0) throw new Error(`${args.join(" ")} ended with ${ended.status}: ${ended.stderr}`);
  return ended.stdout;
}
