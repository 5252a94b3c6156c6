// `wg profile check`: whether what a profile names would work here, route by route.
import * as fs from "node:fs";
import { WgError } from "../base/error.ts";
import type { Project } from "../base/home.ts";
import { checkQuickly } from "../check/check.ts";
import { rememberChecks } from "../check/last-check.ts";
import { ownRoutes } from "../check/own-routes.ts";
import { spawnPlaces } from "../check/place.ts";
import type { OwnRoute } from "../check/plan.ts";
import { checkReally } from "../check/real.ts";
import { type ProfileCheck, worst } from "../check/verdict.ts";
import type { Settings } from "../config/settings.ts";
import { closeGraph, openGraph } from "../graph/database.ts";
import { loadNamed, loadSettings } from "../profile/load.ts";
import { isBase } from "../profile/name.ts";
import { matchAt, usableNamesAt } from "../profile/project-profiles.ts";
import { runningServices, serves } from "../profile/services.ts";
import type { Where } from "../profile/where.ts";
import { checkJson, printChecks } from "./check-print.ts";
import type { Io } from "./io.ts";
import { plain, printJson, printRefusal, say } from "./print.ts";
import { type JsonOption, profilePlace } from "./profile-place.ts";
import { callersPlace } from "./switch-check.ts";

interface CheckOptions extends JsonOption {
  all?: true;
  real?: true;
}

/** A profile that cannot even be read. */
interface Broken {
  profile: string;
  problem: WgError;
}

export async function checkProfile(io: Io, word: string | undefined, options: CheckOptions): Promise<void> {
  const { where } = profilePlace(io);
  if (options.all && word !== undefined) throw usage(word);
  const { settings, broken } = chosen(where, word, options.all === true);
  const { project } = where;
  const own = project && runningServices(where.home).find((service) => serves(service, project));
  const places = spawnPlaces(callersPlace(io, where), own === undefined ? [] : [own]);
  const tasks = project === undefined ? [] : tasksOf(project);
  const requests = settings.flatMap((each) => places.map((place) => ({ settings: each, place, tasks })));
  const checks = await (options.real ? checkReally : checkQuickly)(requests, io.signal);
  rememberChecks(where.home, checks, io.now());
  const verdict = worst([...checks.map((check) => check.verdict), ...broken.map(() => "no" as const)]);
  if (verdict === "no") io.status = 3;
  if (options.json)
    return printJson(io, { verdict, profiles: [...checks.map(checkJson), ...broken.map(brokenJson)] });
  printChecks(io, checks);
  for (const { profile, problem } of broken) {
    say(io, `${profile} cannot be used:`);
    printRefusal(io, problem, false);
  }
  say(io, plain(summary(checks, broken, options)));
}

function tasksOf(project: Project): OwnRoute[] {
  if (!fs.existsSync(project.database)) return [];
  const graph = openGraph(project);
  try {
    return ownRoutes(graph);
  } finally {
    closeGraph(graph);
  }
}

interface Chosen {
  settings: Settings[];
  broken: Broken[];
}

function chosen(where: Where, word: string | undefined, all: boolean): Chosen {
  if (all) return readEach(where, usableNamesAt(where));
  if (word === undefined) return { settings: [loadSettings(where).settings], broken: [] };
  if (isBase(word)) return { settings: [loadNamed(where, undefined)], broken: [] };
  return readEach(where, [matchAt(where, word)]);
}

function readEach(where: Where, names: readonly string[]): Chosen {
  const found: Chosen = { settings: [], broken: [] };
  for (const profile of names) {
    try {
      found.settings.push(loadNamed(where, profile));
    } catch (error) {
      if (!(error instanceof WgError)) throw error;
      found.broken.push({ profile, problem: error });
    }
  }
  return found;
}

function usage(word: string): WgError {
  return new WgError("usage", `--all checks every profile, and "${word}" is one of them`, {
    exit: 2,
    hint: "wg profile check --all",
  });
}

function brokenJson({ profile, problem }: Broken): Record<string, unknown> {
  const { code, message, hint, at } = problem;
  return { profile, verdict: "no", problem: { code, message, hint, at } };
}

function summary(
  checks: readonly ProfileCheck[],
  broken: readonly Broken[],
  { all, real }: CheckOptions,
): string {
  const named = (verdict: ProfileCheck["verdict"]) =>
    checks.filter((check) => check.verdict === verdict).map(({ profile }) => profile);
  const no = [...named("no"), ...broken.map(({ profile }) => profile)];
  const unknown = named("unknown");
  const clauses = [
    ...(no.length > 0 ? [`would not work: ${no.join(", ")}`] : []),
    ...(unknown.length > 0 ? [`not all of it can be known: ${unknown.join(", ")}`] : []),
    ...(named("yes").length > 0 ? [`would work: ${named("yes").join(", ")}`] : []),
  ];
  if (clauses.length === 0) return "there is no profile to check";
  const word = all ? "--all" : unknown[0];
  if (unknown.length === 0 || real) return clauses.join("; ");
  return `${clauses.join("; ")}; to ask the models themselves: wg profile check ${word} --real`;
}
