// `wg blocked`: why a task, or any of them, does not start: all it waits for, down to what can be done about it.
import { Command } from "commander";
import type { WgError } from "../base/error.ts";
import { requireProject } from "../base/home.ts";
import type { Settings } from "../config/settings.ts";
import { isAttempt } from "../graph/attempt.ts";
import { type Chain, chainFrom, rootsOf } from "../graph/chain.ts";
import { closeGraph, type Graph, openGraph, snapshot } from "../graph/database.ts";
import { readyTasks } from "../graph/ready.ts";
import { liveRuns } from "../graph/run.ts";
import { findTask, listTasks, requireTask } from "../graph/task.ts";
import { settingsAt } from "../overview/overview.ts";
import { type Cause, causesOf } from "../overview/roots.ts";
import { type ServiceView, serviceView } from "../overview/service-view.ts";
import { unplannable } from "../overview/unplannable.ts";
import { treeText } from "./blocked-tree.ts";
import type { Io } from "./io.ts";
import { print, printJson, say, table } from "./print.ts";
import { whereOf } from "./where.ts";

const examples = `
A task that has failed, that is held, that is at work or that could start keeps back whatever needs it. Each is named once,
with how many wait for it and the command that would help.

Examples:
  wg blocked                    what keeps everything that waits
  wg blocked release            one task, with all that it waits for
  wg why-blocked release        the same
  wg blocked release --json | jq -r '.causes[].help'
`;

/** Lines of causes that are shown. */
const shown = 20;
/** Tasks of a chain in an answer; a longer one says so. */
const maxChain = 1000;

export function blockedCommand(io: Io): Command {
  return new Command("blocked")
    .description("Tell why a task does not start: all that it waits for, and what would help.")
    .argument("[id]", "only this task; without it, everything that waits")
    .option("--json", "print one JSON envelope")
    .addHelpText("after", examples)
    .action((task: string | undefined, options: { json?: true }) => blocked(io, task, options.json === true));
}

interface Found {
  asked: string[];
  chain: Chain;
  causes: Cause[];
}

async function blocked(io: Io, task: string | undefined, json: boolean): Promise<void> {
  const project = requireProject(io.cwd, io.env);
  const graph = openGraph(project);
  try {
    if (task !== undefined) requireTask(graph, task);
    const service = await serviceView(project, io.signal);
    const found = snapshot(graph, () => find(graph, task, service, settingsAt(whereOf(io))));
    if (json) return printJson(io, inJson(task, found));
    tell(io, task, found);
  } finally {
    closeGraph(graph);
  }
}

function find(
  graph: Graph,
  task: string | undefined,
  service: ServiceView,
  settings: Settings | WgError,
): Found {
  const asked = task === undefined ? waitingIds(graph) : [task];
  const chain = chainFrom(graph, asked);
  const roots = rootsOf(chain, asked);
  const ready = roots
    .filter(({ kind }) => kind === "ready")
    .flatMap((root) => findTask(graph, root.task) ?? []);
  const causes = causesOf(chain, roots, {
    service,
    live: new Map(
      liveRuns(graph)
        .filter(isAttempt)
        .map(({ task, id }) => [task, id]),
    ),
    unplannable: unplannable(ready, service, settings),
  });
  return { asked, chain, causes };
}

/** Every open task; of those that are ready as many as anybody would read about. */
function waitingIds(graph: Graph): string[] {
  const blocked = listTasks(graph, { open: "blocked" });
  return [...blocked, ...readyTasks(graph, shown + 1)].map(({ id }) => id);
}

function inJson(task: string | undefined, { chain, causes }: Found): Record<string, unknown> {
  const links = [...chain.values()];
  return {
    ...(task !== undefined && { task }),
    causes,
    chain: links.slice(0, maxChain),
    hasMore: links.length > maxChain,
  };
}

function tell(io: Io, task: string | undefined, { chain, causes }: Found): void {
  const own = task === undefined ? undefined : chain.get(task);
  if (causes.length === 0) {
    say(io, own === undefined ? "nothing waits" : `${own.id} is ${own.status}: it waits for nothing`);
    return;
  }
  if (own !== undefined && own.waitsFor.length > 0) print(io, `${treeText(chain, own.id)}\n\n`);
  const rows = causes
    .slice(0, shown)
    .map(({ task, why, holdsBack, help }) => [task, why, String(holdsBack), help ?? ""]);
  print(io, table(["TASK", "WHY", "HOLDS BACK", "WHAT HELPS"], rows));
  if (causes.length > shown) say(io, `${causes.length - shown} more hold something back; --json names them`);
}
