// One seed: a project under fire until all its tasks are done, then the look at what is left.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startAgents } from "./crash-agents.mjs";
import { blow, profiles, revive } from "./crash-blows.mjs";
import { problemsIn } from "./crash-look.mjs";
import { kill, processesOf } from "./crash-processes.mjs";
import { git, ok, wg } from "./crash-wg.mjs";

/** Longer than this no seed may take. */
const limitMs = 10 * 60_000;

/** Plays a seed to its end; never throws: what goes wrong is a problem of the seed. */
export async function playSeed(seed, { tasks, hasAgents }) {
  const startedMs = performance.now();
  const game = newGame(seed, tasks, hasAgents);
  let problems = [];
  let runs = 0;
  try {
    await setUp(game);
    await underFire(game);
    ({ problems, runs } = await problemsIn(game));
  } catch (error) {
    problems = [String(error?.message ?? error)];
  }
  const left = await endAll(game);
  if (left.length > 0) problems.push(`processes were left behind: ${left.join("; ")}`);
  if (problems.length === 0) fs.rmSync(game.root, { recursive: true, force: true, maxRetries: 5 });
  const { kills, acknowledged, hasRepository, root: kept } = game;
  const tookMs = performance.now() - startedMs;
  const counts = { tasks: acknowledged.tasks.size, runs, switches: acknowledged.switches };
  return { seed, hasRepository, counts, kills, tookMs, problems, kept };
}

function newGame(seed, tasks, hasAgents) {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), `wg-crash-${seed}-`)));
  const game = {
    root,
    project: path.join(root, "project"),
    home: path.join(root, "home"),
    tasks,
    hasAgents,
    // Every third seed works in worktrees, which costs more.
    hasRepository: seed % 3 === 0,
    random: randomFrom(seed),
    kills: { service: 0, worker: 0, command: 0, git: 0, call: 0 },
    acknowledged: { tasks: new Set(), notes: [], settings: new Map(), profile: undefined, switches: 0 },
    work: (id) => workOf(game, id),
  };
  for (const folder of [game.project, game.home]) fs.mkdirSync(folder);
  return game;
}

/** Each attempt looks whether an earlier one of its task still lives, and says when it has come to its end. */
function workOf({ root, hasRepository, random }, id) {
  const pids = `${root}/pids-${id}`;
  return [
    `for p in $(cat ${pids} 2>/dev/null); do ps -o stat= -p $p | grep -q '^[^Z]' && echo ${id} >> ${root}/twice; done`,
    `echo $$ >> ${pids}`,
    ...(hasRepository ? ["mkdir -p made", `echo ${id} > made/${id}`] : []),
    `sleep 0.${1 + Math.floor(random() * 5)}`,
    `echo ${id} >> ${root}/ran`,
  ].join("; ");
}

async function setUp(game) {
  const { tasks, random, root, hasAgents } = game;
  if (game.hasRepository) {
    await git(game, "init", "--quiet", "-b", "main");
    await git(game, "commit", "--quiet", "--allow-empty", "-m", "the first");
  }
  await ok(game, "init");
  await ok(game, "config", "set", "agent.max_attempts", "100");
  const server = hasAgents ? await startAgents(game, workOf(game, "$WG_TASK")) : [];
  const models = hasAgents ? ["opus", "sonnet", "haiku"] : profiles;
  for (const [index, name] of profiles.entries()) {
    await ok(game, "profile", "create", name, "-m", `claude:${models[index]}`, ...server);
  }
  if (hasAgents) await ok(game, "profile", "use", "first", "--no-check");
  const lines = Array.from({ length: tasks }, (_, index) => {
    const id = `t${index}`;
    const after = index === 0 || random() < 0.4 ? [] : [`t${Math.floor(random() * index)}`];
    const exec = hasAgents ? {} : { exec: game.work(id) };
    return JSON.stringify({ id, kind: "task", title: id, status: "open", ...exec, after });
  });
  const file = path.join(root, "graph.jsonl");
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
  let tasks = [];
  for (let round = 0; performance.now() < untilMs; round++) {
    await blow(game);
    await sleep(10 + game.random() * 140);
    if (round % 5 !== 0) continue;
    await revive(game);
    ({ tasks } = JSON.parse(await ok(game, "list", "--json")));
    for (const { id, status, hold } of tasks) {
      if (status === "failed" || hold !== undefined) await wg(game, ["retry", id]);
    }
    if (tasks.every(({ status }) => status === "done")) return;
  }
  const open = tasks.filter(({ status }) => status !== "done").map(({ id, status }) => `${id} is ${status}`);
  throw new Error(`not all tasks were done after ${limitMs / 1000} s: ${open.slice(0, 10).join(", ")}`);
}

/** Ends the service and all its agents; the processes that are there all the same, which are then killed. */
async function endAll(game) {
  await wg(game, ["service", "stop", "--kill-agents"]).catch(() => undefined);
  game.server?.kill();
  for (let tries = 0; tries < 50; tries++) {
    if (processesOf(game.home).length === 0) return [];
    await sleep(100);
  }
  const left = processesOf(game.home);
  for (const { pid } of left) kill(pid);
  return left.map(({ pid, line }) => `${pid} ${line.trim()}`);
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
