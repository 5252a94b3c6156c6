// What must hold after a seed, whatever was killed.
import * as fs from "node:fs";
import * as path from "node:path";

/** Every promise that was broken, one sentence each, and how many runs there were. */
export async function problemsIn({ project, home, acknowledged }, wg) {
  const problems = [];
  const json = async (...args) => JSON.parse((await wg(...args, "--json")).stdout);
  const { tasks } = await json("list");
  const status = new Map(tasks.map(({ id, status }) => [id, status]));
  for (const id of acknowledged.tasks) {
    if (status.get(id) !== "done") problems.push(`${id} was acknowledged and is ${status.get(id) ?? "gone"}`);
  }
  const ran = new Set(linesOf(path.join(project, "ran")));
  for (const { id } of tasks) if (!ran.has(id)) problems.push(`${id} is done and never came to its end`);
  for (const id of new Set(linesOf(path.join(project, "twice")))) problems.push(`${id} ran beside itself`);
  const live = await json("runs", "--live");
  for (const { id } of live.runs) problems.push(`${id} is still in flight`);
  const active = (await wg("profile", "current")).stdout.trim();
  if (acknowledged.profile !== undefined && active !== acknowledged.profile) {
    problems.push(`the last switch was to ${acknowledged.profile}, and ${active} is active`);
  }
  const { switches } = await json("profile", "history");
  const newest = switches.at(-1) ?? switches[0];
  if (switches.length > 0 && ![switches[0].to, newest.to].includes(active)) {
    problems.push(`the history ends with ${newest.to}, and ${active} is active`);
  }
  problems.push(...tornFiles(home), ...tornFiles(path.join(project, ".wg")));
  const { runs } = await json("runs", "--limit", "100000");
  return { problems, runs: runs.length };
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
