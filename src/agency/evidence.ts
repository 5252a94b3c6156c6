// What a run really did, gathered from what is left of it: the changes, the files, the log, the checks.
import * as fs from "node:fs";
import * as path from "node:path";
import { readText } from "../base/file.ts";
import type { Env, Project } from "../base/home.ts";
import { objectIn } from "../base/jsonl.ts";
import { artifacts } from "../graph/artifact.ts";
import type { Graph } from "../graph/database.ts";
import { taskLog } from "../graph/log.ts";
import { neededBy } from "../graph/needs.ts";
import type { PlannedRun } from "../graph/run.ts";
import { outlines } from "../graph/task.ts";
import { cut } from "../handlers/fields.ts";
import { git } from "../worktree/git.ts";
import { middleOut } from "./material.ts";

/** Texts, empty where there is nothing. All but `facts` may hold what an agent wrote. */
export interface Evidence {
  changes: string;
  files: string;
  steps: string;
  log: string;
  check: string;
  /** The agent's own last words. */
  closing: string;
  /** Titles of the tasks that wait for it: a worker may have written them as well. */
  waiting: string;
  /** What wg knows of the run: how it ended and how long it took. Numbers and words of wg's own, and nobody else's. */
  facts: string;
}

/** In characters: of the changes, of all files together and of one, of the steps, the log, the check and who waits. */
const limits = {
  changes: 60_000,
  files: 24_000,
  file: 6000,
  steps: 12_000,
  log: 12_000,
  check: 4000,
  waiting: 2000,
};
const maxArtifacts = 20;
const maxSteps = 200;
/** More of a diff than this is not even kept, in characters, and no larger file of events is read, in bytes. */
const maxDiff = 4 * 1024 * 1024;
const maxEvents = 8 * 1024 * 1024;
/** What tools write and nobody reads: it is counted in the overview alone. */
const leftOut = [
  ...["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock"],
  ...["Cargo.lock", "poetry.lock", "uv.lock", "composer.lock", "Gemfile.lock", "go.sum"],
].map((name) => `:(exclude,glob)**/${name}`);

/** Looks at what the run left behind. What is not there any more is left out; never rejects for it. */
export async function gatherEvidence(
  graph: Graph,
  project: Project,
  run: PlannedRun,
  env: Env,
): Promise<Evidence> {
  const folder = path.join(project.runs, run.id);
  const changes = await changesOf(run, env);
  return {
    changes,
    // A rerun's files are in its worktree alone; those of its task are of the work that it repeats.
    files: run.subject === undefined ? filesOf(graph, project, run) : "",
    // What was changed says it better.
    steps: changes === "" ? stepsIn(path.join(folder, "events.jsonl")) : "",
    log: logOf(graph, run),
    check: checkOf(run, path.join(folder, "verify.log")),
    closing: cut(run.result?.summary ?? "", limits.check),
    waiting: waitingOf(graph, run),
    facts: factsOf(run),
  };
}

async function changesOf({ baseCommit, headCommit, plan }: PlannedRun, env: Env): Promise<string> {
  if (plan.worktree === undefined || baseCommit === undefined || headCommit === undefined) return "";
  if (baseCommit === headCommit) return "no file was changed";
  const at = { folder: plan.worktree.repository, env };
  const range = ["--no-color", "--no-ext-diff", "--no-textconv", "-M", baseCommit, headCommit];
  const [stat, patch] = await Promise.all([
    git(at, ["diff", "--stat=100,80", ...range], { maxOutput: maxDiff }),
    git(at, ["diff", ...range, "--", ".", ...leftOut], { maxOutput: maxDiff }),
  ]);
  if (patch.code !== 0) return "";
  return `${cut(stat.stdout.trimEnd(), limits.changes / 10)}\n\n${middleOut(patch.stdout, limits.changes)}`;
}

/** The artifacts as they are now, of those that lie inside the project. */
function filesOf(graph: Graph, project: Project, run: PlannedRun): string {
  let room = limits.files;
  const texts = artifacts(graph, run.task).map(({ path: name }, index) => {
    const text = index < maxArtifacts && room > 0 ? fileText(project, name) : undefined;
    if (text === undefined) return `## ${name}\n(not shown)`;
    const shown = middleOut(text, Math.min(limits.file, room));
    room -= shown.length;
    return `## ${name}\n${shown}`;
  });
  return texts.join("\n\n");
}

/** A file's text; undefined for what is outside of the project or none of its own files, and for what is no text. */
function fileText(project: Project, name: string): string | undefined {
  try {
    const root = fs.realpathSync(project.root);
    const file = fs.realpathSync(path.resolve(root, name));
    const inside = path.relative(root, file);
    if (inside.startsWith("..") || path.isAbsolute(inside) || /^(\.wg|\.git)(\/|$)/.test(inside)) {
      return undefined;
    }
    if (!fs.statSync(file).isFile() || fs.statSync(file).size > limits.files * 40) return undefined;
    const bytes = fs.readFileSync(file);
    return bytes.includes(0) ? undefined : bytes.toString("utf8");
  } catch {
    return undefined;
  }
}

/** What the agent did, one line a tool call. */
function stepsIn(file: string): string {
  if (!fs.existsSync(file) || fs.statSync(file).size > maxEvents) return "";
  const steps = (readText(file) ?? "").split("\n").flatMap((line) => {
    if (!line.includes('"tool"')) return [];
    const event = objectIn(line);
    if (event?.["kind"] !== "tool") return [];
    return [`- ${String(event["name"])} ${cut(String(event["input"]).replaceAll("\n", " "), 400)}`];
  });
  const left = steps.length - maxSteps;
  const shown = left > 0 ? [...steps.slice(0, maxSteps), `- and ${left} more`] : steps;
  return middleOut(shown.join("\n"), limits.steps);
}

/** What the run's agent noted, and what others said to it. */
function logOf(graph: Graph, run: PlannedRun): string {
  const entries = taskLog(graph, run.task).filter(({ by, run: of }) => by === "agent" && of === run.id);
  return middleOut(entries.map(({ message }) => `- ${message}`).join("\n"), limits.log);
}

function checkOf({ plan, result }: PlannedRun, log: string): string {
  if (plan.verify === undefined) return "";
  const how = result?.outcome === "done" ? "succeeded" : "did not succeed, or was not reached";
  return `the command \`${plan.verify}\` ${how}\n${(readText(log) ?? "").slice(-limits.check)}`.trim();
}

function waitingOf(graph: Graph, { task }: PlannedRun): string {
  const waiting = outlines(graph, neededBy(graph, task)).map(({ id, title }) => `- ${id}: ${title}`);
  return waiting.length === 0 ? "none" : middleOut(waiting.join("\n"), limits.waiting);
}

function factsOf({ startedAt, endedAt, result, attempt }: PlannedRun): string {
  const tookMs = Date.parse(endedAt ?? "") - Date.parse(startedAt ?? "");
  const facts = [
    `It was attempt ${attempt} at the task, and ended as ${result?.outcome ?? "nothing yet"}.`,
    Number.isNaN(tookMs) ? "" : `It took ${Math.round(tookMs / 1000)} s and ${result?.turns ?? 0} turns.`,
    result !== undefined && result.denials > 0 ? `${result.denials} tool calls were turned down.` : "",
  ];
  return facts.filter((fact) => fact !== "").join("\n");
}
