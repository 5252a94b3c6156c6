// What the verbs about tasks answer.
import type { Proposal } from "../agency/breakdown.ts";
import { permissionLevels } from "../base/role.ts";
import type { Artifact } from "../graph/artifact.ts";
import type { Assignment } from "../graph/assignment.ts";
import type { Hold } from "../graph/hold.ts";
import type { ImportReport } from "../graph/import.ts";
import type { LogEntry } from "../graph/log.ts";
import type { Delivered, Message } from "../graph/message.ts";
import { taskStatuses } from "../graph/tables.ts";
import type { Outline, Task } from "../graph/task.ts";
import { chatMessages } from "./chat.ts";
import { evaluations, review, score } from "./evaluation.ts";
import { run } from "./run.ts";
import {
  about,
  count,
  either,
  envelope,
  flag,
  list,
  maybe,
  number,
  object,
  oneOf,
  table,
  text,
  time,
  whole,
} from "./shape.ts";

export const hold = object<Hold>({
  kind: oneOf("retry", "budget", "merge", "assign", "review", "gate"),
  reason: text,
  since: time,
  until: maybe(time),
});

export const task = object<Task & { blocked: boolean }>({
  id: text,
  title: text,
  description: text,
  status: oneOf(...taskStatuses),
  blocked: about("it is open and waits for another", flag),
  priority: whole,
  model: maybe(text),
  tier: maybe(text),
  exec: maybe(text),
  verify: maybe(text),
  gate: maybe(about("what its work has to be scored before it counts as done, 0 to 1", number)),
  tags: list(text),
  needs: list(text),
  blockers: about("how many needs are neither done nor abandoned, and one for a hold", count),
  hold: maybe(hold),
  attempts: count,
  reason: maybe(text),
  summary: maybe(text),
  samePlanAs: maybe(about("the run whose plan the next attempt repeats", text)),
  createdAt: time,
  startedAt: maybe(time),
  completedAt: maybe(time),
});

const outline = object<Outline>({ id: text, status: oneOf(...taskStatuses), blockers: count, title: text });
const logEntry = object<LogEntry>({ at: time, by: text, run: maybe(text), message: text });
const artifact = object<Artifact>({ path: text, at: time, run: maybe(text) });

const assignment = about(
  "who is to do it",
  object<Assignment>({
    task: text,
    identity: maybe(about("sha256 of what the identity said then", text)),
    name: maybe(text),
    by: oneOf("auto", "model", "default", "person"),
    reason: text,
    run: maybe(about("the assigner's", text)),
    at: time,
    tier: maybe(text),
    permissions: maybe(oneOf(...permissionLevels)),
  }),
);

const messageMembers = { number: count, task: text, at: time, by: text, text };
const message = object<Message>(messageMembers);
const delivered = object<Delivered>({
  ...messageMembers,
  seen: list(
    object<Delivered["seen"][number]>({ run: text, at: time, how: oneOf("prompt", "turn", "command") }),
  ),
});

const movedMembers = {
  task,
  freed: about("tasks that are ready because of it", list(text)),
  held: about("tasks that wait again because of it", list(text)),
};
const moved = envelope(movedMembers);

export const merged = envelope({
  ...movedMembers,
  branch: text,
  target: text,
  commit: maybe(about("absent where the target had it all already", text)),
});

/** From inside a task's own run. */
const reported = (status: string) => envelope({ task: text, run: text, reported: oneOf(status) });

const line = { line: count };
const report = {
  imported: list(text),
  skipped: list(text),
  renamed: list(object<ImportReport["renamed"][number]>({ from: text, to: text, ...line })),
  dropped: list(
    object<ImportReport["dropped"][number]>({
      task: text,
      needs: text,
      why: oneOf("unknown", "cycle", "elsewhere"),
    }),
  ),
  remarks: list(object<ImportReport["remarks"][number]>({ id: text, ...line, field: text, what: text })),
  unknownFields: table(count),
  otherLines: table(count),
  commands: count,
};

const proposal = object<Proposal>({
  key: text,
  title: text,
  description: text,
  needs: list(text),
  tags: list(text),
  model: maybe(text),
  tier: maybe(text),
});

const planned = envelope({
  proposed: list(proposal),
  added: about("empty without --yes", list(task)),
  plannedBy: object({
    run: text,
    profile: text,
    revision: text,
    route: text,
    attempts: count,
    served: list(text),
    servedBy: oneOf("answered", "requested-only"),
    folder: text,
  }),
});

export const taskEnvelopes = {
  add: envelope({ task }),
  plan: planned,
  edit: envelope({ task }),
  list: envelope({ tasks: list(task) }),
  ready: envelope({ total: count, tasks: list(task) }),
  show: envelope({
    task,
    needs: list(outline),
    requiredBy: list(outline),
    assignment: maybe(assignment),
    score: maybe(score),
    runs: list(run),
    evaluations,
    reviews: about("that are still to be made", list(review)),
    artifacts: list(artifact),
    log: list(logEntry),
  }),
  done: either(moved, reported("done")),
  fail: either(moved, reported("failed")),
  retry: moved,
  approve: either(envelope({ task, usd: about("what it may cost from now on", number) }), moved, merged),
  abandon: moved,
  log: either(envelope({ task: text, log: list(logEntry) }), envelope({ task: text, entry: logEntry })),
  msg: either(
    envelope({ task: text, messages: list(delivered) }),
    envelope({ message, run: maybe(text) }),
    chatMessages,
  ),
  artifact: either(envelope({ task: text, artifacts: list(artifact) }), envelope({ task: text, artifact })),
  rm: envelope({ removed: text, released: list(text) }),
  import: envelope({ dryRun: flag, ...report }),
  export: envelope({ file: text, tasks: count, openHere: list(text) }),
};
