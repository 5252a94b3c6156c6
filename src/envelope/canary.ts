// What verbs answer of a canary: its sides with their figures, and what became of it.
import type { ArmView, CanaryView } from "../overview/canary-view.ts";
import { services, switchedMembers } from "./change.ts";
import { about, count, envelope, list, maybe, number, object, oneOf, text, time } from "./shape.ts";

type Figures = NonNullable<ArmView["figures"]>;

const share = about("from 0 to 1", number);

const figures = object<Figures>({
  runs: count,
  live: count,
  done: count,
  failed: about("timed out ones too", count),
  ended: about("done or failed", count),
  elsewhere: about("runs on a fallback, which count for nothing else", count),
  failureRate: maybe(share),
  scored: about("runs whose work was scored", count),
  score: maybe(about("their mean, from 0 to 1", number)),
  interval: maybe(
    about(
      "holds the truth 19 times in 20",
      object<NonNullable<Figures["interval"]>>({ low: number, high: number }),
    ),
  ),
});

const arm = object<ArmView>({
  arm: oneOf("main", "canary"),
  profile: text,
  revision: text,
  figures: maybe(about("since it began, in this project", figures)),
});

const next = about(
  "the routes of the next workers",
  object<NonNullable<CanaryView["next"]>>({ main: text, canary: text }),
);

const members = {
  since: time,
  share: about("of the tasks, from 0 to 1", number),
  arms: about("the one that is active first", list(arm)),
  guardrails: list(text),
  minRuns: about("until both sides have so many runs no guardrail speaks", count),
};

/** The canary that counts at a place. */
export const canary = object<CanaryView>({
  ...members,
  next: maybe(next),
  judges: maybe(text),
  notes: list(text),
});

const project = maybe(about("the project whose own pointer it goes with", text));

export const begun = envelope({
  state: oneOf("begun", "changed", "unchanged"),
  project,
  canary: object({ ...members, next }),
  services,
  notes: list(text),
  tookMs: number,
});

export const ended = envelope({
  ended: oneOf(true),
  project,
  canary: maybe(about("absent where its file could not be read", object(members))),
  services,
  notes: list(text),
});

export const promoted = envelope({ ...switchedMembers, canary: object(members) });
