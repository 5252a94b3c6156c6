// The end of a canary by a word of its own: given up, or its candidate made the active profile.
import { WgError } from "../base/error.ts";
import type { Project } from "../base/home.ts";
import type { Target } from "./aim.ts";
import { type Canary, canaryFile, canaryOf, pointedAt } from "./canary.ts";
import { endingOf } from "./canary-end.ts";
import { canaryListeners } from "./canary-listeners.ts";
import { commitChange, whileSwitching } from "./commit.ts";
import { loadNamed } from "./load.ts";
import { baseName } from "./name.ts";
import type { Reply } from "./nudge.ts";
import type { SwitchOutcome } from "./outcome.ts";
import { type Changing, recorder } from "./record.ts";
import { type SwitchRequest, switchNow } from "./switch.ts";
import type { Where } from "./where.ts";

export interface EndedCanary {
  /** Absent where its file could not be read. */
  canary?: Canary;
  project?: string;
  replies: Reply[];
  notes: string[];
}

/** Ends a canary; what is active stays. Refuses `no-canary` (exit 4) where there is none. */
export function abortCanary(
  where: Where,
  request: Changing & { why?: string; since?: string },
  signal: AbortSignal,
): Promise<EndedCanary> {
  return whileSwitching(where.home, signal, async () => {
    const { home } = where;
    const { project, why, since } = request;
    const file = canaryFile(home, project);
    const ending = endingOf(file, pointedAt(home, project));
    const canary = ending?.canary;
    const isOther = since !== undefined && canary?.since !== since;
    if (ending === undefined || isOther) throw noCanary(where, project);
    const notes: string[] = [];
    const listeners = canaryListeners(home, project);
    const record = recorder(home, request, "", (note) => notes.push(note));
    const change = { by: "profile abort", ...ending.alone(record, why) };
    const replies = await commitChange(home, change, listeners, signal);
    return { ...(canary && { canary }), ...(project && { project: project.root }), replies, notes };
  });
}

/**
 * Makes the candidate of a canary the active profile, by a switch that ends the canary. Refuses `no-canary`, and
 * `changed-since` where its file says something else by now: what was looked at is not what would run.
 */
export function promoteCanary(
  where: Where,
  request: Omit<SwitchRequest, "target">,
  signal: AbortSignal,
): Promise<{ canary: Canary; outcome: SwitchOutcome }> {
  return whileSwitching(where.home, signal, async () => {
    const { project, by } = request;
    const canary = requireCanary(where, project);
    const { profile, revision } = canary.canary;
    const bare = { home: where.home, ...(project && { project }) };
    const now = loadNamed({ ...bare, env: {} }, profile === baseName ? undefined : profile).revision;
    if (now !== revision) throw changedSince(canary, now);
    const target: Target = { kind: "named", word: profile };
    const through = { ...by, through: "promote" as const };
    const outcome = await switchNow(where, { ...request, target, by: through }, signal);
    return { canary, outcome };
  });
}

/** True while there is one of this pointer, also where its file cannot be read. */
export function isCanaryOn({ home }: Pick<Where, "home">, project: Project | undefined): boolean {
  try {
    return canaryOf(home, project) !== undefined;
  } catch (error) {
    if (error instanceof WgError) return true;
    throw error;
  }
}

/** The canary of the pointer of `project`, or of the global one. Refuses `no-canary` (exit 4) and `bad-canary`. */
export function requireCanary(where: Where, project: Project | undefined): Canary {
  const canary = canaryOf(where.home, project);
  if (canary === undefined) throw noCanary(where, project);
  return canary;
}

function noCanary({ home, project }: Where, asked: Project | undefined): WgError {
  const other = asked === undefined ? project : undefined;
  const isOther = other !== undefined && isCanaryOn({ home }, other);
  return new WgError("no-canary", asked === undefined ? "there is no canary" : "this project has no canary", {
    exit: 4,
    hint: isOther
      ? "one goes with the pointer of this project: say --project"
      : "begin one with: wg profile use <name> --canary 20%",
  });
}

function changedSince({ canary }: Canary, now: string): WgError {
  return new WgError(
    "changed-since",
    `${canary.profile} has changed since the canary began: it is ${now} now, and ${canary.revision} was looked at`,
    {
      hint: `to take it as it is now: wg profile use ${canary.profile}; what has changed: wg profile show --revision ${canary.revision}`,
    },
  );
}
