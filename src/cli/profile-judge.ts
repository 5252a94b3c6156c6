// `wg profile compare --judge`: one judge for all, asked about a sample of what was done, with its cost said before.
import { WgError } from "../base/error.ts";
import { routeText } from "../base/route.ts";
import type { Graph } from "../graph/database.ts";
import { listRuns, type Run, requireRun } from "../graph/run.ts";
import { choose } from "../plan/choose.ts";
import { loadNamed } from "../profile/load.ts";
import { baseName } from "../profile/name.ts";
import type { Where } from "../profile/where.ts";
import { reviewNow } from "../service/foreground.ts";
import type { OwnPrices } from "../usage/cost.ts";
import { usedByRun } from "../usage/used.ts";
import { canAsk, consent } from "./ask.ts";
import { withForeground } from "./foreground.ts";
import type { Io } from "./io.ts";
import { plain, say } from "./print.ts";
import { dollarsText } from "./usage-text.ts";

/** What the judge is to do, and what similar ones have cost. */
export interface Judging {
  /** The profile that it is the evaluator of. */
  judge: string;
  route: string;
  runs: readonly Run[];
  /** The mean cost of earlier runs of that route which judged, where it is known. */
  usdEach?: number;
}

/** Plans the judging of these runs. Refuses as `loadNamed` and `choose` do, so that a judge who cannot work is asked nothing. */
export function planJudging(
  graph: Graph,
  where: Where,
  judge: string,
  runs: readonly Run[],
  { own, now }: { own: OwnPrices; now: Date },
): Judging {
  const settings = loadNamed(where, judge === baseName ? undefined : judge);
  const route = routeText(choose("evaluator", settings).route);
  const costs = listRuns(graph, { role: "evaluator", limit: 10_000 })
    .filter((run) => run.route === route && run.result?.outcome === "done")
    .map((run) => usedByRun(run, own, now).cost)
    .flatMap((cost) => (cost.source === "reported" || cost.source === "computed" ? [cost.usd] : []));
  const sum = costs.reduce((total, usd) => total + usd, 0);
  return { judge, route, runs, ...(costs.length > 0 && { usdEach: sum / costs.length }) };
}

/** Says what it will cost and asks; false, with exit status 4, where nobody agreed. */
export async function isAgreed(
  io: Io,
  judging: Judging,
  { yes, json }: { yes?: true; json?: true },
): Promise<boolean> {
  say(io, plain(priceSentence(judging)));
  if (yes) return true;
  const isAsked = !json && canAsk(io);
  if (isAsked && (await consent(io, "have them judged?"))) return true;
  io.status = 4;
  say(io, `nothing was judged${isAsked ? "" : ": nobody could be asked, and there was no --yes"}`);
  return false;
}

/**
 * Has the judge look at one run after the other; answers how many it scored. What it said is kept, whatever comes after.
 * Refuses `judge-fails` when the judge itself cannot work, and as `reviewNow` does.
 */
export async function judgeRuns(io: Io, { judge, runs }: Judging): Promise<number> {
  return withForeground(io, judge, async (foreground) => {
    let scored = 0;
    for (const [index, { id, profile }] of runs.entries()) {
      io.signal.throwIfAborted();
      const subject = requireRun(foreground.graph, id);
      const reviewed = { subject, role: "evaluator", isJudge: true } as const;
      const { run, evaluation } = await reviewNow(foreground, reviewed, () => {}, io.signal);
      if (evaluation === undefined) {
        io.signal.throwIfAborted();
        throw judgeFails(
          run.id,
          run.result?.failure?.message ?? `its run was ${run.result?.outcome}`,
          scored,
        );
      }
      if (evaluation.total !== undefined) scored += 1;
      const found = evaluation.total?.toFixed(2) ?? `no score: ${evaluation.problem}`;
      say(io, plain(`${index + 1} of ${runs.length}  ${id} of ${profile}: ${found}`));
    }
    return scored;
  });
}

function priceSentence({ judge, route, runs, usdEach }: Judging): string {
  const counts = new Map<string, number>();
  for (const { profile } of runs) counts.set(profile, (counts.get(profile) ?? 0) + 1);
  const listed = [...counts].map(([profile, count]) => `${count} of ${profile}`).join(", ");
  const cost =
    usdEach === undefined
      ? "what that costs is not known, as nothing that it judged here has a known cost"
      : `about ${dollarsText(usdEach * runs.length)}, at ${dollarsText(usdEach)} each so far`;
  return `${route} of ${judge} is to judge ${runs.length} ${runs.length === 1 ? "run" : "runs"} (${listed}): ${cost}`;
}

function judgeFails(run: string, why: string, scored: number): WgError {
  return new WgError("judge-fails", `the judge could not look: ${why}`, {
    hint: `wg logs ${run} tells more; the ${scored} it has scored now are kept, and the same command goes on`,
  });
}
