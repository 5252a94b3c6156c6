// The settings in force: the last good ones, and what is wrong with those on disk, if anything.
import { canonicalJson } from "../base/canonical.ts";
import { WgError } from "../base/error.ts";
import type { Settings } from "../config/settings.ts";
import type { Applied, AppliedCanary, ServiceStatus } from "../ipc/protocol.ts";
import type { CanaryHere } from "../profile/arms.ts";
import { type Loaded, originText } from "../profile/load.ts";

/** Where settings come from: the files, or a test. */
export interface Source {
  /** All layers, read and resolved, and the canary beside them; refuses with the place of the fault. */
  load(): Loaded & { canary?: CanaryHere };
  /** The mark of what `load` would read now; cheap, and never refuses. */
  fingerprint(): string;
}

/** What a look at the files came to; `error` is what they were refused for. */
export type Refreshed = { kind: "unchanged" } | { kind: "applied" } | { kind: "refused"; error: WgError };

export interface AppliedSettings {
  settings(): Settings;
  /** The canary that counts here, with the settings of its sides. */
  canary(): CanaryHere | undefined;
  /** Looks at the files and puts in force what is new and good. Never throws for what is in them. */
  refresh(now: Date): Refreshed;
  /** As `refresh`, for somebody who asked: remembered as the last reload also when nothing changed. */
  reload(now: Date): Refreshed;
  applied(): Applied;
  lastReload(): ServiceStatus["lastReload"];
}

/**
 * Loads the settings for the first time; refuses as `source.load` does. `onNews` hears of each adoption, of each new
 * problem, and of its end (`unchanged`).
 */
export function applySettings(
  source: Source,
  now: Date,
  onNews: (refreshed: Refreshed, tookMs: number) => void,
): AppliedSettings {
  const begunMs = performance.now();
  let loaded = source.load();
  /** The mark of what was last looked at, good or bad. */
  let seen = loaded.fingerprint;
  let appliedAt = now;
  let problem: { error: WgError; since: Date } | undefined;
  let last = reloadRecord(now, { kind: "applied" }, performance.now() - begunMs);

  function attempt(at: Date): Refreshed {
    const mark = source.fingerprint();
    if (mark === seen) return problem ? { kind: "refused", error: problem.error } : { kind: "unchanged" };
    try {
      const next = source.load();
      const isOther = identity(next) !== identity(loaded);
      loaded = next;
      seen = next.fingerprint;
      problem = undefined;
      if (!isOther) return { kind: "unchanged" };
      appliedAt = at;
      return { kind: "applied" };
    } catch (error) {
      if (!(error instanceof WgError)) throw error;
      seen = mark;
      problem = { error, since: problem?.since ?? at };
      return { kind: "refused", error };
    }
  }

  function look(at: Date): { refreshed: Refreshed; tookMs: number; isNews: boolean } {
    const startedMs = performance.now();
    const before = problem;
    const refreshed = attempt(at);
    const tookMs = performance.now() - startedMs;
    const isNews = refreshed.kind === "applied" || problem?.error.message !== before?.error.message;
    if (isNews) onNews(refreshed, tookMs);
    return { refreshed, tookMs, isNews };
  }

  return {
    settings: () => loaded.settings,
    canary: () => loaded.canary,
    refresh(at) {
      const { refreshed, tookMs, isNews } = look(at);
      if (isNews) last = reloadRecord(at, refreshed, tookMs);
      return refreshed;
    },
    reload(at) {
      const { refreshed, tookMs } = look(at);
      last = reloadRecord(at, refreshed, tookMs);
      return refreshed;
    },
    applied() {
      const { active, revision } = loaded.settings;
      const pinned = pinnedBy(loaded.settings);
      const canary = loaded.canary && appliedCanary(loaded.canary);
      return {
        profile: active.name ?? "base",
        revision,
        appliedAt: appliedAt.toISOString(),
        ...(pinned !== undefined && { pinned }),
        ...(canary && { canary }),
        ...(problem && { problem: problemText(problem) }),
      };
    },
    lastReload: () => last,
  };
}

/** What two settings must share to be in force alike; an edited comment changes none of it. */
function identity({ settings, canary }: ReturnType<Source["load"]>): string {
  const { active, revision, general } = settings;
  const { name, origin } = active;
  return canonicalJson({ name, origin, revision, general, canary: canary && appliedCanary(canary) });
}

function appliedCanary(here: CanaryHere): AppliedCanary {
  const { since, at, share, main, canary } = here.canary;
  const version = ({ profile, revision }: AppliedCanary["main"]) => ({ profile, revision });
  return {
    ...{ since, at, share, main: version(main), canary: version(canary) },
    ...(here.kind === "aside" && { aside: here.why }),
  };
}

/** Why the global pointer does not decide here; undefined when it does. */
function pinnedBy({ active }: Settings): string | undefined {
  const { layer } = active.origin;
  return layer === "global" || layer === "default" ? undefined : originText(active.origin);
}

function reloadRecord(at: Date, refreshed: Refreshed, tookMs: number): ServiceStatus["lastReload"] {
  return {
    at: at.toISOString(),
    result: refreshed.kind,
    tookMs: Math.round(tookMs * 100) / 100,
    ...(refreshed.kind === "refused" && { error: refreshed.error.message }),
  };
}

function problemText(problem: { error: WgError; since: Date }): NonNullable<Applied["problem"]> {
  const { message, hint, at } = problem.error;
  return {
    message,
    ...(hint !== undefined && { hint }),
    ...(at && { at }),
    since: problem.since.toISOString(),
  };
}
