// How long work stands still when its quota is used up: from the first 429 to the next run's first request on the fallback.
// `--rounds <n>` takes more or fewer.
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { createInterface } from "node:readline/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { makePlace, ms, percentile, printTable, program } from "./support.mjs";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "10" } } });
const rounds = Number(values.rounds);

const place = makePlace("failover");
const log = path.join(place.project, "requests.jsonl");
const stopSimulator = await simulate();
try {
  place.wg("profile", "use", "first", "--no-check");
  place.wg("service", "start", "--max-agents", "1");
  const found = [];
  for (let round = 0; round < rounds; round++) found.push(await oneFailover(round));
  report(found);
} finally {
  place.end();
  await stopSimulator();
}

/** One simulator with two paths: the first is over quota, the second answers. */
async function simulate() {
  const script = path.join(place.project, "quota.json");
  const fault = { status: 429, retry_after: 406_080 };
  const rules = [{ match: { path: "/first/" }, fault }, { steps: [{ final: "done" }] }];
  fs.writeFileSync(script, JSON.stringify({ rules }));
  const child = spawn(process.execPath, [
    program,
    "simulate",
    "--port",
    "0",
    "--script",
    script,
    "--log",
    log,
    "--json",
  ]);
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  const { url } = JSON.parse(line);
  for (const [name, fallback] of [
    ["first", 'fallback = ["second"]\n'],
    ["second", ""],
  ]) {
    const endpoint = `[[llm_endpoints.endpoints]]\nname = "own"\nprovider = "oai-compat"\nurl = "${url}/${name}"\n`;
    fs.mkdirSync(path.join(place.home, "profiles"), { recursive: true });
    fs.writeFileSync(
      path.join(place.home, "profiles", `${name}.toml`),
      `${fallback}[agent]\nmodel = "local:m"\n${endpoint}`,
    );
  }
  return async () => {
    child.kill("SIGINT");
    await once(child, "exit");
  };
}

/** A task that is turned away and carried by the fallback, in the times of the simulator and of the runs. */
async function oneFailover(round) {
  place.wg("failover", "clear");
  const seenBefore = requests().length;
  place.wg("add", `task ${round}`, "--id", `t${round}`);
  for (const untilMs = performance.now() + 60_000; performance.now() < untilMs; await sleep(50)) {
    const { task, runs } = JSON.parse(place.wg("show", `t${round}`, "--json"));
    if (task.status !== "done") continue;
    const seen = requests().slice(seenBefore);
    const at = (name) => Date.parse(seen.find((request) => request.path.startsWith(`/${name}/`)).at);
    const [first, second] = runs.map(({ claimedAt, endedAt }) =>
      [claimedAt, endedAt].map((time) => Date.parse(time)),
    );
    return {
      "first 429 to first request on the fallback": at("second") - at("first"),
      "  of it: the run that was turned away ends": first[1] - at("first"),
      "  of it: to the next claim": second[0] - first[1],
      "  of it: that run's worker to its first request": at("second") - second[0],
    };
  }
  throw new Error("a task was not carried by the fallback within a minute");
}

function requests() {
  return fs
    .readFileSync(log, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .filter(({ method }) => method === "POST");
}

function report(found) {
  const rows = Object.keys(found[0]).map((name) => {
    const all = found.map((each) => each[name]);
    return [name, ms(percentile(all, 0.5)), ms(percentile(all, 0.99))];
  });
  printTable(`failover, ${rounds} times`, ["", "p50 ms", "p99 ms"], rows);
}
