// What happens in the demo: tasks are worked on, and the profile is switched while they are.
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { WgError } from "../base/error.ts";
import { closeGraph, type Graph, openGraph } from "../graph/database.ts";
import { listRuns, type Run } from "../graph/run.ts";
import type { Rule, Script } from "../simulate/script.ts";
import type { Agent } from "./agents.ts";
import { type Applied, type Facts, type Switch, taskOf } from "./claims.ts";
import { keyName, type Place } from "./place.ts";
import type { Stage, Tone } from "./stage.ts";

/** A profile the demo switches to, and the colour it has on the screen. */
export interface Stop {
  profile: string;
  tone: Tone;
}

/** These tasks wait in the middle of their work for a file, so that a switch falls into it. */
const heldTasks = ["survey", "docs"] as const;
type HeldTask = (typeof heldTasks)[number];
const pollMs = 150;

/** The tasks in the order they are added; `hotfix` comes while `survey` is in flight. */
const tasks = [
  { id: "survey", title: "Survey the code", after: [] },
  { id: "parser", title: "Write the parser", after: ["survey"] },
  { id: "docs", title: "Write the docs", after: ["survey"] },
  { id: "release", title: "Cut the release", after: ["parser", "docs"] },
] as const;
const hotfix = { id: "hotfix", title: "Fix the typo", after: [] } as const;

/** What the simulated models do: each task writes a file, notes it, and ends with a sentence. */
export const script: Script = {
  rules: [
    // As a real server would: so the check before each switch knows that its key is taken.
    { name: "no key", match: { key: false }, fault: { status: 401 } },
    ...heldTasks.map(heldRule),
    { name: "any task", steps: steps("") },
  ],
};

/** The profiles to switch between: those of the agents that are there, then wg's own agent; two at least. */
export function stopsFor(agents: readonly Agent[]): Stop[] {
  const tones: Record<string, Tone> = { claude: "yellow", codex: "green" };
  const stops = agents.map(({ name }) => ({ profile: name, tone: tones[name] ?? "magenta" }));
  const own: Stop = { profile: "wgnext", tone: "cyan" };
  const small: Stop = { profile: "wgnext-small", tone: "magenta" };
  return stops.length === 0 ? [own, small] : [...stops, own];
}

/** Makes the project, points the profiles at the simulator, and adds the tasks. */
export async function setUp(place: Place, agents: readonly Agent[], stops: readonly Stop[]): Promise<void> {
  await place.wg(["init"]);
  await place.wg(["profile", "init-starters"]);
  for (const { name, program } of agents) {
    await place.wg(["config", "set", `handlers.${name}.command`, program, "--global"]);
  }
  for (const { profile } of stops) {
    const url = `${place.simulator.url}/${profile}`;
    const key = `env:${keyName}`;
    if (profile === "wgnext-small") {
      await place.wg(["profile", "create", profile, "-m", "local:qwen3-4b", "-e", url, "--key-ref", key]);
      continue;
    }
    await place.wg(["profile", "set", profile, "endpoint", url]);
    await place.wg(["profile", "set", profile, "llm_endpoints.endpoints.default.api_key_ref", key]);
  }
}

/** Plays it to the end; what was recorded and seen on the way. Refuses when a run fails. */
export async function play(
  place: Place,
  stops: readonly Stop[],
  stage: Stage,
  signal: AbortSignal,
): Promise<Facts> {
  const [first, second, third] = stops;
  if (first === undefined || second === undefined) throw new Error("a switch needs two profiles");
  const show = shower(place, stage);
  for (const task of tasks) await show(addArguments(task));
  await show(["profile", "use", first.profile]);
  await show(["service", "start", "--max-agents", "2"]);
  const graph = openGraph(place.project);
  try {
    const watch = watcher(graph, stops, stage);
    const until = async (isSo: () => boolean) => {
      while (watch() && !isSo()) await sleep(pollMs, undefined, { signal });
    };
    const switches: Switch[] = [];
    const use = async (task: HeldTask, name: string) => {
      await until(() => isHeld(place, task));
      switches.push(await switchDuring(task, place, () => show(["profile", "use", name])));
    };
    await use("survey", second.profile);
    await show(addArguments(hotfix));
    letGo(place, "survey");
    // With two profiles the second switch goes back to the first.
    await use("docs", third?.profile ?? "-");
    letGo(place, "docs");
    await until(() => listRuns(graph).filter((run) => run.status === "ended").length === tasks.length + 1);
    watch();
    return { runs: listRuns(graph).reverse(), switches, requests: place.simulator.requests };
  } finally {
    closeGraph(graph);
  }
}

function addArguments({
  id,
  title,
  after,
}: {
  id: string;
  title: string;
  after: readonly string[];
}): string[] {
  return ["add", title, "--id", id, ...after.flatMap((need) => ["--after", need])];
}

/** Runs a command and shows it with what it said. */
function shower(place: Place, stage: Stage): (args: readonly string[]) => Promise<void> {
  return async (args) => {
    const words = args.map((word) => (word.includes(" ") ? `"${word}"` : word));
    stage.event(`$ wg ${words.join(" ")}`, "bold");
    const { stderr } = await place.wg(args);
    if (args[0] !== "add") stage.aside(stderr.trim().replaceAll(place.project.root, "the project"));
  };
}

async function switchDuring(task: string, place: Place, use: () => Promise<void>): Promise<Switch> {
  const before = await applied(place);
  const calledAt = new Date().toISOString();
  await use();
  const returnedAt = new Date().toISOString();
  return { task, before, after: await applied(place), calledAt, returnedAt };
}

/** What the service says it has applied. */
async function applied(place: Place): Promise<Applied> {
  const { stdout } = await place.wg(["service", "status", "--json"]);
  const { profile, revision } = (JSON.parse(stdout) as { applied: Applied }).applied;
  return { profile, revision };
}

/** True once the model has told the agent to wait. */
function isHeld(place: Place, task: HeldTask): boolean {
  return place.simulator.requests.some((seen) => taskOf(seen) === task && (seen.step ?? 0) > 0);
}

function letGo(place: Place, task: HeldTask): void {
  fs.writeFileSync(path.join(place.project.root, goFile(task)), "");
}

function goFile(task: HeldTask): string {
  return `go-on-${task}`;
}

/** Shows which runs started and ended since the last call. Refuses when one ended otherwise than done. */
function watcher(graph: Graph, stops: readonly Stop[], stage: Stage): () => true {
  const told = new Map<string, Run["status"]>();
  return () => {
    for (const run of listRuns(graph).reverse()) {
      if (run.status === "claimed" || told.get(run.id) === run.status) continue;
      const wasTold = told.has(run.id);
      told.set(run.id, run.status);
      const tone = stops.find((stop) => stop.profile === run.profile)?.tone;
      if (!wasTold)
        stage.event(`${run.task.padEnd(8)} starts on ${run.route}  (${run.profile}@${run.revision})`, tone);
      if (run.result === undefined) continue;
      if (run.result.outcome !== "done") {
        throw new WgError("demo-failed", `${run.task} ${run.result.outcome}: ${run.result.failure?.message}`);
      }
      stage.event(`${run.task.padEnd(8)} is done on ${run.route}`, tone);
    }
    return true;
  };
}

function heldRule(task: HeldTask): Rule {
  const wait = `until [ -e ${goFile(task)} ]; do sleep 0.1; done; `;
  return { name: task, match: { prompt: `# Task ${task}:` }, steps: steps(wait) };
}

function steps(before: string): NonNullable<Rule["steps"]> {
  return [
    { say: "I look around first.", shell: "ls" },
    { shell: `${before}echo "by {{model}}" > "$WG_TASK.md" && wg artifact "$WG_TASK" "$WG_TASK.md"` },
    { final: "Done." },
  ];
}
