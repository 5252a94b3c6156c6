// Figures of the graph on 100,000 tasks with 200,000 edges: `wg ready` and `wg add` against a bare node, and the ready
// query alone. Prints a table; exits 1 when a ratio is above its limit. `--tasks <n>` takes another size, `--rounds <n>` more rounds.
import * as path from "node:path";
import { parseArgs } from "node:util";
import { DatabaseSync } from "@photostructure/sqlite";
import { makePlace, ms, percentile, printTable, ratio, timed } from "./support.mjs";

const { values } = parseArgs({
  options: { tasks: { type: "string", default: "100000" }, rounds: { type: "string", default: "40" } },
});
const tasks = Number(values.tasks);
const rounds = Number(values.rounds);
const limit = 2.5;

const place = makePlace("graph");
const file = path.join(place.project, ".wg", "graph.db");
try {
  fill();
  const times = { "node -e 0": [], "wg ready": [], "wg add": [] };
  // In turns, so that a busy machine slows all alike; the first round only warms up.
  for (let round = 0; round <= rounds; round++) {
    const taken = oneRound(round);
    if (round === 0) continue;
    for (const [name, value] of Object.entries(taken)) times[name].push(value);
  }
  report(times, queryTimes());
} finally {
  place.end();
}

/** Tasks in layers, one in three done, each needing two earlier ones; through SQL, as adding them one by one takes an hour. */
function fill() {
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
  for (const need of ["max(1, i / 2)", "max(1, i / 3 - 1)"]) {
    database
      .prepare(
        `WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
         INSERT OR IGNORE INTO need (task, needs) SELECT 't-' || i, 't-' || (${need}) FROM n`,
      )
      .run(tasks);
  }
  database.exec("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
}

function oneRound(round) {
  return {
    "node -e 0": timed(() => place.node(["-e", "0"])),
    "wg ready": timed(() => place.wg("ready", "--limit", "20")),
    "wg add": timed(() => place.wg("add", `Bench ${round}`, "--after", "t-7,t-99")),
  };
}

/** Milliseconds of the ready query alone, prepared, in this process. */
function queryTimes() {
  const database = new DatabaseSync(file);
  const statement = database.prepare(
    "SELECT * FROM task WHERE status = 'open' AND blockers = 0 ORDER BY priority DESC, created_at, id LIMIT 20",
  );
  const times = Array.from({ length: 500 }, () => timed(() => statement.all()));
  database.close();
  return times;
}

function report(times, query) {
  const bare = percentile(times["node -e 0"], 0.5);
  const rows = Object.entries(times).map(([name, all]) => {
    const p50 = percentile(all, 0.5);
    const isLimited = name.startsWith("wg");
    if (isLimited && p50 / bare > limit) process.exitCode = 1;
    const verdict = isLimited ? `${limit}x ${p50 / bare > limit ? "MISSED" : "ok"}` : "";
    return [name, ms(p50), ms(percentile(all, 0.99)), ratio(p50, bare), verdict];
  });
  rows.push(["ready query", percentile(query, 0.5).toFixed(3), percentile(query, 0.99).toFixed(3), "", ""]);
  const title = `graph of ${tasks} tasks and ${2 * tasks} edges, ${rounds} rounds`;
  printTable(title, ["", "p50 ms", "p99 ms", "p50 / node", "limit"], rows);
}
