// What a game does to wg while it works: kills what it finds, and calls that may be killed on their way.
import { setTimeout as sleep } from "node:timers/promises";
import { kill, kindOf, processesOf } from "./crash-processes.mjs";
import { wg } from "./crash-wg.mjs";

export const profiles = ["first", "second", "third"];
/** An answer of a CLI call takes about this long, so that a kill drawn from it falls anywhere in it. */
const callMs = 150;

/** What may be drawn in any game; and in one with a repository. */
const usual = [
  ...[kills("service"), kills("service")],
  ...[kills("worker"), kills("worker"), kills("worker")],
  ...[kills("command"), kills("command"), kills("command")],
  addTask,
  noteOnTask,
  useProfile,
  setInProfile,
];
const withRepository = [...usual, kills("git"), kills("git"), kills("git")];

/** Does one of them. */
export async function blow(game) {
  const blows = game.hasRepository ? withRepository : usual;
  await blows[Math.floor(game.random() * blows.length)](game);
}

/** Starts a service where none is. */
export async function revive(game) {
  const lives = processesOf(game.home).some((process) => kindOf(process) === "service");
  if (!lives) await wg(game, ["service", "start", "--max-agents", "4"]);
}

function kills(kind) {
  return async (game) => {
    const found = await awaited(game, kind);
    const victim = found[Math.floor(game.random() * found.length)];
    if (victim !== undefined && kill(victim.pid)) game.kills[kind] += 1;
    if (kind === "service") await revive(game);
  };
}

/** A git is seldom there when one looks: it is waited for a little. */
async function awaited(game, kind) {
  for (let tries = kind === "git" ? 40 : 1; ; tries--) {
    const found = processesOf(game.home).filter((process) => kindOf(process) === kind);
    if (found.length > 0 || tries === 1) return found;
    await sleep(3);
  }
}

async function addTask(game) {
  const id = `late-${game.acknowledged.tasks.size}-${Math.floor(game.random() * 1e6)}`;
  if (
    await isAcknowledged(game, ["add", id, "--id", id, ...(game.hasAgents ? [] : ["--exec", game.work(id)])])
  ) {
    game.acknowledged.tasks.add(id);
  }
}

async function noteOnTask(game) {
  const task = `t${Math.floor(game.random() * game.tasks)}`;
  const words = `note ${game.acknowledged.notes.length}-${Math.floor(game.random() * 1e6)}`;
  if (await isAcknowledged(game, ["log", task, words])) game.acknowledged.notes.push({ task, words });
}

async function useProfile(game) {
  const name = profiles[Math.floor(game.random() * profiles.length)];
  if (await isAcknowledged(game, ["profile", "use", name, "--no-check"])) {
    game.acknowledged.switches += 1;
    game.acknowledged.profile = name;
  } else game.acknowledged.profile = undefined;
}

async function setInProfile(game) {
  const name = profiles[Math.floor(game.random() * profiles.length)];
  const value = `value ${Math.floor(game.random() * 1e6)}`;
  if (await isAcknowledged(game, ["profile", "set", name, "env.NOTE", value])) {
    game.acknowledged.settings.set(name, value);
  } else game.acknowledged.settings.delete(name);
}

/** Every second call is killed on its way, or would have been. */
async function isAcknowledged(game, args) {
  const ended = await wg(game, args, game.random() < 0.5 ? game.random() * callMs : undefined);
  if (ended.killed) game.kills.call += 1;
  return ended.status === 0;
}
