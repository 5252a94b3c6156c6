// The canary here, for verbs that say it in passing: nothing is loaded where there is none.
import * as fs from "node:fs";
import type { ActiveProfile, Settings } from "../config/settings.ts";
import type { Graph } from "../graph/database.ts";
import type { CanaryView } from "../overview/canary-view.ts";
import type { Where } from "../profile/where.ts";

/** The canary with its live figures, at the cost of one look at a file where there is none; undefined then. */
export async function canaryNow(
  where: Where,
  active: ActiveProfile,
  settings: Settings | undefined,
): Promise<CanaryView | undefined> {
  if (!mayBeOne(where, active)) return undefined;
  const { canaryView } = await import("../overview/canary-view.ts");
  return withFigures(where, (graph) => canaryView(where, active, settings, graph));
}

/** Runs a step with the graph that has the figures; without one outside of a project. */
export async function withFigures<T>(
  { project }: Pick<Where, "project">,
  step: (graph: Graph | undefined) => T,
): Promise<T> {
  if (project === undefined || !fs.existsSync(project.database)) return step(undefined);
  const { closeGraph, openGraph } = await import("../graph/database.ts");
  const graph = openGraph(project);
  try {
    return step(graph);
  } finally {
    closeGraph(graph);
  }
}

/** True where there is a file of one, beside the pointer that decides. */
export function mayBeOne({ home, project }: Where, { origin }: Pick<ActiveProfile, "origin">): boolean {
  const file = origin.layer === "project" ? project?.canary : home.canary;
  return file !== undefined && fs.existsSync(file);
}
