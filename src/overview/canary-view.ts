// The canary at a place as people see it: who is on which side, since when, and how both do in this project.
import type { ActiveProfile, Settings } from "../config/settings.ts";
import type { Graph } from "../graph/database.ts";
import type { Arm } from "../graph/tables.ts";
import { canaryHere, changedSides, judgesSentence } from "../profile/arms.ts";
import { type Canary, canaryAt } from "../profile/canary.ts";
import { guardrailText } from "../profile/guardrail.ts";
import { nextRoute } from "../profile/outcome.ts";
import type { Where } from "../profile/where.ts";
import { type ArmFigures, armFigures } from "../score/arms.ts";

/** One side. Without `figures` there is no project to have any. */
export interface ArmView {
  arm: Arm;
  profile: string;
  revision: string;
  figures?: ArmFigures;
}

export interface CanaryView {
  since: string;
  share: number;
  /** The one that is active first. */
  arms: [ArmView, ArmView];
  /** The routes of the next workers that ask for nothing else; absent where this place goes on without. */
  next?: Record<Arm, string>;
  guardrails: string[];
  minRuns: number;
  /** A warning where the sides are scored by different judges. */
  judges?: string;
  /** One sentence each: what of it has changed since, why it does not count here. */
  notes: string[];
}

/**
 * Looks at it; undefined where there is none. `settings` are those of the place, where they can be used. Refuses as
 * `canaryHere` does.
 */
export function canaryView(
  where: Where,
  active: ActiveProfile,
  settings: Settings | undefined,
  graph: Graph | undefined,
): CanaryView | undefined {
  const here = settings && canaryHere(where, settings);
  const canary = here?.canary ?? canaryAt(where, active);
  if (canary === undefined) return undefined;
  const { home, project } = where;
  const place = { home, ...(active.origin.layer === "project" && project && { project }) };
  const aside = here?.kind === "aside" ? [`it does not count here: ${here.why}`] : [];
  const judges = here?.kind === "on" ? judgesSentence(here.settings) : undefined;
  return {
    ...viewOf(canary, graph),
    ...(judges !== undefined && { judges }),
    ...(here?.kind === "on" && {
      next: { main: nextRoute(here.settings.main), canary: nextRoute(here.settings.canary) },
    }),
    notes: [...aside, ...changedSides(place, canary)],
  };
}

/** The canary alone, with the figures of a project. */
export function viewOf(canary: Canary, graph: Graph | undefined): CanaryView {
  const figures = graph && armFigures(graph, canary);
  const view = (arm: Arm): ArmView => ({
    arm,
    profile: canary[arm].profile,
    revision: canary[arm].revision,
    ...(figures && { figures: figures[arm] }),
  });
  return {
    since: canary.since,
    share: canary.share,
    arms: [view("main"), view("canary")],
    guardrails: canary.guardrails.map(guardrailText),
    minRuns: canary.minRuns,
    notes: [],
  };
}
