// What the verbs answer that look at everything at once.
import { handlerNames } from "../base/route.ts";
import { noticeKinds } from "../config/settings.ts";
import { coolingClasses } from "../cooling/cooling.ts";
import type { Link } from "../graph/chain.ts";
import { failureClasses, outcomes } from "../graph/result.ts";
import { allStates } from "../graph/standing.ts";
import { taskStatuses } from "../graph/tables.ts";
import { type Glance, type RunGlance, serviceStates } from "../overview/changes.ts";
import type { Health } from "../overview/health.ts";
import type { Overview, ProjectView, RunView, Today } from "../overview/overview.ts";
import type { Problem, ProfileView } from "../overview/profile-view.ts";
import { type Cause, causeKinds } from "../overview/roots.ts";
import { type WaitingTask, waitingKinds } from "../overview/waiting.ts";
import { canary } from "./canary.ts";
import { place } from "./error.ts";
import { role } from "./route.ts";
import { failover, statusMembers } from "./service.ts";
import {
  about,
  count,
  either,
  envelope,
  flag,
  list,
  type Members,
  maybe,
  object,
  oneOf,
  text,
  time,
} from "./shape.ts";
import { hold } from "./task.ts";
import { costSum, dayBudget } from "./usage.ts";

const service = either(
  object({ kind: oneOf("none") }),
  object({ kind: oneOf("silent"), why: text }),
  object({ kind: oneOf("running"), status: object(statusMembers) }),
);

const state = oneOf(...allStates);

const running = object<RunView>({
  id: text,
  task: text,
  role,
  status: oneOf("claimed", "running", "ended"),
  route: text,
  profile: text,
  revision: text,
  claimedAt: time,
  startedAt: maybe(time),
  lastSign: about("when it last said something, or was started", time),
});

const waiting = object<WaitingTask>({
  task: text,
  kind: oneOf(...waitingKinds),
  why: text,
  until: maybe(time),
});

const project = object<ProjectView>({
  root: text,
  service,
  states: list(object<ProjectView["states"][number]>({ state, count })),
  running: list(running),
  waiting: object<ProjectView["waiting"]>({
    tasks: list(waiting),
    more: about("how many wait besides", count),
  }),
  today: object<Today>({
    runs: count,
    done: count,
    failures: list(
      object<Today["failures"][number]>({
        class: oneOf(...failureClasses, "other"),
        runs: count,
      }),
    ),
    cost: costSum,
    budgets: about("what a day may cost", list(dayBudget)),
  }),
});

const health = object<Health>({
  name: text,
  handler: oneOf(...handlerNames),
  url: maybe(text),
  roles: list(role),
  routes: list(text),
  state: oneOf("good", "bad", "unknown"),
  cooling: maybe(
    object<NonNullable<Health["cooling"]>>({ why: oneOf(...coolingClasses), until: maybe(time) }),
  ),
  run: maybe(
    object<NonNullable<Health["run"]>>({
      id: text,
      at: time,
      outcome: oneOf(...outcomes),
      failure: maybe(oneOf(...failureClasses)),
    }),
  ),
});

const profile = object<ProfileView>({
  name: maybe(text),
  revision: maybe(text),
  origin: maybe(text),
  next: maybe(about("the route of the next worker", text)),
  notes: list(text),
  problem: maybe(object<Problem>({ code: text, message: text, hint: maybe(text), at: maybe(place) })),
});

const members = {
  at: time,
  profile,
  check: maybe(
    object<NonNullable<Overview["check"]>>({
      at: time,
      verdict: oneOf("yes", "no", "unknown"),
      changed: about("the profile has become another since", flag),
    }),
  ),
  failover: maybe(failover),
  canary: maybe(canary),
  health: list(health),
  project: maybe(project),
};

const cause = object<Cause>({
  task: text,
  kind: oneOf(...causeKinds),
  why: text,
  help: maybe(about("a command", text)),
  holdsBack: about("how many of the asked tasks wait for it", count),
});

const link = object<Link>({
  id: text,
  title: text,
  status: oneOf(...taskStatuses),
  reason: maybe(text),
  hold: maybe(hold),
  waitsFor: list(text),
});

const runGlance: Members<RunGlance> = {
  task: text,
  role,
  route: text,
  profile: text,
  revision: text,
  status: oneOf("claimed", "running", "ended"),
  outcome: maybe(oneOf(...outcomes)),
  failure: maybe(oneOf(...failureClasses)),
  message: maybe(text),
};

const profileGlance: Members<Glance["profile"]> = {
  profile: maybe(text),
  revision: maybe(text),
  problem: maybe(text),
};

/** A line of `wg watch --json`: first how things stand, then each change. */
const change = either(
  object({
    at: time,
    kind: oneOf("now"),
    ...profileGlance,
    service: oneOf(...serviceStates),
    states: list(object({ state, count })),
  }),
  object({ at: time, kind: oneOf("task"), task: text, from: maybe(state), to: maybe(state) }),
  object({ at: time, kind: oneOf("run"), run: text, ...runGlance }),
  object({ at: time, kind: oneOf("profile"), ...profileGlance }),
  object({ at: time, kind: oneOf("service"), state: oneOf(...serviceStates) }),
);

export const overviewEnvelopes = {
  "notify test": envelope({
    event: oneOf(...noticeKinds),
    ways: list(object({ way: oneOf("command", "webhook"), told: flag, why: maybe(text) })),
  }),
  watch: change,
  status: envelope({ ...members, chats: about("open ones", count) }),
  blocked: envelope({
    task: maybe(text),
    causes: list(cause),
    chain: list(link),
    hasMore: about("the chain is longer", flag),
  }),
};
