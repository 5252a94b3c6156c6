// `wg profile compare`: which profile does the best work, by what it did in this project.
import type { Role } from "../base/role.ts";
import { loadSettings } from "../profile/load.ts";
import { baseName, isBase, matchName } from "../profile/name.ts";
import { namesAt } from "../profile/project-profiles.ts";
import { caveatsOf } from "../score/caveat.ts";
import { comparisonOf } from "../score/compare.ts";
import { figuresOf } from "../score/figures.ts";
import { nothingOf, type Observed, observe } from "../score/observed.ts";
import type { Io } from "./io.ts";
import { paint, plain, print, printJson, say } from "./print.ts";
import { comparedTable, pairLines, verdictLine } from "./profile-compare-text.ts";
import { type JsonOption, profilePlace } from "./profile-place.ts";
import { withGraph } from "./project-graph.ts";

export interface CompareOptions extends JsonOption {
  role: Role;
  tag?: string;
  since?: (now: Date) => Date;
}

/** Compares the profiles of these names, or all that ran something. */
export function compareProfiles(io: Io, words: readonly string[], options: CompareOptions): void {
  const now = io.now();
  const { where } = profilePlace(io);
  const { role, tag, json } = options;
  const since = options.since?.(now).toISOString();
  const looking = { role, ...(tag !== undefined && { tag }), ...(since !== undefined && { since }) };
  const all = withGraph(io, (graph) => observe(graph, looking));
  const observed = words.length === 0 ? all : named(all, words, namesAt(where));
  const own = loadSettings(where).settings.general.prices;
  const profiles = observed.map((each) => figuresOf(each, own, now));
  const comparison = comparisonOf(
    observed.map(({ work }) => work),
    role === "worker" ? ["evaluation", "done"] : ["done"],
  );
  const caveats = caveatsOf(observed, profiles);
  if (json) {
    printJson(io, { ...looking, profiles, ...comparison, caveats });
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
