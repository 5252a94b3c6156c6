// What a run costs beyond its handler: CPU seconds and memory of the service and the worker around `true`.
// `--tasks <n>` takes more or fewer. Linux: read from /proc.
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { makePlace, printTable } from "./support.mjs";

const { values } = parseArgs({ options: { tasks: { type: "string", default: "40" } } });
const tasks = Number(values.tasks);
/** Clock ticks a second, as Linux counts CPU time in /proc. */
const ticks = 100;

const place = makePlace("overhead");
try {
  const bare = bareSeconds();
  // The shell's parent is the worker.
  const peaks = path.join(place.project, "peaks");
  const exec = `grep VmHWM /proc/$PPID/status >> ${peaks}; true`;
  const { pid } = JSON.parse(place.wg("service", "start", "--max-agents", "1", "--json"));
  await sleep(2000);
  const before = cpuSeconds(pid);
  for (let n = 0; n < tasks; n++) place.wg("add", `task ${n}`, "--exec", exec);
  await allDone();
  // Workers that ended are counted with the service that waited for them.
  const [own, children] = cpuSeconds(pid).map((seconds, index) => (seconds - before[index]) / tasks);
  const memory = fs
    .readFileSync(peaks, "utf8")
    .match(/\d+ kB/g)
    .map((text) => Number.parseInt(text, 10));
  printTable(
    `overhead of a run, ${tasks} one after the other`,
    ["", "CPU ms a run", "of node -e 0", "peak MB"],
    [
      ["node -e 0", (bare * 1000).toFixed(1), "1.00x", ""],
      ["the service", (own * 1000).toFixed(1), `${(own / bare).toFixed(2)}x`, megabytes(peakOf(pid))],
      [
        "the worker, its shell and grep",
        (children * 1000).toFixed(1),
        `${(children / bare).toFixed(2)}x`,
        megabytes(Math.max(...memory)),
      ],
    ],
  );
} finally {
  place.end();
}

/** CPU seconds of `node -e 0`, the mean of twenty. */
function bareSeconds() {
  const before = cpuSeconds("self")[1];
  for (let n = 0; n < 20; n++) place.node(["-e", "0"]);
  return (cpuSeconds("self")[1] - before) / 20;
}

/** [its own, that of children it has waited for], in seconds. */
function cpuSeconds(pid) {
  const text = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
  const [user, system, childUser, childSystem] = text
    .slice(text.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 15)
    .map(Number);
  return [(user + system) / ticks, (childUser + childSystem) / ticks];
}

async function allDone() {
  for (const untilMs = performance.now() + 300_000; performance.now() < untilMs; await sleep(300)) {
    const { tasks: all } = JSON.parse(place.wg("list", "--status", "done", "--json"));
    if (all.length === tasks) return;
  }
  throw new Error("the tasks were not done within five minutes");
}

function peakOf(pid) {
  return Number(/VmHWM:\s+(\d+) kB/.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"))[1]);
}

function megabytes(kilobytes) {
  return (kilobytes / 1024).toFixed(0);
}
