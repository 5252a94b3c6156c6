// What must hold after a seed, whatever was killed.
import * as fs from "node:fs";
import * as path from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { git, wg } from "./crash-wg.mjs";

/** Every promise that was broken, one sentence each, and how many runs there were. */
export async function problemsIn(game) {
  const { project, home, root, acknowledged } = game;
  const problems = [];
  const json = async (...args) => JSON.parse((await wg(game, [...args, "--json"])).stdout);
  const exported = (await wg(game, ["export"])).stdout.split("\n").filter(Boolean);
  const tasks = new Map(exported.map((line) => JSON.parse(line)).map((task) => [task.id, task]));
  for (const id of acknowledged.tasks) {
    const { status = "gone" } = tasks.get(id) ?? {};
    if (status !== "done") problems.push(`${id} was acknowledged and is ${status}`);
  }
  for (const { task, words } of acknowledged.notes) {
    const isThere = tasks.get(task)?.log?.some(({ message }) => message === words);
    if (!isThere) problems.push(`"${words}" was acknowledged and is not in the log of ${task}`);
  }
  const ran = new Set(linesOf(path.join(root, "ran")));
  for (const id of tasks.keys()) if (!ran.has(id)) problems.push(`${id} is done and never came to its end`);
  for (const id of new Set(linesOf(path.join(root, "twice")))) problems.push(`${id} ran beside itself`);
  const { runs } = await json("runs", "--limit", "100000");
  for (const { id, status } of runs) if (status !== "ended") problems.push(`${id} is still in flight`);
  problems.push(...(await profileProblems(game, json)));
  problems.push(...tornFiles(home), ...tornFiles(path.join(project, ".wg")));
  problems.push(...graphProblems(path.join(project, ".wg", "graph.db")));
  if (game.hasRepository) problems.push(...(await repositoryProblems(game, [...tasks.keys()], json)));
  return { problems, runs: runs.length };
}

async function profileProblems(game, json) {
  const { acknowledged, home } = game;
  const problems = [];
  const active = (await wg(game, ["profile", "current"])).stdout.trim();
  if (acknowledged.profile !== undefined && active !== acknowledged.profile) {
    problems.push(`the last switch was to ${acknowledged.profile}, and ${active} is active`);
  }
  const { switches } = await json("profile", "history");
  const newest = switches.at(-1) ?? switches[0];
  if (switches.length > 0 && ![switches[0].to, newest.to].includes(active)) {
    problems.push(`the history ends with ${newest.to}, and ${active} is active`);
  }
  for (const [name, value] of acknowledged.settings) {
    const text = fs.readFileSync(path.join(home, ".wg", "profiles", `${name}.toml`), "utf8");
    if (!text.includes(`NOTE = "${value}"`)) problems.push(`${name} was set to "${value}" and is not`);
    if ((await json("profile", "show", name)).profile !== name) problems.push(`${name} cannot be read`);
  }
  return problems;
}

/** The work of every task is in the target, and nothing else is left of it. */
async function repositoryProblems(game, ids, json) {
  const problems = [];
  await wg(game, ["gc"]);
  const there = new Set((await git(game, "ls-tree", "-r", "--name-only", "main")).split("\n"));
  for (const id of ids) if (!there.has(`made/${id}`)) problems.push(`the work of ${id} is not in main`);
  const empty = {
    "git status": await git(game, "status", "--porcelain"),
    "branches of tasks": await git(game, "branch", "--list", "wg/*"),
    "other worktrees": (await git(game, "worktree", "list")).split("\n").slice(1).join("\n"),
    "git fsck": await git(game, "fsck", "--no-dangling", "--no-progress"),
    "wg gc": (await json("gc")).kept.map(({ task, keep }) => `${task}: ${keep}`).join("\n"),
  };
  for (const [name, text] of Object.entries(empty)) {
    if (text.trim() !== "") problems.push(`${name} has: ${text.trim().replaceAll("\n", "; ").slice(0, 500)}`);
  }
  return problems;
}

function graphProblems(file) {
  const database = new DatabaseSync(file);
  try {
    const [found] = database.prepare("PRAGMA integrity_check").all();
    const strangers = database.prepare("PRAGMA foreign_key_check").all();
    return [
      ...(found.integrity_check === "ok" ? [] : [`the graph is damaged: ${found.integrity_check}`]),
      ...(strangers.length === 0 ? [] : [`${strangers.length} rows of the graph belong to nothing`]),
    ];
  } finally {
    database.close();
  }
}

function linesOf(file) {
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
}

/** Files that are replaced as a whole and hold less than one: JSON that cannot be read. */
function tornFiles(root) {
  return fs
    .readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".json"))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => !isJson(fs.readFileSync(file, "utf8")))
    .map((file) => `${file} is torn`);
}

function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
