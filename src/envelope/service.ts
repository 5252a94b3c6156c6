// What the verbs about services answer.
import type { ReloadAnswer, RunStatus, ServiceStatus } from "../ipc/protocol.ts";
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

const applied = object<Applied>({
  profile: text,
  revision: text,
  appliedAt: time,
  pinned: maybe(text),
  problem: maybe(
    object<NonNullable<Applied["problem"]>>({
      message: text,
      hint: maybe(text),
      at: maybe(place),
      since: time,
    }),
  ),
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
  "service logs": envelope({ path: text, entries: list(entry) }),
  "service logs --follow": entry,
};
