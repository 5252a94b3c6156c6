// One entry of the books: what a run, or a turn of a chat, has used. Pure.
import type { Role } from "../base/role.ts";
import type { Usage } from "../graph/result.ts";
import type { Run } from "../graph/run.ts";
import { costOf, type KnownCost, type OwnPrices } from "./cost.ts";

export interface Used {
  /** When it was begun: a run when it was claimed. */
  at: Date;
  /** The id of its task, or of its chat. */
  of: string;
  role: Role;
  profile: string;
  /** What answered; else what was asked for. */
  model: string;
  state: "live" | "done" | "failed";
  usage: Usage;
  cost: KnownCost;
  tookMs: number;
}

/** What a run has used; of one that is in flight, so far. */
export function usedByRun(run: Run, own: OwnPrices, now: Date): Used {
  const began = new Date(run.startedAt ?? run.claimedAt);
  const end = run.endedAt === undefined ? now : new Date(run.endedAt);
  const { result, servedModels, resolvedModel, usage } = run;
  const isCommand = run.route === "shell";
  return {
    at: new Date(run.claimedAt),
    of: run.task,
    role: run.role,
    profile: run.profile,
    model: servedModels.join(" + ") || resolvedModel || run.route,
    state: result === undefined ? "live" : result.outcome === "done" ? "done" : "failed",
    usage: usage ?? { input: 0, output: 0, cached: 0 },
    cost: costOf(
      {
        isCommand,
        servedModels,
        ...(resolvedModel !== undefined && { resolvedModel }),
        ...(usage && { usage }),
        ...(result && { result }),
      },
      own,
    ),
    tookMs: Math.max(0, end.getTime() - began.getTime()),
  };
}
