// How fast ready tasks become finished runs: shell tasks at --max-agents 8, against bare node processes at the same width.
// `--tasks <n>` takes more or fewer.
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { makePlace, ms, percentile, printTable } from "./support.mjs";

const { values } = parseArgs({ options: { tasks: { type: "string", default: "80" } } });
const tasks = Number(values.tasks);
const width = 8;

const place = makePlace("dispatch");
try {
  const bare = await bareRate();
  // The shell's parent is the worker, so each task tells how much memory its worker has used at most.
  const exec = `grep VmHWM /proc/$PPID/status >> ${path.join(place.project, "peaks")} 2>/dev/null; true`;
  for (let n = 0; n < tasks; n++) place.wg("add", `task ${n}`, "--exec", exec);
  const started = JSON.parse(place.wg("service", "start", "--max-agents", String(width), "--json"));
  const runs = await allRuns();
  report(bare, runs, peakOf(`/proc/${started.pid}/status`));
} finally {
  place.end();
}

/** `node -e 0` a second, 8 at a time. */
async function bareRate() {
  let left = tasks;
  const startMs = performance.now();
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (left-- > 0) await place.start(["-e", "0"]);
    }),
  );
  return tasks / ((performance.now() - startMs) / 1000);
}

async function allRuns() {
  for (const untilMs = performance.now() + 300_000; performance.now() < untilMs; ) {
    const { runs } = JSON.parse(place.wg("runs", "--limit", String(tasks * 2), "--json"));
    if (runs.filter((run) => run.status === "ended").length >= tasks) return runs;
    await sleep(500);
  }
  throw new Error("the tasks were not done within five minutes");
}

function report(bare, runs, servicePeak) {
  const failed = runs.filter((run) => run.result.outcome !== "done");
  if (failed.length > 0) throw new Error(`${failed.length} runs were not done: ${JSON.stringify(failed[0])}`);
  const at = (name) => runs.map((run) => Date.parse(run[name]));
  const seconds = (Math.max(...at("endedAt")) - Math.min(...at("claimedAt"))) / 1000;
  const rate = runs.length / seconds;
  printTable(
    `dispatch, ${tasks} shell tasks, ${width} at a time`,
    ["", "per second", "of bare node"],
    [
      ["node -e 0", bare.toFixed(1), "1.00"],
      ["task claimed, run, recorded", rate.toFixed(1), (rate / bare).toFixed(2)],
    ],
  );
  const starts = logged();
  const rows = [
    ["settings checked and claimed", starts.map((entry) => entry.claimMs)],
    ["worker process spawned after that", starts.map((entry) => entry.spawnMs)],
    ["claim to worker at work", runs.map((run) => Date.parse(run.startedAt) - Date.parse(run.claimedAt))],
    ["claim to result recorded", runs.map((run) => Date.parse(run.endedAt) - Date.parse(run.claimedAt))],
  ];
  printTable(
    "from the claim on",
    ["", "p50 ms", "p99 ms"],
    rows.map(([name, all]) => [name, ms(percentile(all, 0.5)), ms(percentile(all, 0.99))]),
  );
  const peaks = linesOf(path.join(place.project, "peaks")).map(kilobytesIn);
  if (peaks.length === 0) return;
  printTable(
    "peak memory",
    ["", "MB"],
    [
      ["service", (servicePeak / 1024).toFixed(0)],
      ["one worker", (Math.max(...peaks) / 1024).toFixed(0)],
    ],
  );
}

/** What the service logged of each start. */
function logged() {
  return linesOf(path.join(place.project, ".wg/service/log"))
    .map((line) => JSON.parse(line))
    .filter((entry) => entry.claimMs !== undefined);
}

/** Kilobytes; 0 where there is no /proc. */
function peakOf(file) {
  return kilobytesIn(linesOf(file).find((line) => line.startsWith("VmHWM")) ?? "");
}

function kilobytesIn(line) {
  return Number(/(\d+) kB/.exec(line)?.[1] ?? 0);
}

function linesOf(file) {
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
}
