// What judging adds to a task: wall time, CPU and cost with all roles against none, and a look of the service with nothing to review.
// Model answers take as long as real ones do for their size, a tenth of it with the default `--speed 10`. `--tasks <n>` takes more or fewer.
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { makePlace, printTable, program, ratio } from "./support.mjs";

const { values } = parseArgs({
  options: { tasks: { type: "string", default: "6" }, speed: { type: "string", default: "10" } },
});
const tasks = Number(values.tasks);
const speed = Number(values.speed);
/** Clock ticks a second, as Linux counts CPU time in /proc. */
const ticks = 100;
/** Assumed of real work: seconds and tokens of a worker's turn on a large model, and of a judge's short answer on a small one. */
const turn = { seconds: 12, input: 25_000, output: 700 };
const answer = { seconds: 4, input: 6000, output: 300 };
/** Assumed prices in US dollars for a million tokens; a small model costs a fifth of a large one with most vendors. */
const prices = { big: { input: 5, output: 25 }, small: { input: 1, output: 5 } };

const place = makePlace("agency");
let simulator;
try {
  const url = await startSimulator();
  writeFiles(url);
  place.wg("agency", "init", "--global");
  place.wg("profile", "use", "bench", "--no-check");
  const { pid } = JSON.parse(place.wg("service", "start", "--max-agents", "1", "--json"));
  await sleep(1500);
  const idle = await idleCpu(pid);
  const plain = await measured(pid, "plain", "off", []);
  const judged = await measured(pid, "judged", "model", [
    "--tag",
    "evaluate",
    "--tag",
    "flip",
    "--gate",
    "0.7",
  ]);
  report(plain, judged);
  const after = await idleCpu(pid);
  printTable(
    "the service with nothing to do, CPU ms a second",
    ["", "ms/s"],
    [
      ["empty project", idle.toFixed(2)],
      [`${2 * tasks} judged and unjudged tasks done`, after.toFixed(2)],
    ],
  );
} finally {
  simulator?.kill();
  place.end();
}

async function startSimulator() {
  const script = path.join(place.project, "..", "script.toml");
  const rule = ({ seconds, input, output }) => `[[rules]]
delay_ms = ${Math.round((seconds * 1000) / speed)}
usage = { input = ${input}, output = ${output} }`;
  const answered = (pattern, fields) => `
${rule(answer)}
match = { prompt_pattern = '${pattern}.*\`seal\`: the text "(?<seal>\\w+)"' }
steps = [{ final = '{"seal":"{{match.seal}}",${fields}}' }]
`;
  const scores = [
    ...["correctness", "completeness", "efficiency", "style_adherence"],
    ...["downstream_usability", "coordination_overhead", "blocking_impact"],
  ].map((name) => `"${name}":0.9`);
  fs.writeFileSync(
    script,
    `${answered("Score what it really did", `${scores.join(",")},"notes":"good work"`)}
${answered("infer what it was asked to do", '"asked":"write hello"')}
${answered("Compare the two", '"intent_fidelity":0.9,"notes":"nearly all of it"')}
${answered("Choose which agent", '"identity":"builder","reason":"it builds"')}
${rule(turn)}
steps = [{ shell = "echo hello >> hello.txt", repeat = 4 }, { final = "hello.txt has it" }]
`,
  );
  simulator = spawn(process.execPath, [program, "simulate", "--script", script, "--port", "0"], {
    cwd: place.project,
    env: place.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [simulator.stdout, simulator.stderr]) stream.on("data", (text) => (said += text));
  for (const untilMs = performance.now() + 20_000; performance.now() < untilMs; await sleep(50)) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
    if (url !== undefined) return url;
  }
  throw new Error(`the simulator did not start: ${said}`);
}

function writeFiles(url) {
  const roles = ["evaluator", "flip", "assigner"].map((role) => `models.${role}.model = "local:small"`);
  fs.mkdirSync(path.join(place.home, "profiles"), { recursive: true });
  fs.writeFileSync(
    path.join(place.home, "profiles", "bench.toml"),
    `agent.model = "local:big"\n${roles.join("\n")}
[[llm_endpoints.endpoints]]
name = "here"
provider = "oai-compat"
url = "${url}"
`,
  );
  fs.writeFileSync(path.join(place.home, "config.toml"), '[agency]\nassign = "off"\n');
}

/** Wall seconds, CPU seconds of service and workers, and dollars for each task, by role. */
async function measured(pid, name, assign, options) {
  place.wg("config", "set", "--global", "agency.assign", assign);
  await sleep(500);
  const before = cpuSeconds(pid);
  const startedMs = performance.now();
  for (let n = 0; n < tasks; n++) place.wg("add", `${name} ${n}: write hello`, ...options);
  const roles = options.length > 0 ? 4 : 1;
  const runs = await allEnded(name, roles * tasks);
  const wall = (performance.now() - startedMs) / 1000 / tasks;
  const cpu = (cpuSeconds(pid) - before) / tasks;
  const of = (wanted) => runs.filter(({ role }) => role === wanted);
  const seconds = (run) => (Date.parse(run.endedAt) - Date.parse(run.claimedAt)) / 1000;
  const dollars = ({ route, result: { usage } }) => {
    const { input, output } = prices[route.replace("local:", "")];
    return (usage.input * input + usage.output * output) / 1e6;
  };
  const sum = (all) => all.reduce((total, each) => total + each, 0) / tasks;
  return {
    wall,
    cpu,
    roles: ["assigner", "worker", "evaluator", "flip"].map((role) => ({
      role,
      seconds: sum(of(role).map(seconds)),
      usd: sum(of(role).map(dollars)),
      turns: sum(of(role).map((run) => run.result.turns)),
    })),
  };
}

async function allEnded(name, count) {
  for (const untilMs = performance.now() + 300_000; performance.now() < untilMs; await sleep(300)) {
    const { runs } = JSON.parse(place.wg("runs", "--limit", "1000", "--json"));
    const ended = runs.filter(({ task, status }) => task.startsWith(name) && status === "ended");
    const bad = ended.find(({ result }) => result.outcome !== "done");
    if (bad !== undefined) throw new Error(`${bad.role} of ${bad.task}: ${JSON.stringify(bad.result)}`);
    if (ended.length >= count) return ended;
  }
  throw new Error("the runs did not end within five minutes");
}

function report(plain, judged) {
  const worker = judged.roles.find(({ role }) => role === "worker");
  const rows = judged.roles.map(({ role, seconds, usd, turns }) => [
    role,
    turns.toFixed(1),
    seconds.toFixed(2),
    ratio(seconds, worker.seconds),
    usd.toFixed(4),
    ratio(usd, worker.usd),
  ]);
  printTable(
    `runs of a task, ${tasks} tasks, model answers ${speed} times as fast as real ones`,
    ["", "turns", "s", "of worker", "USD", "of worker"],
    rows,
  );
  const total = (roles, key) => roles.reduce((sum, each) => sum + each[key], 0);
  printTable(
    "a whole task, one run at a time",
    ["", "wall s", "CPU s", "USD"],
    [
      ["worker alone", plain.wall.toFixed(2), plain.cpu.toFixed(2), total(plain.roles, "usd").toFixed(4)],
      [
        "with all roles and a gate",
        judged.wall.toFixed(2),
        judged.cpu.toFixed(2),
        total(judged.roles, "usd").toFixed(4),
      ],
      [
        "ratio",
        ratio(judged.wall, plain.wall),
        ratio(judged.cpu, plain.cpu),
        ratio(total(judged.roles, "usd"), total(plain.roles, "usd")),
      ],
    ],
  );
}

/** CPU milliseconds a second of the service alone, over a while in which nothing happens. */
async function idleCpu(pid) {
  const seconds = 10;
  const before = cpuSeconds(pid, "own");
  await sleep(seconds * 1000);
  return ((cpuSeconds(pid, "own") - before) * 1000) / seconds;
}

/** Of a process, with the children it has waited for unless only its own are wanted. */
function cpuSeconds(pid, whose = "all") {
  const text = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = text
    .slice(text.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 15)
    .map(Number);
  return fields.slice(0, whose === "own" ? 2 : 4).reduce((sum, each) => sum + each, 0) / ticks;
}
