// What the verbs about runs answer.
import { mergeModes } from "../base/merge-mode.ts";
import type { Rates } from "../base/rates.ts";
import { permissionLevels } from "../base/role.ts";
import type {
  BudgetLimit,
  Failover,
  Plan,
  PlannedAssigning,
  PlannedIdentity,
  PlannedJudging,
  PlannedReview,
  PlannedWorktree,
} from "../graph/plan.ts";
import { type Failure, failureClasses, outcomes, type RunResult, type Usage } from "../graph/result.ts";
import type { PlannedRun, Run } from "../graph/run.ts";
import { taskStatuses } from "../graph/tables.ts";
import type { Reason } from "../plan/explain.ts";
import type { Answers } from "../worker/answers.ts";
import type { LoggedEvent } from "../worker/journal.ts";
import { endpoint, pinnedValue, role, route } from "./route.ts";
import {
  about,
  count,
  either,
  envelope,
  flag,
  list,
  type Maybe,
  type Members,
  maybe,
  number,
  object,
  oneOf,
  type Shape,
  table,
  text,
  time,
  whole,
} from "./shape.ts";

export const usage = object<Usage>({ input: count, output: count, cached: count });

const failure = object<Failure>({
  class: oneOf(...failureClasses),
  message: text,
  status: maybe(whole),
  resetsAt: maybe(time),
});

export const result = object<RunResult>({
  outcome: oneOf(...outcomes),
  failure: maybe(failure),
  summary: text,
  usage,
  cost: object<RunResult["cost"]>({ usd: maybe(number), source: oneOf("reported", "computed", "unknown") }),
  turns: count,
  sessionId: maybe(text),
  resolvedModel: maybe(text),
  servedModels: list(text),
  servedBy: oneOf("answered", "requested-only"),
  exitCode: maybe(whole),
  signal: maybe(text),
  denials: count,
});

const failover = about(
  "on a fallback, instead of the active profile",
  object<Failover>({ from: text, why: text, until: maybe(time) }),
);

const runMembers: Members<Run> & { durationMs: Maybe } = {
  id: text,
  task: text,
  role,
  subject: maybe(about("the run that it is about: what it judges, or repeats", text)),
  status: oneOf("claimed", "running", "ended"),
  attempt: count,
  profile: text,
  revision: text,
  arm: maybe(about("its side of a canary", oneOf("main", "canary"))),
  identity: maybe(about("sha256 of whom its agent was told to be", text)),
  baseCommit: maybe(about("what its worktree began at", text)),
  headCommit: maybe(about("what its worktree held when it had ended", text)),
  route: about("what was requested", text),
  service: text,
  process: maybe(object<NonNullable<Run["process"]>>({ pid: count, started: text })),
  leaseUntil: time,
  claimedAt: time,
  startedAt: maybe(time),
  endedAt: maybe(time),
  sessionId: maybe(text),
  resolvedModel: maybe(text),
  servedModels: about("what the server answered with", list(text)),
  usage: maybe(usage),
  result: maybe(result),
  reported: maybe(object<NonNullable<Run["reported"]>>({ status: oneOf("done", "failed"), message: text })),
  cancel: maybe(oneOf("fail", "requeue")),
  failover: maybe(failover),
  durationMs: maybe(count),
};

export const run = object(runMembers);

const plan = object<Plan>({
  schemaVersion: oneOf(1),
  run: text,
  task: text,
  role,
  subject: maybe(text),
  attempt: count,
  project: text,
  cwd: text,
  worktree: maybe(
    object<PlannedWorktree>({
      folder: text,
      branch: text,
      repository: about("the checkout that the project is in", text),
      from: about("the commit that a first attempt begins at", text),
      target: maybe(text),
      merge: oneOf(...mergeModes),
      title: text,
      setup: maybe(text),
    }),
  ),
  profile: text,
  revision: text,
  arm: maybe(oneOf("main", "canary")),
  identity: maybe(object<PlannedIdentity>({ hash: text, name: text, text })),
  route,
  endpoint: maybe(endpoint),
  env: table(pinnedValue),
  permissions: oneOf(...permissionLevels),
  mcp: maybe(about("it reports by the tools of wg mcp", oneOf(true))),
  limits: object<Plan["limits"]>({ timeoutMs: count, hangAfterMs: count, maxTurns: count }),
  onModelMismatch: oneOf("warn", "fail"),
  budget: maybe(
    about(
      "what may be spent; the run is stopped before a turn that would go beyond",
      object<NonNullable<Plan["budget"]>>({
        limits: list(
          object<BudgetLimit>({
            of: oneOf("task", "day", "approval"),
            usd: number,
            profile: maybe(about("only runs on it count", text)),
            since: maybe(time),
            until: maybe(time),
          }),
        ),
        prices: table(object<Rates>({ input: number, output: number, cached: maybe(number) })),
      }),
    ),
  ),
  command: maybe(text),
  exec: maybe(text),
  verify: maybe(text),
  prompt: text,
  resume: maybe(text),
  chat: maybe(text),
  maxAttempts: maybe(count),
  fallback: maybe(about("the profiles its task may go on with", list(text))),
  failover: maybe(failover),
  review: maybe(
    about(
      "who looks at its work when it is done, and what that has to come to",
      object<PlannedReview>({
        roles: list(oneOf("evaluator", "flip")),
        gate: maybe(object<NonNullable<PlannedReview["gate"]>>({ least: number, reopens: count })),
      }),
    ),
  ),
  judging: maybe(
    about("how it judges", object<PlannedJudging>({ weights: table(number), isJudge: maybe(oneOf(true)) })),
  ),
  assigning: maybe(
    about(
      "whom it may choose",
      object<PlannedAssigning>({
        candidates: list(
          object<PlannedAssigning["candidates"][number]>({
            hash: text,
            name: text,
            about: text,
            runs: count,
            mean: maybe(number),
          }),
        ),
        tiers: list(text),
        permissions: list(oneOf(...permissionLevels)),
      }),
    ),
  ),
  probe: maybe(about("the one run that tries what has cooled", oneOf(true))),
  origins: table(text),
});

const reason = object<Reason>({
  name: text,
  was: text,
  origin: maybe(about("where the value came from", text)),
  now: maybe(about("what would be chosen now", text)),
  changed: flag,
});

const why = object({
  run: text,
  task: text,
  role,
  attempt: count,
  profile: text,
  revision: text,
  reasons: list(reason),
  requested: about("the model in the plan; empty for a command", text),
  resolved: maybe(text),
  served: list(object<Answers["served"][number]>({ model: text, requests: count })),
  servedBy: oneOf("answered", "requested-only"),
  now: maybe(about("why nothing could be chosen now", text)),
});

const plannedRun = object<PlannedRun & { durationMs?: number }>({ ...runMembers, plan });

type EventMembers<Kind extends LoggedEvent["kind"]> = Omit<
  Members<Extract<LoggedEvent, { kind: Kind }>>,
  "at" | "kind"
>;

const eventMembers: { [Kind in LoggedEvent["kind"]]: EventMembers<Kind> } = {
  started: { pid: maybe(count), version: maybe(text) },
  session: { sessionId: text },
  model: { resolved: maybe(text), served: maybe(text) },
  text: { text },
  tool: { id: text, name: text, input: text },
  "tool-result": { id: text, ok: flag, output: text },
  usage: { usage },
  retry: { attempt: count, reason: text },
  warning: { message: text },
  result: { result },
};

/** What a run did, one shape a kind; `more` stands in each. */
function event(more: Readonly<Record<string, Shape>> = {}): Shape {
  const kinds = Object.entries(eventMembers);
  return either(
    ...kinds.map(([kind, members]) => object({ ...more, at: time, kind: oneOf(kind), ...members })),
  );
}

export const runEnvelopes = {
  runs: either(envelope({ runs: list(run), hasMore: flag }), envelope({ run: plannedRun, folder: text })),
  why: envelope({ runs: list(why) }),
  "runs show": envelope({ run: plannedRun, folder: text }),
  logs: envelope({ run: maybe(text), task: text, events: list(event()) }),
  "logs --follow": event({ run: text }),
  kill: envelope({
    run: text,
    task: text,
    outcome: oneOf(...outcomes),
    forced: flag,
    taskStatus: oneOf(...taskStatuses),
  }),
};
