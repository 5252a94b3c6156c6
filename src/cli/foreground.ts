// What a command has a run carried out with, here and now: the graph, the settings of this moment, wg's own program.
import * as fs from "node:fs";
import { homeOf, type Project, requireProject } from "../base/home.ts";
import type { Settings } from "../config/settings.ts";
import { closeGraph, type Graph, openGraph } from "../graph/database.ts";
import type { Arm } from "../graph/tables.ts";
import { canaryHere, withRevision } from "../profile/arms.ts";
import { loadSettings } from "../profile/load.ts";
import { keepRevision } from "../profile/revisions.ts";
import { ensureStarters } from "../profile/starters.ts";
import type { Where } from "../profile/where.ts";
import type { Foreground } from "../service/foreground.ts";
import { serviceEnvironment } from "../service/spawn.ts";
import type { Io } from "./io.ts";
import { say } from "./print.ts";

/** What runs are on, whatever is active: a profile, and a revision of it that was kept. */
export interface Named {
  profile?: string;
  revision?: string;
}

/**
 * Runs `step` with all that a run needs. `profile` is what its runs are on whatever is active, and without its fallbacks:
 * who names a profile means that one. The command sees its runs to their end, also when it is interrupted.
 */
export async function withForeground<T>(
  io: Io,
  profile: string | undefined,
  step: (foreground: Foreground) => Promise<T>,
): Promise<T> {
  io.patient = true;
  const project = requireProject(io.cwd, io.env);
  const graph = openGraph(project);
  try {
    return await step(foregroundIn(io, project, graph, profile === undefined ? {} : { profile }));
  } finally {
    closeGraph(graph);
  }
}

/** As `withForeground` has it, on a graph that is open. */
export function foregroundIn(io: Io, project: Project, graph: Graph, named: Named): Foreground {
  const { profile } = named;
  const home = homeOf(io.env);
  const env = serviceEnvironment(io.env);
  if (profile !== undefined) ensureStarters(home);
  const where: Where = { home, project, env, ...(profile !== undefined && { flags: { profile } }) };
  return {
    home,
    project,
    where,
    env,
    program: { node: process.execPath, main: fs.realpathSync(process.argv[1] ?? "") },
    graph,
    now: io.now,
    random: Math.random,
    tell: (sentence) => say(io, `wg: ${sentence}`),
    settings: (arm) => settingsNow(where, named, arm),
  };
}

function settingsNow(where: Where, { profile, revision }: Named, arm: Arm | undefined): Settings {
  const { settings } = loadSettings(where);
  // Nothing that runs depends on it.
  keepRevision(where, settings);
  if (profile === undefined) {
    const canary = arm && canaryHere(where, settings);
    return arm !== undefined && canary?.kind === "on" ? canary.settings[arm] : settings;
  }
  const meant = revision === undefined ? settings : withRevision(where, settings, revision);
  return { ...meant, bundle: { ...meant.bundle, fallback: [] } };
}
