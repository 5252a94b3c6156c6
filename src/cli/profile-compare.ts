// `wg profile compare`: which profile does the best work, by what it did in this project.
import { WgError } from "../base/error.ts";
import type { Role } from "../base/role.ts";
import type { Graph } from "../graph/database.ts";
import { loadSettings } from "../profile/load.ts";
import { baseName, isBase, matchName } from "../profile/name.ts";
import { matchAt, namesAt } from "../profile/project-profiles.ts";
import type { Where } from "../profile/where.ts";
import { caveatsOf } from "../score/caveat.ts";
import { comparisonOf } from "../score/compare.ts";
import { measures } from "../score/difference.ts";
import { figuresOf } from "../score/figures.ts";
import { type Looking, nothingOf, type Observed, observe } from "../score/observed.ts";
import { toJudge } from "../score/sample.ts";
import type { OwnPrices } from "../usage/cost.ts";
import type { Io } from "./io.ts";
import { paint, plain, print, printJson, say } from "./print.ts";
import { comparedTable, pairLines, verdictLine } from "./profile-compare-text.ts";
import { type JsonOption, profilePlace } from "./profile-place.ts";
import { withGraph } from "./project-graph.ts";

export interface CompareOptions extends JsonOption {
  role: Role;
  tag?: string;
  since?: (now: Date) => Date;
  judge?: string;
  sample?: number;
  yes?: true;
}

/** So many tasks of each profile are judged where nothing else is said. */
const usualSample = 30;

/** Compares the profiles of these names, or all that ran something; with a judge, by what that one says of them. */
export async function compareProfiles(
  io: Io,
  words: readonly string[],
  options: CompareOptions,
): Promise<void> {
  const { where } = profilePlace(io);
  const looking = lookingOf(io, where, options);
  const own = loadSettings(where).settings.general.prices;
  const look = (graph: Graph) => {
    const all = observe(graph, looking);
    return words.length === 0 ? all : named(all, words, namesAt(where));
  };
  let observed = withGraph(io, look);
  let judged: number | undefined;
  if (looking.judge !== undefined) {
    const { judge } = looking;
    const { isAgreed, judgeRuns, planJudging } = await import("./profile-judge.ts");
    const runs = toJudge(observed, options.sample ?? usualSample);
    const known = { own, now: io.now() };
    const judging = withGraph(io, (graph) => planJudging(graph, where, judge, runs, known));
    judged = 0;
    if (runs.length > 0 && (await isAgreed(io, judging, options))) {
      judged = await judgeRuns(io, judging);
      observed = withGraph(io, look);
    }
  }
  answer(io, { ...looking, ...(judged !== undefined && { judged }) }, observed, own, options.json === true);
}

function lookingOf(io: Io, where: Where, { role, tag, since, judge, sample, yes }: CompareOptions): Looking {
  if (judge === undefined && (sample !== undefined || yes)) {
    throw usage("--sample and --yes are about a judge", "name one: --judge <profile>");
  }
  if (judge !== undefined && role !== "worker") {
    throw usage("a judge looks at the work of workers", "leave --role or --judge out");
  }
  const from = since?.(io.now()).toISOString();
  return {
    role,
    ...(tag !== undefined && { tag }),
    ...(from !== undefined && { since: from }),
    ...(judge !== undefined && { judge: isBase(judge) ? baseName : matchAt(where, judge) }),
  };
}

function usage(message: string, hint: string): WgError {
  return new WgError("usage", message, { exit: 2, hint });
}

function answer(
  io: Io,
  asked: Looking & { judged?: number },
  observed: readonly Observed[],
  own: OwnPrices,
  json: boolean,
): void {
  const profiles = observed.map((each) => figuresOf(each, own, io.now()));
  const works = observed.map(({ work }) => work);
  const comparison = comparisonOf(works, asked.role === "worker" ? measures : ["done"]);
  const caveats = caveatsOf(observed, profiles);
  if (json) {
    printJson(io, { ...asked, profiles, ...comparison, caveats });
    return;
  }
  if (profiles.length === 0) {
    say(io, "nothing has run yet that this asks for");
    return;
  }
  print(io, comparedTable(profiles));
  print(io, `\n${paint(io, "stdout", "bold", verdictLine(comparison, profiles))}`);
  for (const line of pairLines(comparison)) print(io, line);
  for (const { message } of caveats) say(io, plain(`careful: ${message}`));
}

/** Those that the words mean, in their order; also one that ran nothing, or whose file is gone. */
function named(all: readonly Observed[], words: readonly string[], files: readonly string[]): Observed[] {
  const ran = all.map(({ profile }) => profile);
  const known = [...new Set([...ran, ...files])].filter((name) => name !== baseName).sort();
  const names = words.map((word) => (isBase(word) ? baseName : matchName(word, known)));
  return [...new Set(names)].map((name) => all.find(({ profile }) => profile === name) ?? nothingOf(name));
}
