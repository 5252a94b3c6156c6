// `wg plan`: a goal becomes tasks, thought out by the dispatcher's model and added when a person agrees.
import * as fs from "node:fs";
import * as path from "node:path";
import { Command } from "commander";
import { addProposals } from "../agency/add.ts";
import { type Asked, askJson } from "../agency/ask.ts";
import { breakdownPrompt, type Ground, type Proposal, readBreakdown } from "../agency/breakdown.ts";
import { treeLines } from "../agency/tree.ts";
import { WgError } from "../base/error.ts";
import { writeText } from "../base/file.ts";
import { type Project, requireProject } from "../base/home.ts";
import { routeText } from "../base/route.ts";
import type { Bundle, Settings } from "../config/settings.ts";
import { readCoolings } from "../cooling/files.ts";
import type { Plan } from "../graph/plan.ts";
import { newRunId } from "../graph/run.ts";
import { listTasks } from "../graph/task.ts";
import { choose } from "../plan/choose.ts";
import { placeNow } from "../plan/failover.ts";
import { loadSettings } from "../profile/load.ts";
import { canAsk, confirm } from "./ask.ts";
import type { Io } from "./io.ts";
import { plain, print, printJson, say } from "./print.ts";
import { withGraph } from "./project-graph.ts";
import { textOrStdin } from "./task-options.ts";
import { taskJson } from "./task-print.ts";
import { whereOf } from "./where.ts";

interface Options {
  profile?: string;
  yes?: true;
  json?: true;
}

/** Thinking a goal over may take a while, but nobody waits longer at a terminal. */
const maxMs = 15 * 60_000;
const maxGoal = 32_000;

export function planCommand(io: Io): Command {
  return new Command("plan")
    .description(
      "Break a goal into tasks with the dispatcher's model. They are shown, and added when you agree.",
    )
    .argument("<goal>", "what is to be reached; - reads it from stdin")
    .option("--profile <name>", "think on this profile instead of the active one")
    .option("-y, --yes", "add the tasks without asking")
    .option("--json", "print one JSON envelope; nothing is added without --yes")
    .addHelpText(
      "after",
      `
The model may look at the project but not change it. What it proposes is taken only whole and only when it could be added
as it stands: no circles, no unknown needs, no route that the profile does not have, and no commands. Prints the ids of
the new tasks on stdout.

Examples:
  wg plan "a command line tool that counts words, with tests"
  wg plan - --yes < goal.md`,
    )
    .action((goal: string, options: Options) => plan(io, goal, options));
}

async function plan(io: Io, given: string, options: Options): Promise<void> {
  const goal = checkedGoal(await textOrStdin(io, given));
  const project = requireProject(io.cwd, io.env);
  const { profile } = options;
  const settings = settingsNow(io, profile);
  const ground = withGraph(io, (graph) => groundOf(settings, listTasks(graph)));
  const asked = await think(io, project, settings, goal, ground);
  const added = await addedTasks(io, asked, goal, options);
  if (options.json) {
    return printJson(io, {
      proposed: asked.value,
      added: added?.map(taskJson) ?? [],
      plannedBy: proofOf(asked),
    });
  }
  if (added === undefined) return;
  print(io, added.map(({ id }) => id).join("\n"));
  say(
    io,
    `added ${count(added.length)}; ${count(added.filter(({ blockers }) => blockers === 0).length)} ready`,
  );
}

/** Those of the active profile, or while that cools of the first of its fallbacks, which is said; a named one is meant. */
function settingsNow(io: Io, profile: string | undefined): Settings {
  const where = whereOf(io, profile === undefined ? undefined : { profile });
  const { settings } = loadSettings(where);
  if (profile !== undefined) return settings;
  const place = placeNow(where, settings, readCoolings(where, io.now()), "dispatcher");
  for (const sentence of place.skipped) say(io, sentence);
  if (place.failover === undefined) return settings;
  const { from, why } = place.failover;
  say(io, `${from} cools (${why}); asking ${place.settings.active.name ?? "base"} instead`);
  return place.settings;
}

function checkedGoal(text: string): string {
  const goal = text.trim();
  if (goal === "")
    throw new WgError("bad-goal", "the goal is empty", { hint: 'wg plan "what is to be reached"' });
  if (goal.length <= maxGoal) return goal;
  throw new WgError("bad-goal", `the goal has ${goal.length} characters, the limit is ${maxGoal}`, {
    hint: "put the details into a file of the project and name it in the goal",
  });
}

function groundOf({ bundle }: Settings, tasks: Ground["tasks"]): Ground {
  return { tasks, tiers: Object.keys(bundle.tiers), routes: routesOf(bundle) };
}

/** Every route the bundle names, each once. */
function routesOf({ agent, dispatcher, tiers, models }: Bundle): string[] {
  const routes = [agent, dispatcher, ...Object.values(models)].flatMap(({ model }) => model ?? []);
  return [...new Set([...routes, ...Object.values(tiers)].map(routeText))];
}

interface Thought extends Asked<Proposal[]> {
  plan: Plan;
  folder: string;
}

async function think(
  io: Io,
  project: Project,
  settings: Settings,
  goal: string,
  ground: Ground,
): Promise<Thought> {
  const chosen = choose("dispatcher", settings);
  const run = newRunId(io.now(), Math.random);
  const folder = path.join(project.runs, run);
  const plan: Plan = {
    schemaVersion: 1,
    run,
    task: "plan",
    role: "dispatcher",
    attempt: 1,
    project: project.root,
    cwd: project.root,
    ...chosen,
    permissions: "read-only",
    limits: { ...chosen.limits, timeoutMs: Math.min(chosen.limits.timeoutMs, maxMs) },
    prompt: breakdownPrompt(goal, ground),
  };
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeText(path.join(folder, "plan.json"), `${JSON.stringify(plan, null, 2)}\n`);
  say(io, `asking ${routeText(plan.route)} on ${plan.profile}@${plan.revision}`);
  const read = (answer: unknown) => readBreakdown(answer, ground);
  const asked = await askJson(plan, { env: io.env, folder }, read, io.signal);
  return { ...asked, plan, folder };
}

/** The new tasks; undefined when nobody agreed to them. */
async function addedTasks(io: Io, thought: Thought, goal: string, { yes, json }: Options) {
  if (!json) for (const line of treeLines(thought.value)) say(io, plain(line));
  if (!yes && json) return undefined;
  if (!yes && !canAsk(io)) {
    say(io, "nothing was added; run this again with --yes to add what it comes to then");
    return undefined;
  }
  if (!yes && !(await confirm(io, `add ${count(thought.value.length)}?`))) {
    say(io, "nothing was added");
    return undefined;
  }
  const note = `planned by ${thought.plan.run} from the goal: ${goal.slice(0, 500)}`;
  return withGraph(io, (graph) => addProposals(graph, thought.value, note, io.now()));
}

/** What thought it out: the route asked for, and what answered. */
function proofOf({ plan, results, folder }: Thought): Record<string, unknown> {
  const { run, profile, revision, route } = plan;
  const last = results.at(-1);
  return {
    run,
    profile,
    revision,
    route: routeText(route),
    attempts: results.length,
    served: last?.servedModels ?? [],
    servedBy: last?.servedBy ?? "requested-only",
    folder,
  };
}

function count(tasks: number): string {
  return tasks === 1 ? "1 task" : `${tasks} tasks`;
}
