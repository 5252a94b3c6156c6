// What ends a canary without a person: its guardrails, and first runs that could not even be started. It may abort, never promote.
import { messageOf, WgError } from "../base/error.ts";
import { change } from "../graph/database.ts";
import { firstRuns } from "../graph/first-runs.ts";
import { addLog } from "../graph/log.ts";
import { addNotice } from "../graph/notice.ts";
import { listRuns } from "../graph/run.ts";
import type { Arms } from "../profile/arms.ts";
import { abortCanary } from "../profile/canary-over.ts";
import { breachOf, breachText } from "../profile/guardrail.ts";
import type { ChangedBy } from "../profile/history.ts";
import { armFigures } from "../score/arms.ts";
import type { Context, Guard } from "./context.ts";
import { verdictOf } from "./probation.ts";

/** Why a canary ends, and by what. */
interface Reason {
  why: string;
  through: NonNullable<ChangedBy["through"]>;
}

const abortLimitMs = 90_000;

/** The guard of the canary that this service has adopted. */
export function openGuard(context: Omit<Context, "probation" | "guard">): Guard {
  const { applied } = context;
  /** The canary that is just being ended, or could not be. */
  let given: string | undefined;
  return {
    look() {
      const here = applied.canary();
      if (here?.kind !== "on" || here.canary.at === given) return;
      const reason = reasonToEnd(context, here);
      if (reason === undefined) return;
      given = here.canary.at;
      void end(context, here, reason).then((isOver) => {
        if (!isOver) given = undefined;
      });
    },
  };
}

function reasonToEnd(
  { graph, applied }: Pick<Context, "graph" | "applied">,
  { canary }: Arms,
): Reason | undefined {
  const needed = applied.settings().general.failover.probation;
  if (needed > 0) {
    const { profile, revision } = canary.canary;
    const verdict = verdictOf(
      firstRuns(graph, { profile, revision, since: canary.since, limit: needed }),
      needed,
    );
    if (verdict.kind === "failed") {
      const which = needed === 1 ? "run" : `${needed} runs`;
      return { why: `its first ${which} failed by ${verdict.class}`, through: "probation" };
    }
  }
  if (canary.guardrails.length === 0) return undefined;
  const breach = breachOf(canary.guardrails, armFigures(graph, canary), canary.minRuns);
  return breach && { why: breachText(breach), through: "guardrail" };
}

/** Ends the canary if it is still the same, and says so everywhere; false where it may be tried again. */
async function end(
  context: Omit<Context, "probation" | "guard">,
  { canary }: Arms,
  { why, through }: Reason,
): Promise<boolean> {
  const { graph, applied, where, log, now, tell } = context;
  const { home, project, env } = where;
  const signal = AbortSignal.timeout(abortLimitMs);
  const { profile } = canary.canary;
  const isOfProject = applied.settings().active.origin.layer === "project";
  try {
    const by = { pid: process.pid, user: env["USER"] || "wg service", through };
    const of = isOfProject && project ? { project } : {};
    await abortCanary({ home, ...of, env: {} }, { ...of, by, now, why, since: canary.since }, signal);
    const message = `the canary of ${profile} was aborted: ${why}`;
    log.write("warn", message, { through });
    const last = listRuns(graph, { since: canary.since }).find((run) => run.arm === "canary");
    if (last !== undefined) {
      change(graph, () => {
        addLog(graph, last.task, { by: "wg", message, run: last.id }, now());
        addNotice(graph, { kind: "needs-you", task: last.task, run: last.id, text: message }, now());
      });
    }
    context.wake();
    return true;
  } catch (error) {
    // Somebody else has ended it meanwhile.
    if (error instanceof WgError && error.code === "no-canary") return true;
    if (error instanceof WgError || signal.aborted) {
      tell(`could not abort the canary of ${profile}: ${messageOf(error)}`);
    } else context.failed(error);
    return false;
  }
}
