// One task of a file as a task of ours: every field that has a column is read, by our names and by the original wg's.
import { messageOf, WgError } from "../base/error.ts";
import { isObject, type JsonRecord, recordOf, type Taken } from "./record.ts";
import type { ArtifactTable, LogTable, TaskStatus, TaskTable } from "./tables.ts";
import {
  checkedCommand,
  checkedDescription,
  checkedPriority,
  checkedRoute,
  checkedTags,
  checkedTier,
  checkedTitle,
} from "./task-text.ts";

/** What was not taken as it stood, for the person: which field, and what became of it. */
export interface Remark {
  field: string;
  what: string;
}

/** A task of a file. Ids are those of the file; `line` counts from 1. */
export interface Incoming {
  line: number;
  id: string;
  row: Omit<
    TaskTable,
    "number" | "id" | "blockers" | "attempts" | "forgiven" | "reopened" | "same_plan_as" | "extra"
  >;
  tags: string[];
  needs: string[];
  /** The tasks that are to wait for this one. */
  neededBy: string[];
  log: Omit<LogTable, "number" | "task">[];
  artifacts: Omit<ArtifactTable, "task">[];
  /** It may run several times in a loop, which begins here. */
  beginsLoop: boolean;
  record: JsonRecord;
  remarks: Remark[];
}

/** Every field of a task that is read; others stay as they are. */
export const taskFields: ReadonlySet<string> = new Set([
  "kind",
  "id",
  "title",
  "description",
  "status",
  "paused",
  "priority",
  "model",
  "tier",
  "exec",
  "verify",
  "gate",
  "tags",
  "after",
  "needs",
  "blocked_by",
  "before",
  "blocks",
  "created_at",
  "started_at",
  "completed_at",
  "reason",
  "failure_reason",
  "summary",
  "artifacts",
  "deliverables",
  "log",
]);

/** Every field of a log entry that is read. */
export const logFields: ReadonlySet<string> = new Set(["at", "timestamp", "by", "actor", "run", "message"]);

/** Where fields name tasks this one waits for, in the order they are looked at. */
export const needFields = ["after", "needs", "blocked_by"] as const;
const neededByFields = ["before", "blocks"] as const;

/**
 * Reads a task; `id` is its id in the file. What has no place in ours, or only in part, stays in `record`. Nothing in a
 * task is refused: what cannot be read stays and is remarked on.
 */
export function readTask(
  object: Readonly<Record<string, unknown>>,
  id: string,
  line: number,
  now: Date,
): Incoming {
  const record = recordOf(object);
  const remarks: Remark[] = [];
  const remark = (field: string, what: string) => remarks.push({ field, what });
  record.take("kind", text);
  record.take("id", text);
  const created = record.take("created_at", time) ?? now.toISOString();
  const completed = record.take("completed_at", time) ?? null;
  const standing = readStatus(record, remark);
  const row = {
    title: record.take("title", title) ?? id.slice(0, 300),
    description: record.take("description", (value) => checkedText(value, checkedDescription)) ?? "",
    priority: record.take("priority", priority) ?? 0,
    created_at: created,
    started_at: record.take("started_at", time) ?? null,
    completed_at: completed,
    ...readWork(record, remark),
    gate: record.take("gate", gate) ?? null,
    ...standing,
    summary: record.take("summary", text) ?? null,
  };
  const artifacts = readArtifacts(record, row, completed ?? created);
  const incoming = {
    line,
    id,
    row,
    tags: record.take("tags", tags) ?? [],
    needs: needFields.flatMap((field) => record.take(field, texts) ?? []),
    neededBy: neededByFields.flatMap((field) => {
      const ids = record.take(field, texts) ?? [];
      if (ids.length > 0) record.restore(field);
      return ids;
    }),
    log: record.take("log", (value) => readLog(value, created)) ?? [],
    artifacts,
    beginsLoop: isObject(object["cycle_config"]),
    record,
    remarks,
  };
  for (const field of record.left()) {
    if (unreadable.has(field) && !remarks.some((each) => each.field === field)) {
      remark(field, "not taken as it stands; kept beside the task");
    }
  }
  return incoming;
}

/** What a person should hear of when it stays: of the others a part at most is lost from sight, such as nanoseconds. */
const unreadable: ReadonlySet<string> = new Set([
  "title",
  "description",
  "tier",
  "exec",
  "verify",
  "gate",
  "tags",
  "after",
  "needs",
  "blocked_by",
  "reason",
  "summary",
  "artifacts",
  "log",
]);

const statuses: Readonly<Record<string, TaskStatus>> = {
  open: "open",
  "in-progress": "open",
  waiting: "open",
  blocked: "open",
  incomplete: "open",
  done: "done",
  "pending-validation": "done",
  "pending-eval": "done",
  failed: "failed",
  "failed-pending-eval": "failed",
  abandoned: "abandoned",
};

/** The status and its reason. What the file holds back must not start by itself, so it comes as failed. */
function readStatus(
  record: JsonRecord,
  remark: (field: string, what: string) => void,
): { status: TaskStatus; reason: string | null } {
  const failure = record.take("failure_reason", text);
  if (failure !== undefined) record.restore("failure_reason");
  const reason = record.take("reason", text) ?? failure ?? null;
  const given = record.take("status", text) ?? "open";
  const isPaused = record.take("paused", (value) => ({ value: value === true, whole: false })) === true;
  const known = Object.hasOwn(statuses, given) ? statuses[given] : undefined;
  const status = known ?? "failed";
  if (status === "open" && isPaused) {
    record.restore("status");
    remark("paused", "failed here, so that it does not start by itself; wg retry opens it");
    return { status: "failed", reason: reason ?? "paused in the file it was imported from" };
  }
  if (given === status) return { status, reason };
  record.restore("status");
  const shown = given.slice(0, 40);
  if (known === undefined) {
    remark("status", `${JSON.stringify(shown)} is unknown: failed here; wg retry opens it`);
    return { status, reason: reason ?? `unknown status "${shown}" in the file it was imported from` };
  }
  remark("status", `${shown} is ${status} here`);
  return { status, reason };
}

/** What carries it out. A task that runs a command has no route. */
function readWork(record: JsonRecord, remark: (field: string, what: string) => void) {
  const exec = record.take("exec", (value) => checkedText(value, checkedCommand)) ?? null;
  const model = record.take("model", (value) => {
    const taken = checkedText(value, checkedRoute);
    const shown = JSON.stringify(value).slice(0, 80);
    if (taken.value === undefined) remark("model", `${shown} is no route handler:model; the profile decides`);
    return taken;
  });
  const tier = record.take("tier", (value) => checkedText(value, checkedTier));
  const verify = record.take("verify", (value) => checkedText(value, checkedCommand)) ?? null;
  if (exec === null) return { exec, model: model ?? null, tier: tier ?? null, verify };
  for (const [field, value] of [
    ["model", model],
    ["tier", tier],
  ] as const) {
    if (value === undefined) continue;
    record.restore(field);
    remark(field, "not used: the task runs a command");
  }
  return { exec, model: null, tier: null, verify };
}

/** The files it produced. `deliverables` of a task that is not done are only what it is to produce. */
function readArtifacts(record: JsonRecord, row: { status: TaskStatus }, at: string): Incoming["artifacts"] {
  const produced = record.take("artifacts", (value) => artifactList(value, at)) ?? [];
  const promised = record.take("deliverables", (value) => artifactList(value, at)) ?? [];
  if (promised.length > 0) record.restore("deliverables");
  const found = row.status === "done" ? [...produced, ...promised] : produced;
  const byPath = new Map(found.toReversed().map((artifact) => [artifact.path, artifact]));
  return [...byPath.values()].reverse();
}

function artifactList(value: unknown, at: string): Taken<Incoming["artifacts"]> {
  return list(value, (item) => {
    const named = typeof item === "string" ? { path: item } : item;
    if (!isObject(named)) return { whole: false };
    const record = recordOf(named);
    const path = record.take("path", text);
    if (path === undefined || path === "" || path.length > 4_096) return { whole: false };
    const artifact = {
      path,
      at: record.take("at", time) ?? at,
      run: record.take("run", text) ?? null,
    };
    return { value: artifact, whole: record.leftText() === null };
  });
}

/** The entries, each with what has no column; an entry without a message stays whole. */
function readLog(value: unknown, created: string): Taken<Incoming["log"]> {
  return list(value, (item) => {
    if (!isObject(item)) return { whole: false };
    const record = recordOf(item);
    const message = record.take("message", text);
    if (message === undefined) return { whole: false };
    const at = record.take("at", time) ?? record.take("timestamp", time) ?? created;
    const by = record.take("by", text) ?? record.take("actor", text) ?? "wg";
    const run = record.take("run", text) ?? null;
    return { value: { at, by, run, message, extra: record.leftText() }, whole: true };
  });
}

function list<T>(value: unknown, read: (item: unknown) => Taken<T>): Taken<T[]> {
  if (!Array.isArray(value)) return { whole: false };
  const items = value.map(read);
  return {
    value: items.flatMap((item) => (item.value === undefined ? [] : [item.value])),
    whole: items.every((item) => item.whole),
  };
}

function texts(value: unknown): Taken<string[]> {
  return list(value, text);
}

function tags(value: unknown): Taken<string[]> {
  const { value: words = [], whole } = texts(value);
  const good = [...new Set(words)].filter(
    (word) => checkedText(word, (tag) => checkedTags([tag]).join()).whole,
  );
  const kept = good.sort().slice(0, 50);
  return { value: kept, whole: whole && kept.length === new Set(words).size };
}

/** A text as the database can hold it: without NUL, and without halves of characters. */
export function text(value: unknown): Taken<string> {
  if (typeof value !== "string") return { whole: false };
  const storable = value.replaceAll("\0", "").replace(/\p{Surrogate}/gu, "\ufffd");
  return { value: storable, whole: storable === value };
}

/** A text that passes one of our checks as it is; what the check makes of it is the value. An empty one is none. */
function checkedText(value: unknown, check: (text: string) => string): Taken<string> {
  const { value: given, whole } = text(value);
  if (given === undefined) return { whole: false };
  if (given === "") return { whole };
  try {
    const checked = check(given);
    return { value: checked, whole: whole && checked === given };
  } catch (error) {
    if (error instanceof WgError) return { whole: false };
    throw new Error(`a check failed: ${messageOf(error)}`, { cause: error });
  }
}

/** A title of one line, cut to what a title may have. */
function title(value: unknown): Taken<string> {
  const good = checkedText(value, checkedTitle);
  if (good.whole) return good;
  const { value: given = "" } = text(value);
  const line = given.replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069]+/gu, " ").trim();
  const cut = [...line.slice(0, 300)]
    .filter((letter) => !/\p{Surrogate}/u.test(letter))
    .join("")
    .trim();
  const taken = checkedText(cut, checkedTitle);
  return { ...taken, whole: taken.value === value };
}

const levels: Readonly<Record<string, number>> = { critical: 20, high: 10, normal: 0, low: -10, idle: -20 };

/** A number, or one of the original's words, which stays beside it. */
function priority(value: unknown): Taken<number> {
  if (typeof value === "string" && Object.hasOwn(levels, value)) {
    return { value: levels[value] ?? 0, whole: false };
  }
  if (typeof value !== "number") return { whole: false };
  try {
    return { value: checkedPriority(value), whole: true };
  } catch (error) {
    if (error instanceof WgError) return { whole: false };
    throw error;
  }
}

/** A score from 0 to 1. */
function gate(value: unknown): Taken<number> {
  return typeof value === "number" && value >= 0 && value <= 1 ? { value, whole: true } : { whole: false };
}

const isoShape = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** A time to the millisecond; one that was given more precisely, or in another zone, stays beside it. */
function time(value: unknown): Taken<string> {
  const at = typeof value === "string" && isoShape.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(at)) return { whole: false };
  const iso = new Date(at).toISOString();
  return iso.length === 24 ? { value: iso, whole: iso === value } : { whole: false };
}
