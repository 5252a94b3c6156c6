// What a service answers to each call on its socket.
import { version } from "../base/version.ts";
import { readCoolings } from "../cooling/files.ts";
import { liveRuns, type Run } from "../graph/run.ts";
import type { ReloadAnswer, RunStatus, ServiceStatus } from "../ipc/protocol.ts";
import type { Handlers } from "../ipc/server.ts";
import { failoverState } from "../plan/failover.ts";
import type { Context } from "./context.ts";
import { countWork } from "./tick.ts";

/** What only the one who runs the service knows. */
export interface Life {
  startedAt: Date;
  isStopping(): boolean;
  /** What kept the last look from its work. */
  trouble(): string | undefined;
  /** Stops dispatching, ends the agents if asked to, and lets the service end; answers how many runs live on. */
  stop(killAgents: boolean): Promise<number>;
}

/** The handlers of the socket. */
export function answers(context: Context, life: Life): Handlers {
  const { graph, applied, log, wake } = context;
  return {
    ping: () => ({ pid: process.pid }),
    reload({ by }) {
      const refreshed = applied.reload(context.now());
      log.write("info", `reload asked for by ${by}: ${refreshed.kind}`);
      if (refreshed.kind === "refused") throw refreshed.error;
      wake();
      return {
        applied: applied.applied(),
        changed: refreshed.kind === "applied",
        inFlight: byRevision(liveRuns(graph)),
      };
    },
    nudge() {
      wake();
      return {};
    },
    status: () => status(context, life),
    stop: async ({ killAgents }) => ({ inFlight: await life.stop(killAgents) }),
  };
}

function status(context: Context, life: Life): ServiceStatus {
  const { graph, applied, project, where, waiting } = context;
  const ready = countWork(context);
  const failover = failoverState(where, applied.settings(), readCoolings(where, context.now()));
  const reverted = context.probation.reverted();
  const trouble = life.trouble();
  return {
    pid: process.pid,
    project: project.root,
    version,
    startedAt: life.startedAt.toISOString(),
    maxAgents: applied.settings().general.service.maxAgents,
    applied: applied.applied(),
    ...(failover && { failover }),
    ...(reverted && { reverted }),
    ...(trouble !== undefined && { trouble }),
    lastReload: applied.lastReload(),
    inFlight: liveRuns(graph).map((run) => runStatus(context, run)),
    ready,
    waiting: waiting.list(),
    stopping: life.isStopping(),
  };
}

function runStatus({ watch }: Context, run: Run): RunStatus {
  const mark = watch.processOf(run);
  const { id, task, role, profile, revision, route, startedAt } = run;
  return {
    run: id,
    task,
    role,
    profile,
    revision,
    route,
    ...(mark && { pid: mark.pid }),
    ...(startedAt !== undefined && { startedAt }),
  };
}

function byRevision(runs: readonly Run[]): ReloadAnswer["inFlight"] {
  const groups = new Map<string, ReloadAnswer["inFlight"][number]>();
  for (const { profile, revision } of runs) {
    const key = `${profile} ${revision}`;
    const group = groups.get(key) ?? { profile, revision, runs: 0 };
    groups.set(key, { ...group, runs: group.runs + 1 });
  }
  return [...groups.values()];
}
