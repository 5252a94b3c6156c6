// What the verbs answer that have a run looked at, or repeated, at once.
import { allStates } from "../graph/standing.ts";
import type { ChangedFile } from "../worktree/difference.ts";
import { evaluations, score } from "./evaluation.ts";
import { run } from "./run.ts";
import { about, count, envelope, list, maybe, object, oneOf, text } from "./shape.ts";
import { task } from "./task.ts";

const state = oneOf(...allStates);

const look = object({ run, problem: maybe(about("why it gave no score", text)) });

const side = object({
  run,
  score: maybe(score),
  files: maybe(
    about(
      "what it changed; absent where no commit tells",
      list(object<ChangedFile>({ path: text, added: maybe(count), removed: maybe(count) })),
    ),
  ),
});

export const rerunEnvelopes = {
  evaluate: envelope({
    task,
    was: about("where the task stood before", state),
    state,
    run: about("whose work was looked at", text),
    score: maybe(about("what all that counts of it comes to", score)),
    reviews: about("the runs that looked at it", list(look)),
    evaluations: about("what they said", evaluations),
  }),
  "task rerun": envelope({
    task: text,
    original: side,
    rerun: side,
    diff: maybe(about("with --diff: the patch from the original's result to the rerun's", text)),
    kept: maybe(about("with --keep", object({ folder: text, branch: text }))),
  }),
};
