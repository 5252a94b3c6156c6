// What a comparison cannot see to by itself: reasons why a difference may not be the profiles' own.
import type { ProfileFigures } from "./figures.ts";
import type { Observed } from "./observed.ts";

export const caveatKinds = [
  "not scored",
  "own family",
  "different judges",
  "different tasks",
  "one after the other",
  "unknown cost",
] as const;

/** A reason to doubt, in words; of one profile where it is named. */
export interface Caveat {
  kind: (typeof caveatKinds)[number];
  profile?: string;
  message: string;
}

/** The reasons to doubt a comparison of these profiles, the gravest first. */
export function caveatsOf(observed: readonly Observed[], figures: readonly ProfileFigures[]): Caveat[] {
  return [
    ...notScored(observed, figures),
    ...ownFamily(figures),
    ...differentJudges(figures),
    ...differentTasks(observed),
    ...overlap(observed),
    ...unknownCost(figures),
  ];
}

function notScored(observed: readonly Observed[], figures: readonly ProfileFigures[]): Caveat[] {
  const isWork = observed.some(({ runs }) => runs.some(({ run }) => run.role === "worker"));
  if (!isWork || figures.some(({ evaluation }) => evaluation !== undefined)) return [];
  const message = "no work was scored; agency.evaluate says whose is, --judge <profile> scores what is done";
  return [{ kind: "not scored", message }];
}

function ownFamily(figures: readonly ProfileFigures[]): Caveat[] {
  return figures.flatMap(({ profile, judges }) =>
    judges
      .filter(({ ownFamily }) => ownFamily > 0)
      .map(({ route, served, ownFamily, runs }) => ({
        kind: "own family" as const,
        profile,
        message: `${routeText(route, served)} judged its own family: ${ownFamily} of the ${runs} runs of ${profile} that it scored`,
      })),
  );
}

function differentJudges(figures: readonly ProfileFigures[]): Caveat[] {
  const judged = figures.filter(({ judges }) => judges.length > 0);
  const sets = new Set(
    judged.map(({ judges }) =>
      judges
        .map(({ route }) => route)
        .sort()
        .join(", "),
    ),
  );
  if (sets.size < 2) return [];
  return [
    {
      kind: "different judges",
      message:
        "a difference may be that of the judges, who are not the same; --judge <profile> asks one for all",
    },
  ];
}

function differentTasks(observed: readonly Observed[]): Caveat[] {
  const ran = observed.filter(({ runs }) => runs.length > 0);
  if (ran.length < 2) return [];
  const isDealt = ran.every(({ runs }) => runs.every(({ run }) => run.arm !== undefined));
  if (isDealt) return [];
  return [
    {
      kind: "different tasks",
      message:
        "one may have had easier tasks; a canary deals them out by chance, wg task rerun gives both the same",
    },
  ];
}

/** Tasks that one profile began and another went on with, which knew more of them by then. */
function overlap(observed: readonly Observed[]): Caveat[] {
  const seen = new Map<string, number>();
  for (const { runs } of observed) {
    const tasks = runs.flatMap(({ run }) => (run.role === "worker" ? run.task : []));
    for (const task of new Set(tasks)) seen.set(task, (seen.get(task) ?? 0) + 1);
  }
  const both = [...seen.values()].filter((count) => count > 1).length;
  if (both === 0) return [];
  return [
    {
      kind: "one after the other",
      message: `${both === 1 ? "1 task was" : `${both} tasks were`} worked on by several of them, one after the other; the later one found what the earlier one had left`,
    },
  ];
}

function unknownCost(figures: readonly ProfileFigures[]): Caveat[] {
  return figures
    .filter(({ cost }) => cost.unknownRuns > 0)
    .map(({ profile, cost }) => ({
      kind: "unknown cost" as const,
      profile,
      message: `the cost of ${cost.unknownRuns === 1 ? "1 run" : `${cost.unknownRuns} runs`} of ${profile} is unknown and left out`,
    }));
}

function routeText(route: string, served: readonly string[]): string {
  return served.length === 0 ? route : `${route} (${served.join(", ")})`;
}
