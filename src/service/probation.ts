// Probation: a switch whose first runs could not even be started is taken back. It may revert, never promote.
import { messageOf, WgError } from "../base/error.ts";
import type { Home } from "../base/home.ts";
import type { Settings } from "../config/settings.ts";
import { readCoolings } from "../cooling/files.ts";
import { firstRuns } from "../graph/first-runs.ts";
import { addLog } from "../graph/log.ts";
import { addNotice } from "../graph/notice.ts";
import type { FailureClass } from "../graph/result.ts";
import type { Run } from "../graph/run.ts";
import type { ServiceStatus } from "../ipc/protocol.ts";
import { failoverState } from "../plan/failover.ts";
import { whileSwitching } from "../profile/commit.ts";
import { readSwitches, type Switch, switchesOf } from "../profile/history.ts";
import { switchNow } from "../profile/switch.ts";
import type { Where } from "../profile/where.ts";
import type { Context, Probation } from "./context.ts";

/** `open`: too few of the first runs are over to tell. */
export type Verdict = { kind: "open" } | { kind: "passed" } | { kind: "failed"; class: FailureClass };

/** Failures that say more about what was switched to than about the work. */
const spawnLevel: readonly FailureClass[] = ["spawn", "auth", "unreachable", "bad-request"];
const switchLimitMs = 90_000;

/** What the first runs after a switch say of it: it has failed when `needed` of them all ended by the same class. Pure. */
export function verdictOf(runs: readonly Pick<Run, "status" | "result">[], needed: number): Verdict {
  const first = runs.slice(0, needed);
  const [failed, ...others] = first.flatMap(({ result }) =>
    result === undefined ? [] : [spawnFailure(result)],
  );
  if (first.some(({ result }) => result !== undefined && spawnFailure(result) === undefined)) {
    return { kind: "passed" };
  }
  if (others.some((other) => other !== failed)) return { kind: "passed" };
  if (failed === undefined || others.length + 1 < needed) return { kind: "open" };
  return { kind: "failed", class: failed };
}

/** The class that a run failed by before a model did anything for it; undefined for any other end. */
function spawnFailure({
  failure,
  servedModels,
  turns,
}: NonNullable<Run["result"]>): FailureClass | undefined {
  if (failure === undefined || !spawnLevel.includes(failure.class)) return undefined;
  // A request may also be bad because of the work: then models have answered before.
  if (failure.class === "bad-request" && (servedModels.length > 0 || turns > 1)) return undefined;
  return failure.class;
}

interface Known {
  settings: Settings;
  switched: Switch | undefined;
  reverted: ServiceStatus["reverted"];
  isOver: boolean;
}

/** The probation of one service. */
export function openProbation(context: Omit<Context, "probation" | "guard">): Probation {
  const { graph, applied, where } = context;
  let known: Known | undefined;
  const knownNow = (): Known => {
    const settings = applied.settings();
    if (known?.settings !== settings) known = { settings, ...lastSwitch(where, settings), isOver: false };
    return known;
  };
  return {
    look() {
      const found = knownNow();
      const { switched, settings } = found;
      const needed = settings.general.failover.probation;
      if (needed === 0 || found.isOver || switched === undefined) return;
      const { to: profile, revision, at: since } = switched;
      const runs = firstRuns(graph, { profile, revision, since, limit: needed });
      const verdict = verdictOf(runs, needed);
      if (verdict.kind === "open") return;
      found.isOver = true;
      if (verdict.kind === "passed") return;
      // A fallback carries the work: nothing stands still, so nothing is taken from the person who switched.
      if (failoverState(where, settings, readCoolings(where, context.now()))?.runningOn !== undefined) return;
      const why = `its first ${needed === 1 ? "run" : `${needed} runs`} failed by ${verdict.class}`;
      void revert(context, switched, runs, why);
    },
    reverted: () => knownNow().reverted,
  };
}

/** The newest switch of the pointer that decides here: one that may be taken back, or one that was. */
function lastSwitch(
  { home, project }: Where,
  { active, revision }: Settings,
): Pick<Known, "switched" | "reverted"> {
  const { layer } = active.origin;
  if (layer === "env" || layer === "flag") return { switched: undefined, reverted: undefined };
  const root = layer === "project" ? project?.root : undefined;
  const last = switchesOf(switchesIn(home), root).at(-1);
  const isInForce = last !== undefined && last.to === (active.name ?? "base");
  const isFresh = isInForce && last.kind === "use" && last.revision === revision;
  const { at, from, to, why } = last ?? { at: "", from: "", to: "" };
  return {
    switched: isFresh && active.name !== undefined ? last : undefined,
    reverted: isInForce && last.kind === "reverted" ? { at, from, to, ...(why && { why }) } : undefined,
  };
}

function switchesIn(home: Home): Switch[] {
  try {
    return readSwitches(home);
  } catch (error) {
    // A history that cannot be read has no switch to take back.
    if (error instanceof WgError) return [];
    throw error;
  }
}

/** Takes a switch back as `wg profile undo` would, if it is still the last one. */
async function revert(
  context: Omit<Context, "probation" | "guard">,
  switched: Switch,
  runs: readonly Run[],
  why: string,
): Promise<void> {
  const { graph, applied, where, log } = context;
  const { home, project, env } = where;
  const signal = AbortSignal.timeout(switchLimitMs);
  const sentence = `reverted from ${switched.to} to ${switched.from}: ${why}`;
  try {
    const isDone = await whileSwitching(home, signal, async () => {
      const now = lastSwitch(where, applied.settings()).switched;
      if (now?.at !== switched.at) return false;
      const own = switched.project !== undefined && project ? { project } : {};
      const by = { pid: process.pid, user: env["USER"] || "wg service" };
      const target = { kind: "revert", why } as const;
      await switchNow(
        { home, ...(project && { project }), env: {} },
        { target, ...own, by, now: context.now },
        signal,
      );
      return true;
    });
    if (!isDone) return;
    log.write("warn", sentence, { class: runs[0]?.result?.failure?.class });
    for (const task of new Set(runs.map((run) => run.task))) {
      addLog(
        graph,
        task,
        { by: "wg", message: `${sentence}; to try it there: wg retry ${task}` },
        context.now(),
      );
    }
    // For a person to look at: what they asked for is not what is active.
    const [first] = runs;
    if (first)
      addNotice(graph, { kind: "needs-you", task: first.task, run: first.id, text: sentence }, context.now());
    context.wake();
  } catch (error) {
    if (!(error instanceof WgError) && !signal.aborted) return context.failed(error);
    log.write("warn", `could not take the switch to ${switched.to} back: ${messageOf(error)}`);
  }
}
