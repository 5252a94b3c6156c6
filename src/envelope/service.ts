// What the verbs about services answer.
import { type Cooling, coolingClasses, type Probe, type RunName } from "../cooling/cooling.ts";
import type {
  AppliedCanary,
  FailoverStatus,
  ReloadAnswer,
  RunStatus,
  ServiceStatus,
} from "../ipc/protocol.ts";
import { place } from "./error.ts";
import { role } from "./route.ts";
import {
  about,
  anything,
  count,
  either,
  envelope,
  flag,
  list,
  type Members,
  maybe,
  number,
  object,
  oneOf,
  table,
  text,
  time,
} from "./shape.ts";

type Applied = ServiceStatus["applied"];

const armVersion = object<AppliedCanary["main"]>({ profile: text, revision: text });

const applied = object<Applied>({
  profile: text,
  revision: text,
  appliedAt: time,
  pinned: maybe(text),
  canary: maybe(
    object<AppliedCanary>({
      since: time,
      at: about("when it was begun or last changed", time),
      share: about("of the tasks, between 0 and 1", number),
      main: armVersion,
      canary: armVersion,
      aside: maybe(about("why this service goes on without", text)),
    }),
  ),
  problem: maybe(
    object<NonNullable<Applied["problem"]>>({
      message: text,
      hint: maybe(text),
      at: maybe(place),
      since: time,
    }),
  ),
});

export const failover = object<FailoverStatus>({
  profile: about("the active one", text),
  destination: text,
  why: oneOf(...coolingClasses),
  since: time,
  until: maybe(time),
  resetsAt: maybe(time),
  probe: maybe(about("the run that tries it again", text)),
  runningOn: maybe(about("the fallback that new runs take", text)),
  skipped: about("why fallbacks are passed over", list(text)),
});

const runStatus = object<RunStatus>({
  run: text,
  task: text,
  role,
  profile: text,
  revision: text,
  route: text,
  pid: maybe(count),
  startedAt: maybe(time),
});

export const statusMembers: Members<ServiceStatus> = {
  pid: count,
  project: text,
  version: text,
  startedAt: time,
  maxAgents: count,
  applied,
  failover: maybe(failover),
  reverted: maybe(
    about(
      "the last switch, taken back by the service",
      object<NonNullable<ServiceStatus["reverted"]>>({ at: time, from: text, to: text, why: maybe(text) }),
    ),
  ),
  trouble: maybe(about("what keeps the service from its work just now; it goes on trying", text)),
  lastReload: object<ServiceStatus["lastReload"]>({
    at: time,
    result: oneOf("applied", "unchanged", "refused"),
    tookMs: number,
    error: maybe(text),
  }),
  inFlight: list(runStatus),
  ready: count,
  waiting: about(
    "ready, and cannot be planned with the settings in force",
    list(object<ServiceStatus["waiting"][number]>({ task: text, problem: text, since: time })),
  ),
  stopping: flag,
};

const reloadMembers: Members<ReloadAnswer> = {
  applied,
  changed: flag,
  inFlight: list(object<ReloadAnswer["inFlight"][number]>({ profile: text, revision: text, runs: count })),
};

const runName = object<RunName>({ run: text, project: text, profile: text });

const cooling = object<Cooling & { state: string }>({
  destination: text,
  class: oneOf(...coolingClasses),
  message: text,
  since: time,
  last: time,
  until: time,
  resetsAt: maybe(time),
  failures: count,
  by: runName,
  probe: maybe(
    object<Probe>({
      run: text,
      project: text,
      at: time,
      process: maybe(object<NonNullable<Probe["process"]>>({ pid: count, started: text })),
    }),
  ),
  state: oneOf("cooling", "over", "probed"),
});

const drillSteps = [
  "parts",
  "passed-over",
  "turned-away",
  "cools",
  "goes-on",
  "waits",
  "pointer",
  "back",
] as const;

/** A line of the log has whatever belongs to it besides its message. */
const entry = table(anything);

export const serviceEnvelopes = {
  "service start": envelope({ started: oneOf(true), ...statusMembers }),
  "service stop": either(
    envelope({ stopped: oneOf(true), pid: count, inFlight: count }),
    envelope({ stopped: oneOf(false) }),
  ),
  "service status": either(
    envelope({ running: oneOf(true), ...statusMembers }),
    envelope({ running: oneOf(false), project: text }),
  ),
  "service reload": envelope(reloadMembers),
  "failover list": envelope({ cooling: list(cooling) }),
  "failover clear": envelope({
    cleared: list(text),
    released: about("tasks of this project that need not wait any more", list(text)),
  }),
  "failover drill": envelope({
    profile: text,
    class: oneOf(...coolingClasses),
    passed: flag,
    steps: list(object({ step: oneOf(...drillSteps), ok: flag, text })),
  }),
  "service logs": envelope({ path: text, entries: list(entry) }),
  "service logs --follow": entry,
};
