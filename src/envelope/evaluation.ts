// What the verbs about evaluations answer.
import { dimensions, type Scores, type Weights } from "../base/dimension.ts";
import type { Evaluation } from "../graph/evaluation.ts";
import type { Review } from "../graph/review.ts";
import type { Run } from "../graph/run.ts";
import {
  about,
  count,
  envelope,
  flag,
  list,
  type Members,
  maybe,
  number,
  object,
  oneOf,
  text,
  time,
} from "./shape.ts";

const reviewRole = oneOf("evaluator", "flip");
const dimensionMembers = <Member>(member: Member) =>
  Object.fromEntries(dimensions.map((dimension) => [dimension, member]));
const scores = about(
  "0 to 1 on each dimension, 1 is best",
  object<Scores>(dimensionMembers(maybe(number)) as Members<Scores>), // Made of every dimension.
);
const weights = object<Weights>(dimensionMembers(number) as Members<Weights>);
const total = about("0 to 1; absent where there is no score", number);

const ranMembers: Members<Pick<Run, "profile" | "revision" | "route" | "servedModels" | "resolvedModel">> = {
  profile: text,
  revision: text,
  route: about("what was requested", text),
  servedModels: about("what the server answered with", list(text)),
  resolvedModel: maybe(text),
};

const evaluationMembers: Members<Evaluation> = {
  task: text,
  run: about("whose work it is about", text),
  byRun: about("the run that said it", text),
  role: reviewRole,
  isJudge: maybe(about("said for a comparison, and counts for nothing else", oneOf(true))),
  at: time,
  total: maybe(total),
  scores,
  notes: text,
  problem: maybe(about("why there is no score", text)),
};
const by = maybe(about("what it was made on", object(ranMembers)));
const counts = about("the latest word of its role on that run, and no comparison's", flag);

/** Evaluations of one task. */
export const evaluations = list(object({ ...evaluationMembers, by, counts }));

export const review = object<Review>({
  run: text,
  role: reviewRole,
  task: text,
  tries: about("how often it has failed so far", count),
});

/** What those that count come to by the weights of now. */
const scoreMembers = { run: text, scores, total: maybe(total) };
export const score = about("of the latest attempt that was scored", object(scoreMembers));

export const evaluationEnvelopes = {
  "eval show": envelope({
    task: text,
    weights,
    runs: list(
      object({
        ...scoreMembers,
        kind: about("its role, or rerun", text),
        on: maybe(object({ attempt: count, ...ranMembers })),
        evaluations,
      }),
    ),
    reviews: about("that are still to be made", list(review)),
  }),
  "eval list": envelope({
    evaluations: list(object({ ...evaluationMembers, by })),
    hasMore: flag,
  }),
};
