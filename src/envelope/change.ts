// What verbs answer that change a profile, the pointer or a settings file: what it came to, and who took it over.
import type { ChatCount } from "../chat/count.ts";
import type { Difference } from "../profile/difference.ts";
import type { Change, ServiceImpact } from "../profile/impact.ts";
import type { Reply } from "../profile/nudge.ts";
import type { Version } from "../profile/outcome.ts";
import { profileCheck } from "./check.ts";
import { problem } from "./error.ts";
import { role } from "./route.ts";
import {
  about,
  anything,
  count,
  either,
  envelope,
  flag,
  list,
  maybe,
  number,
  object,
  oneOf,
  type Shape,
  text,
} from "./shape.ts";

const version = object<Version>({ profile: text, revision: maybe(text) });

type ReplyOf<Kind extends Reply["kind"]> = Extract<Reply, { kind: Kind }>;
const staying = list(
  object<ReplyOf<"applied">["staying"][number]>({ profile: text, revision: text, runs: count }),
);
const follower = { project: text, profile: text, revision: text, staying };

/** What became of each running service. */
export const services: Shape = list(
  either(
    object<ReplyOf<"applied">>({ kind: oneOf("applied"), ...follower }),
    object<ReplyOf<"pinned">>({ kind: oneOf("pinned"), ...follower, why: text }),
    object<ReplyOf<"unreachable">>({ kind: oneOf("unreachable"), project: text, why: text }),
    object({ kind: oneOf("refused"), project: text, problem }),
  ),
);

/** A profile's file, changed. */
export const rewritten = {
  profile: text,
  revision: maybe(text),
  path: text,
  changed: flag,
  from: maybe(version),
  next: maybe(about("the route of its workers", text)),
  active: about("it is what runs here", flag),
  isKept: maybe(about("it is a side of a canary, which the change does not reach", oneOf(true))),
  services,
  problem: maybe(problem),
};

const chats = about(
  "open chats, by what they stay on",
  list(object<ChatCount>({ profile: text, revision: text, chats: count })),
);

export const switchedMembers = {
  profile: text,
  revision: maybe(text),
  from: version,
  changed: flag,
  endedCanary: maybe(about("the candidate of the canary that the switch ended", text)),
  project: maybe(about("the project whose own pointer it was", text)),
  next: about("the route of the next worker", text),
  services,
  overrides: about("what beats it here", list(object({ key: text, value: anything, origin: text }))),
  notes: list(text),
  chats,
  tookMs: number,
};

export const switched = envelope(switchedMembers);

const then = text;
const change = { now: maybe(text), then };
const difference = object<Difference>({ key: text, old: maybe(anything), new: maybe(anything) });

export const differences = list(difference);

export const dryRun = envelope({
  dryRun: oneOf(true),
  from: version,
  to: version,
  changed: flag,
  followsHere: flag,
  differences,
  roles: list(object<Change & { role: string }>({ role, ...change })),
  services: list(object<ServiceImpact>({ project: text, follows: flag, why: maybe(text) })),
  readyTasks: list(object<Change & { task: string }>({ task: text, ...change })),
  chats,
  endsCanary: maybe(about("the candidate of the canary that would end", text)),
  inFlight: list(object({ run: text, task: text, route: text, profile: text, revision: text })),
  check: list(profileCheck),
});
