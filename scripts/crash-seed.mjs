// One seed: a project under fire until all its tasks are done, then the look at what is left.
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { problemsIn } from "./crash-look.mjs";
import { markedBy } from "./crash-processes.mjs";

const main = path.join(process.env.WG_DIST ?? path.resolve(import.meta.dirname, "..", "dist"), "main.js");
/** Longer than this no seed may take. */
const limitMs = 5 * 60_000;
const profiles = ["first", "second", "third"];

/** Plays a seed to its end; never throws: what goes wrong is a problem of the seed. */
export async function playSeed(seed, tasks) {
  const startedMs = performance.now();
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), `wg-crash-${seed}-`)));
  const game = {
    root,
    project: path.join(root, "project"),
    home: path.join(root, "home"),
    random: randomFrom(seed),
    kills: { services: 0, workers: 0, commands: 0, "CLI calls": 0 },
    acknowledged: { tasks: new Set(), switches: 0 },
    tasks,
  };
  for (const folder of [game.project, game.home]) fs.mkdirSync(folder);
  let problems = [];
  let runs = 0;
  try {
    await setUp(game);
    await underFire(game);
    ({ problems, runs } = await problemsIn(game, (...args) => wg(game, args)));
  } catch (error) {
    problems = [String(error?.message ?? error)];
  }
  const left = await endAll(game);
  if (left.length > 0) problems.push(`processes ${left.join(", ")} were left behind`);
  if (problems.length === 0) fs.rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  const { kills, acknowledged } = game;
  const tookMs = performance.now() - startedMs;
  return { seed, tasks, runs, kills, switches: acknowledged.switches, tookMs, problems, kept: root };
}

async function setUp(game) {
  const { tasks, project, random } = game;
  await ok(game, "init");
  fs.writeFileSync(path.join(project, ".wg", "config.toml"), "[agent]\nmax_attempts = 100\n");
  for (const name of profiles) await ok(game, "profile", "create", name, "-m", `claude:${name}`);
  // Each attempt looks whether an earlier one of its task still lives, and says when it has come to its end.
  const lines = Array.from({ length: tasks }, (_, index) => {
    const id = `t${index}`;
    const others = `for p in $(cat pids-${id} 2>/dev/null); do ps -o stat= -p $p | grep -q '^[^Z]' && echo ${id} >> twice; done`;
    const exec = `${others}; echo $$ >> pids-${id}; sleep 0.${Math.floor(random() * 3)}; echo ${id} >> ran`;
    const after = index === 0 || random() < 0.4 ? [] : [`t${Math.floor(random() * index)}`];
    return JSON.stringify({ id, kind: "task", title: id, status: "open", exec, after });
  });
  const file = path.join(game.root, "graph.jsonl");
  fs.writeFileSync(file, `${lines.join("\n")}\n`);
  await ok(game, "import", file);
  for (let index = 0; index < tasks; index++) game.acknowledged.tasks.add(`t${index}`);
  await ok(game, "service", "start", "--max-agents", "4");
}

/**
 * Kills and switches until every task is done. A task whose command was killed is not waited for, but let go or opened again
 * as a person would.
 */
async function underFire(game) {
  const untilMs = performance.now() + limitMs;
  const blows = [killService, killWorker, killCommand, killCli, switchProfile];
  for (let round = 0; performance.now() < untilMs; round++) {
    const blow = blows[Math.floor(game.random() * blows.length)];
    await blow(game);
    await sleep(30 + game.random() * 250);
    if (round % 5 !== 0) continue;
    await revive(game);
    const { tasks } = JSON.parse(await ok(game, "list", "--json"));
    for (const { id, status, hold } of tasks) {
      if (status === "failed" || hold !== undefined) await wg(game, ["retry", id]);
    }
    if (tasks.every(({ status }) => status === "done")) return;
  }
  throw new Error(`not all tasks were done after ${limitMs / 1000} s`);
}

async function killService(game) {
  const status = await statusOf(game);
  if (status?.running && kill(status.pid)) game.kills.services += 1;
  await revive(game);
}

async function killWorker(game) {
  const status = await statusOf(game);
  const pids = (status?.inFlight ?? []).flatMap(({ pid }) => pid ?? []);
  const pid = pids[Math.floor(game.random() * pids.length)];
  if (pid !== undefined && kill(pid)) game.kills.workers += 1;
}

/** What a worker runs: a process with the mark of a run that is no worker itself. */
async function killCommand(game) {
  const found = markedBy(game.project).filter(({ line }) => !line.includes("main.js"));
  const victim = found[Math.floor(game.random() * found.length)];
  if (victim !== undefined && kill(victim.pid)) game.kills.commands += 1;
}

async function killCli(game) {
  const id = `late-${game.acknowledged.tasks.size}-${Math.floor(game.random() * 1e6)}`;
  const args = ["add", id, "--id", id, "--exec", `echo ${id} >> ran`];
  const ended = await wg(game, args, game.random() * 120);
  if (ended.killed) game.kills["CLI calls"] += 1;
  if (ended.status === 0) game.acknowledged.tasks.add(id);
}

async function switchProfile(game) {
  const name = profiles[Math.floor(game.random() * profiles.length)];
  const ended = await wg(
    game,
    ["profile", "use", name, "--no-check"],
    game.random() < 0.5 ? game.random() * 200 : undefined,
  );
  if (ended.killed) game.kills["CLI calls"] += 1;
  if (ended.status === 0) {
    game.acknowledged.switches += 1;
    game.acknowledged.profile = name;
  } else game.acknowledged.profile = undefined;
}

async function revive(game) {
  const status = await statusOf(game);
  if (!status?.running) await wg(game, ["service", "start", "--max-agents", "4"]);
}

async function statusOf(game) {
  const { status, stdout } = await wg(game, ["service", "status", "--json"]);
  return status === 0 || stdout !== "" ? JSON.parse(stdout) : undefined;
}

async function ok(game, ...args) {
  const { status, stdout, stderr } = await wg(game, args);
  if (status !== 0) throw new Error(`wg ${args.join(" ")} ended with ${status}: ${stderr}`);
  return stdout;
}

/** Runs wg; with `killAfterMs` it is killed by then, if it has not ended. */
function wg(game, args, killAfterMs) {
  return new Promise((resolve, reject) => {
    const { PATH } = process.env;
    const env = { PATH, HOME: game.home, WG_HOME: path.join(game.home, ".wg") };
    const child = spawn(process.execPath, [main, ...args], {
      cwd: game.project,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text;
    });
    const timer =
      killAfterMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
    child.on("error", reject);
    child.on("exit", (status, signal) => {
      clearTimeout(timer);
      const end = () => resolve({ status, killed: signal === "SIGKILL", stdout, stderr });
      // A service that it started may hold the pipes.
      const late = setTimeout(end, 500);
      child.on("close", () => {
        clearTimeout(late);
        end();
      });
    });
  });
}

async function endAll(game) {
  await wg(game, ["service", "stop", "--kill-agents"]).catch(() => undefined);
  for (let tries = 0; tries < 50; tries++) {
    const left = markedBy(game.project);
    if (left.length === 0) return [];
    await sleep(100);
  }
  const left = markedBy(game.project).map(({ pid }) => pid);
  for (const pid of left) kill(pid);
  return left;
}

function kill(pid) {
  try {
    process.kill(pid, "SIGKILL");
    return true;
  } catch {
    return false;
  }
}

/** mulberry32: small, and the same everywhere. */
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
