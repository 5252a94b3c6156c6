// What the verbs about profiles answer.
import type { Bundle } from "../config/settings.ts";
import { type ChangedBy, canaryKinds, changedThrough, switchKinds } from "../profile/history.ts";
import { begun, canary, ended, promoted } from "./canary.ts";
import { differences, dryRun, rewritten, services, switched } from "./change.ts";
import { problem } from "./error.ts";
import {
  bundleEndpoint,
  endpoint,
  endpointTable,
  handler,
  pinnedValue,
  provider,
  role,
  route,
} from "./route.ts";
import { failover } from "./service.ts";
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
  orNull,
  table,
  text,
  time,
} from "./shape.ts";
import { trust } from "./trust.ts";

const active = about("null where the pointer cannot be read", orNull(text));

const listed = object({
  name: text,
  active: flag,
  path: text,
  from: about("whose it is: the user's own, or the project's", oneOf("home", "project")),
  trust: maybe(about("of a project's: inert until it is trusted", trust)),
  hidden: maybe(about("the name means one of the user's own", flag)),
  model: maybe(about("the route of its workers", text)),
  revision: maybe(text),
  description: maybe(text),
  problem: maybe(problem),
});

const roleView = {
  role,
  route: text,
  endpoint: about("null for the handler's own login", orNull(endpoint)),
  key: about("the setting that decides", text),
};

const shadow = object({ value: anything, origin: text });
export const setting = object({ key: text, value: anything, origin: text, shadows: list(shadow) });
export const hiddenSetting = object({ key: text, shadows: list(shadow) });

const bundle = object<Bundle>({
  agent: object<Bundle["agent"]>({ model: route }),
  dispatcher: object<Bundle["dispatcher"]>({ model: maybe(route) }),
  tiers: table(route),
  models: table(object({ model: maybe(route), endpoint: maybe(text) })),
  endpoints: list(bundleEndpoint),
  env: table(pinnedValue),
  handlerEnv: table(table(pinnedValue)),
  fallback: list(text),
});

const span = object({
  at: time,
  kind: oneOf(...switchKinds, ...canaryKinds),
  why: maybe(about("of what a service did by itself", text)),
  ended: maybe(about("the candidate of the canary that a switch ended", text)),
  share: maybe(about("of a canary: of the tasks, from 0 to 1", number)),
  from: text,
  to: text,
  revision: text,
  by: object<ChangedBy>({ pid: count, user: text, through: maybe(oneOf(...changedThrough)) }),
  project: maybe(text),
  until: maybe(time),
  activeMs: count,
  runs: maybe(about("how many runs of it this project started meanwhile", count)),
});

const notTaken = list(object({ key: text, why: text }));

const imported = object({
  name: text,
  path: text,
  state: oneOf("new", "replaced", "same", "kept"),
  model: maybe(text),
  endpoints: list(endpointTable),
  keys: list(object({ variable: text, at: text })),
  notes: list(text),
  notTaken,
  toml: text,
});

const variableChange = either(
  object({ kind: oneOf("set"), name: text, value: text }),
  object({ kind: oneOf("take"), name: text, from: text }),
  object({ kind: oneOf("unset"), name: text }),
);

const setKey = envelope({ key: text, value: maybe(anything), ...rewritten });

export const profileEnvelopes = {
  profile: envelope({ active, profiles: list(text) }),
  "profile list": envelope({ active, profiles: list(listed), canary: maybe(canary) }),
  "profile current": envelope({
    profile: text,
    revision: maybe(text),
    origin: text,
    problem: maybe(problem),
    failover: maybe(failover),
    canary: maybe(canary),
  }),
  "profile show": either(
    envelope({
      profile: text,
      revision: text,
      notes: maybe(list(text)),
      origin: maybe(text),
      roles: list(object({ ...roleView, handler, model: text, origin: text })),
      values: list(setting),
    }),
    envelope({ revision: text, profiles: list(text), roles: list(object(roleView)), bundle }),
  ),
  "profile diff": envelope({ old: text, new: text, differences }),
  "profile history": envelope({ switches: list(span) }),
  "profile use": either(switched, dryRun, begun),
  "profile undo": either(switched, ended),
  "profile promote": promoted,
  "profile abort": ended,
  "profile create": envelope({
    ...rewritten,
    preset: maybe(text),
    handler: maybe(handler),
    provider: maybe(provider),
    key: maybe(object({ variable: text, needed: flag, isSet: flag })),
  }),
  "profile set": setKey,
  "profile unset": setKey,
  "profile edit": either(envelope(rewritten), envelope({ profile: text, changed: oneOf(false) })),
  "profile delete": envelope({
    deleted: text,
    path: text,
    cleared: about("the projects whose pointer was cleared, null for the global one", list(orNull(text))),
    services,
    orphans: about("profiles that extend it, and cannot be used now", list(text)),
  }),
  "profile init-starters": envelope({ written: list(text), kept: list(text) }),
  "profile copy": envelope({ copied: text, ...rewritten }),
  "profile rename": envelope({
    from: text,
    to: text,
    path: text,
    pointers: list(text),
    followers: list(text),
    notes: list(text),
    services,
  }),
  "profile env": envelope({
    changes: list(variableChange),
    leftOut: list(object({ name: text, ref: text })),
  }),
  "profile import": envelope({
    file: text,
    kind: oneOf("wg", "rust-wg", "codex", "claude", "cc-switch"),
    written: flag,
    profiles: list(imported),
    notTaken,
    copies: about("where the text of what was replaced is kept", list(text)),
  }),
  "profile export": envelope({
    name: text,
    extends: maybe(text),
    references: list(text),
    notes: list(text),
    toml: text,
  }),
};
