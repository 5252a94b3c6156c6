// How long after an agent has said something it can be read: in `wg logs -f`, and on the screen of `wg watch`; and what
// watching costs while nothing happens. Prints tables; exits 1 when the median is above its limit.
// `--lines <n>` has the agent say more or less.
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { makePlace, ms, percentile, printTable, program } from "./support.mjs";

const { values } = parseArgs({ options: { lines: { type: "string", default: "40" } } });
const lines = Number(values.lines);
/** Milliseconds. Both look a few times a second. */
const limitMs = 1000;
const everyMs = 130;
const idleMs = 5000;

const place = makePlace("watch");
try {
  place.wg("service", "start");
  const watch = inTerminal([process.execPath, program, "watch"]);
  await watch.until(/q leaves/);
  place.wg("add", "speak", "--id", "speak", "--exec", `"${process.execPath}" -e '${speaker()}'`);
  const logs = heard(
    spawn(process.execPath, [program, "logs", "speak", "-f"], { cwd: place.project, env: place.env }),
  );
  await logs.ended;
  await sleep(1000);
  report({ "wg logs -f": logs.latencies, "wg watch": watch.latencies });
  await reportIdle(watch);
  watch.end();
  await watch.ended;
} finally {
  place.end();
}

/** Says the time, over and over. */
function speaker() {
  return `let n = 0; const say = () => { console.log("T" + Date.now()); if (++n < ${lines}) setTimeout(say, ${everyMs}) }; say()`;
}

/** Notes when each of the times that were said is first read. */
function heard(child) {
  const seen = new Set();
  const latencies = [];
  let text = "";
  const waiting = [];
  child.stdout.setEncoding("utf8").on("data", (chunk) => {
    text += chunk;
    for (const [, time] of text.matchAll(/T(\d{13})/g)) {
      if (seen.has(time)) continue;
      seen.add(time);
      latencies.push(Date.now() - Number(time));
    }
    for (const { pattern, resolve } of waiting) if (pattern.test(text)) resolve();
    text = text.slice(-20_000);
  });
  return {
    latencies,
    ended: new Promise((resolve) => child.on("close", resolve)),
    until: (pattern) =>
      new Promise((resolve, reject) => {
        waiting.push({ pattern, resolve });
        setTimeout(() => reject(new Error(`never shown: ${pattern}: ${text.slice(-500)}`)), 30_000).unref();
      }),
  };
}

/** A program in a terminal of its own. */
function inTerminal(words) {
  const command = `echo "pid $$"; exec ${words.map((word) => `'${word}'`).join(" ")}`;
  const args =
    process.platform === "darwin"
      ? ["-q", "/dev/null", "/bin/sh", "-c", command]
      : ["-qfc", command, "/dev/null"];
  const child = spawn("script", args, {
    cwd: place.project,
    env: { ...place.env, TERM: "xterm", SHELL: "/bin/sh" },
  });
  let pid;
  child.stdout.on("data", (chunk) => {
    pid ??= /pid (\d+)/.exec(chunk)?.[1];
  });
  return { ...heard(child), pid: () => Number(pid), end: () => child.stdin.write("q") };
}

function report(found) {
  const rows = Object.entries(found).map(([name, latencies]) => {
    const p50 = percentile(latencies, 0.5);
    const isMissed = latencies.length < lines * 0.9 || p50 > limitMs;
    if (isMissed) process.exitCode = 1;
    const verdict = `${limitMs} ms ${isMissed ? "MISSED" : "ok"}`;
    return [name, latencies.length, ms(p50), ms(percentile(latencies, 0.99)), verdict];
  });
  printTable("from what an agent says to the screen", ["", "lines", "p50 ms", "p99 ms", "limit"], rows);
}

async function reportIdle(watch) {
  if (process.platform !== "linux") return;
  await sleep(1000);
  const before = cpuMs(watch.pid());
  await sleep(idleMs);
  const share = ((cpuMs(watch.pid()) - before) / idleMs) * 100;
  printTable("wg watch while nothing happens", ["", "CPU %"], [["wg watch", share.toFixed(1)]]);
}

/** What a process has used so far, in steps of 10 ms. */
function cpuMs(pid) {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
