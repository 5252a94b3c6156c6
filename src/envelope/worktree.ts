// What the verbs about worktrees answer.
import type { Surveyed } from "../worktree/survey.ts";
import { about, envelope, flag, list, maybe, object, text } from "./shape.ts";
import { merged } from "./task.ts";

const surveyed = list(
  object<Surveyed>({
    task: maybe(text),
    branch: maybe(text),
    folder: maybe(text),
    keep: maybe(about("why it stays", text)),
  }),
);

export const worktreeEnvelopes = {
  merge: merged,
  gc: envelope({
    dryRun: flag,
    removed: surveyed,
    kept: surveyed,
    runs: about("runs whose files went", list(text)),
  }),
};
