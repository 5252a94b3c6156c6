// What `wg profile compare` answers.
import { roles } from "../base/role.ts";
import { type Caveat, caveatKinds } from "../score/caveat.ts";
import { type Pair, verdicts } from "../score/compare.ts";
import { type Difference, measures } from "../score/difference.ts";
import type { Figure, JudgedBy, ProfileFigures } from "../score/figures.ts";
import type { Estimate } from "../score/interval.ts";
import { about, count, envelope, list, maybe, number, object, oneOf, text, time } from "./shape.ts";
import { costSum } from "./usage.ts";

const figure = about(
  "with the interval that holds the truth in 95 of 100 cases",
  object<Figure>({ value: number, low: number, high: number, tasks: count }),
);

const profile = object<ProfileFigures>({
  profile: text,
  runs: about("without reruns; those in flight among them", count),
  live: count,
  reruns: about("of tasks that had been finished", count),
  done: about("tasks that it brought to done", count),
  doneRate: maybe(figure),
  evaluation: maybe(figure),
  fidelity: maybe(figure),
  cost: costSum,
  costPerDone: maybe(
    about(
      "in dollars, by how it is known",
      object<NonNullable<ProfileFigures["costPerDone"]>>({ reported: number, computed: number }),
    ),
  ),
  medianMs: maybe(about("of the runs that were done", number)),
  failures: list(object<ProfileFigures["failures"][number]>({ class: text, runs: count })),
  judges: about(
    "who scored its work",
    list(
      object<JudgedBy>({
        route: text,
        served: list(text),
        runs: count,
        ownFamily: about("runs of the judge's own model family", count),
      }),
    ),
  ),
});

const ofBoth = object({ a: count, b: count });

const difference = object<Difference>({
  measure: oneOf(...measures),
  a: text,
  b: text,
  tasks: about("how many it rests on", ofBoth),
  samples: oneOf("same tasks", "different tasks"),
  estimate: maybe(
    about(
      "a less b, with the interval that decides: all of a comparison together hold the truth in 99 of 100 cases",
      object<Estimate>({ value: number, low: number, high: number }),
    ),
  ),
  verdict: oneOf("better", "no difference shown", "too thin to tell"),
  better: maybe(text),
  more: maybe(about("about how many more tasks of each would tell", ofBoth)),
});

const told = {
  verdict: oneOf(...verdicts),
  better: maybe(about("better than the other, or than every other", text)),
};

export const compareEnvelopes = {
  "profile compare": envelope({
    role: oneOf(...roles),
    tag: maybe(text),
    since: maybe(time),
    judge: maybe(about("the profile whose words count alone", text)),
    judged: maybe(about("how many runs it has scored just now", count)),
    profiles: list(profile),
    ...told,
    pairs: list(object<Pair>({ a: text, b: text, ...told, differences: list(difference) })),
    caveats: about(
      "reasons to doubt",
      list(object<Caveat>({ kind: oneOf(...caveatKinds), profile: maybe(text), message: text })),
    ),
  }),
};
