// How soon a service is at work again after SIGKILL with eight runs in flight: from the start of the next one to the claim of
// the next task, and to the record of what the old runs came to. `--rounds <n>` takes more or fewer.
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { makePlace, ms, percentile, printTable } from "./support.mjs";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "8" } } });
const rounds = Number(values.rounds);
const width = 8;

const place = makePlace("recovery");
try {
  const found = [];
  for (let round = 0; round < rounds; round++) found.push(await oneRecovery(round));
  const rows = Object.keys(found[0]).map((name) => {
    const all = found.map((each) => each[name]);
    return [name, ms(percentile(all, 0.5)), ms(percentile(all, 0.99))];
  });
  printTable(`recovery with ${width} runs in flight, ${rounds} times`, ["", "p50 ms", "p99 ms"], rows);
} finally {
  place.end();
}

/** Kills the service and every worker but the first four, starts another, and waits until all is done. */
async function oneRecovery(round) {
  const ids = Array.from({ length: width }, (_, index) => `t${round}-${index}`);
  for (const id of ids) place.wg("add", id, "--id", id, "--exec", "sleep 2");
  const start = () => JSON.parse(place.wg("service", "start", "--max-agents", String(width + 1), "--json"));
  const { pid } = start();
  const workers = await until(() => {
    const { inFlight } = status();
    return inFlight.length === width && inFlight.every((run) => run.pid) && inFlight.map((run) => run.pid);
  });
  const next = `n${round}`;
  for (const victim of [pid, ...workers.slice(width / 2)]) process.kill(victim, "SIGKILL");
  place.wg("add", next, "--id", next, "--exec", "true");
  const startedMs = Date.now();
  start();
  const startMs = Date.now() - startedMs;
  const runs = await until(() => {
    const all = JSON.parse(place.wg("runs", "--limit", "200", "--json")).runs;
    const ours = all.filter(({ task }) => task === next || ids.includes(task));
    const isDone = [next, ...ids].every((id) =>
      ours.some((run) => run.task === id && run.result?.outcome === "done"),
    );
    return isDone && ours;
  });
  place.wg("service", "stop");
  const lost = runs
    .filter(({ result }) => result.outcome === "lost")
    .map(({ endedAt }) => Date.parse(endedAt));
  const first = runs.find(({ task }) => task === next);
  return {
    "wg service start, until it answers": startMs,
    "from its start to the next claim": Date.parse(first.claimedAt) - startedMs,
    "from its start to the last dead run's record": Math.max(...lost) - startedMs,
  };
}

function status() {
  return JSON.parse(place.wg("service", "status", "--json"));
}

async function until(step) {
  for (const untilMs = performance.now() + 60_000; performance.now() < untilMs; await sleep(30)) {
    const found = step();
    if (found) return found;
  }
  throw new Error("it did not come true within a minute");
}
