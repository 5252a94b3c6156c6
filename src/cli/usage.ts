// `wg usage`: tokens, cost, runs, failures and time, in groups; of this project's runs and chats.
import { Command, Option } from "commander";
import type { WgError } from "../base/error.ts";
import { projectOf, requireProject } from "../base/home.ts";
import { listChats } from "../chat/shelf.ts";
import type { Settings } from "../config/settings.ts";
import { listRuns } from "../graph/run.ts";
import { loadSettings } from "../profile/load.ts";
import { baseName } from "../profile/name.ts";
import { type DayBudget, dayBudgets } from "../usage/budget.ts";
import type { UsedPrice } from "../usage/cost.ts";
import { prices } from "../usage/prices.ts";
import { type Grouping, groupings, pricesIn, type Sum, sumOf, sumsBy } from "../usage/sum.ts";
import { type Used, usedByRun } from "../usage/used.ts";
import { homeHere } from "./chat-place.ts";
import type { Io } from "./io.ts";
import { plain, print, printJson, printRefusal, say, table } from "./print.ts";
import { withGraph } from "./project-graph.ts";
import { countText, spanText } from "./run-text.ts";
import { since, sinceHelp } from "./since.ts";
import { usedByChat } from "./usage-chats.ts";
import { budgetSentence, costSentence, priceNotes, pricesTable } from "./usage-text.ts";
import { whereOf } from "./where.ts";

interface Options {
  by: Grouping;
  since?: (now: Date) => Date;
  all?: true;
  prices?: true;
  json?: true;
}

const examples = `
A cost is reported by a handler (Claude Code does), computed from list prices, or unknown: what is known in different ways
is not added to each other. docs/usage.md says how it is computed; prices."<model>" in the settings comes first.

Examples:
  wg usage                        each profile, since the first run
  wg usage --by day --since 7d    the last seven times 24 hours, day by day
  wg usage --by model --since 2026-11-01 --json
  wg usage --all                  the chats of every project too
  wg usage --prices               the list prices that wg knows, and where they were read`;

export function usageCommand(io: Io): Command {
  return new Command("usage")
    .description("Add up what runs and chats have used: tokens, cost and how it is known, failures, time.")
    .addOption(new Option("--by <group>", "what to group by").choices(groupings).default("profile"))
    .option("--since <time>", `only what began since then: ${sinceHelp}`, since)
    .option("--all", "chats of every project, not only of this one")
    .option("--prices", "list the prices instead")
    .option("--json", "print one JSON envelope")
    .addHelpText("after", examples)
    .action((options: Options) => (options.prices ? showPrices(io, options) : showUsage(io, options)));
}

function showUsage(io: Io, { by, since: sinceOf, all, json }: Options): void {
  const now = io.now();
  const from = sinceOf?.(now);
  const { settings } = loadSettings(whereOf(io));
  const { used: everything, budgets, problems } = booksHere(io, all === true, settings, now);
  const used = from === undefined ? everything : everything.filter(({ at }) => at >= from);
  const groups = sumsBy(by, used);
  const total = sumOf(used);
  const based = pricesIn(used);
  if (json) {
    const since = from && { since: from.toISOString() };
    printJson(io, { by, ...since, groups, total, prices: based, budgets, damaged: problems.length });
    return;
  }
  for (const problem of problems) printRefusal(io, problem, false);
  if (used.length === 0) say(io, from === undefined ? "nothing has run yet" : "nothing has run since then");
  else print(io, `${listing(by, groups, total)}\n\n${plain(costSentence(total.cost, based))}`);
  for (const note of priceNotes(based)) say(io, plain(note));
  for (const budget of budgets) print(io, plain(budgetSentence(budget)));
}

interface Books {
  used: Used[];
  budgets: DayBudget[];
  /** Chats that cannot be read. */
  problems: WgError[];
}

/** Runs and turns of chats; outside of a project, with `all`, only those of chats. */
function booksHere(io: Io, all: boolean, settings: Settings, now: Date): Books {
  const { prices: own, budgets } = settings.general;
  const profile = settings.active.name ?? baseName;
  const project = all ? projectOf(io.cwd, io.env) : requireProject(io.cwd, io.env);
  const ofProject =
    project === undefined
      ? { runs: [], budgets: [] }
      : withGraph(io, (graph) => ({
          runs: listRuns(graph).map((run) => usedByRun(run, own, now)),
          budgets: dayBudgets(graph, { all: budgets.all, ofProfile: budgets.profile, profile }, own, now),
        }));
  const { chats, problems } = listChats(homeHere(io));
  const ours = chats.filter(({ chat }) => all || chat.project === project?.root);
  const used = [...ofProject.runs, ...ours.flatMap((chat) => usedByChat(chat, own))];
  return { used, budgets: ofProject.budgets, problems };
}

function listing(by: Grouping, groups: readonly (Sum & { key: string })[], total: Sum): string {
  const head = [by.toUpperCase(), "RUNS", "FAILED", "IN", "CACHED", "OUT", "COST", "TOOK"];
  const rows = [...groups, { key: "total", ...total }].map((sum) => [
    sum.key,
    `${sum.runs}${sum.live > 0 ? ` (${sum.live} live)` : ""}`,
    String(sum.failures),
    ...[sum.usage.input, sum.usage.cached, sum.usage.output].map(countText),
    costSentence(sum.cost, []),
    spanText(sum.tookMs),
  ]);
  return table(head, rows);
}

function showPrices(io: Io, { json }: Options): void {
  const own = loadSettings(whereOf(io)).settings.general.prices;
  const listed: UsedPrice[] = [
    ...Object.entries(own).map(([model, rates]) => ({ model, ...rates })),
    ...prices.filter(({ model }) => !Object.hasOwn(own, model)),
  ];
  if (json) printJson(io, { prices: listed });
  else print(io, pricesTable(listed));
}
