// What has changed between two looks at a project: tasks, runs, the profile, the service.
import { type Graph, snapshot } from "../graph/database.ts";
import { listHolds } from "../graph/hold.ts";
import { query, rowsOf } from "../graph/query.ts";
import type { FailureClass, Outcome } from "../graph/result.ts";
import { listRuns, type Run } from "../graph/run.ts";
import { type State, stateOf } from "../graph/standing.ts";
import type { Overview } from "./overview.ts";

export const serviceStates = ["none", "silent", "running", "stopping"] as const;
export type ServiceState = (typeof serviceStates)[number];

/** As much of a project as changes are told of. */
export interface Glance {
  profile: { profile?: string; revision?: string; problem?: string };
  service: ServiceState;
  tasks: ReadonlyMap<string, State>;
  /** The latest ones. */
  runs: ReadonlyMap<string, RunGlance>;
}

export interface RunGlance extends Pick<Run, "task" | "role" | "route" | "profile" | "revision" | "status"> {
  outcome?: Outcome;
  failure?: FailureClass;
  message?: string;
}

/** A task without `from` is new, one without `to` was removed. */
export type Change =
  | { kind: "task"; task: string; from?: State; to?: State }
  | ({ kind: "run"; run: string } & RunGlance)
  | ({ kind: "profile" } & Glance["profile"])
  | { kind: "service"; state: ServiceState };

/** So many runs may begin or end between two looks. */
const maxRuns = 200;

/** Looks at the graph beside what an overview of the same moment says. */
export function glanceAt(graph: Graph, { profile, project }: Overview): Glance {
  const { name, revision, problem } = profile;
  return snapshot(graph, () => ({
    profile: {
      ...(name !== undefined && { profile: name }),
      ...(revision !== undefined && { revision }),
      ...(problem && { problem: problem.message }),
    },
    service: serviceState(project?.service),
    tasks: taskStates(graph),
    runs: new Map(listRuns(graph, { limit: maxRuns }).map((run) => [run.id, runGlance(run)])),
  }));
}

/** In the order in which they are told: what decides first, then runs and tasks. Pure. */
export function changesBetween(before: Glance, after: Glance): Change[] {
  const changes: Change[] = [];
  if (!same(before.profile, after.profile)) changes.push({ kind: "profile", ...after.profile });
  if (before.service !== after.service) changes.push({ kind: "service", state: after.service });
  for (const [run, glance] of [...after.runs].reverse()) {
    if (!same(before.runs.get(run), glance)) changes.push({ kind: "run", run, ...glance });
  }
  for (const [task, to] of after.tasks) {
    const from = before.tasks.get(task);
    if (from !== to) changes.push({ kind: "task", task, ...(from !== undefined && { from }), to });
  }
  for (const [task, from] of before.tasks) {
    if (!after.tasks.has(task)) changes.push({ kind: "task", task, from });
  }
  return changes;
}

function serviceState(service: NonNullable<Overview["project"]>["service"] | undefined): ServiceState {
  if (service === undefined) return "none";
  if (service.kind !== "running") return service.kind;
  return service.status.stopping ? "stopping" : "running";
}

function taskStates(graph: Graph): Map<string, State> {
  const holds = new Map(listHolds(graph).map((hold) => [hold.task, hold]));
  const rows = rowsOf(graph, query.selectFrom("task").select(["id", "status", "blockers"]));
  return new Map(
    rows.map((row) => {
      const hold = holds.get(row.id);
      return [row.id, stateOf({ ...row, ...(hold && { hold }) })];
    }),
  );
}

function runGlance({ task, role, route, profile, revision, status, result }: Run): RunGlance {
  const failure = result?.failure;
  return {
    ...{ task, role, route, profile, revision, status },
    ...(result && { outcome: result.outcome }),
    ...(failure && { failure: failure.class, message: failure.message }),
  };
}

function same(a: object | undefined, b: object): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
