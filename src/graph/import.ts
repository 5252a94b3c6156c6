// Importing: the tasks of a file become ours, all of them in one change or none.
import { WgError } from "../base/error.ts";
import { change, type Graph, guard, prepared } from "./database.ts";
import { type DroppedEdge, type Edge, linkTasks } from "./edges.ts";
import { type OtherLine, readLines } from "./import-lines.ts";
import { query, rowsOf } from "./query.ts";
import { isObject } from "./record.ts";
import { freeId, isId, slugOf } from "./slug.ts";
import { fewOf } from "./task.ts";
import { type Incoming, needFields, type Remark, taskFields } from "./task-record.ts";

/** A file of tasks. `source` is what refusals call it. */
export interface TaskFile {
  source: string;
  text: string;
}

/** What an import did, or would do. Ids are those of the graph, except `from`. */
export interface ImportReport {
  /** The ids of the new tasks, in the order of the file. */
  imported: string[];
  /** Tasks that existed and were left as they are; only where they may be. */
  skipped: string[];
  /** Ids that could not be kept. */
  renamed: { from: string; to: string; line: number }[];
  /** Edges the graph cannot hold; kept beside the task as the file says them. */
  dropped: DroppedEdge[];
  /** Fields that were not taken as they stand. */
  remarks: (Remark & { id: string; line: number })[];
  /** How often each field stands in the file that nobody knows here; all are kept. */
  unknownFields: Record<string, number>;
  /** How many lines there are of each kind that is no task; all are kept. */
  otherLines: Record<string, number>;
  /** How many imported tasks run a command of the file, by themselves or to verify. */
  commands: number;
}

/** `merge`: tasks whose ids exist are left out, where the whole is refused otherwise. */
export interface ImportOptions {
  merge: boolean;
}

/**
 * Imports a file: tasks with needs, tags, log, artifacts and times; what has no place of its own is kept beside them.
 * Refuses, with nothing imported, a line that is no object (`bad-line`), an id that stands twice (`twice`), and one that
 * exists (`task-exists`) unless they are merged.
 */
export function importTasks(graph: Graph, file: TaskFile, options: ImportOptions, now: Date): ImportReport {
  const { tasks, others } = readLines(file.source, file.text, now);
  // In KB. With the 2 MB of every other command, pages of a large import would be written and read again and again.
  graph.database.exec("PRAGMA cache_size = -200000");
  return change(graph, () => {
    const planned = planImport(graph, file.source, tasks, others, options);
    write(graph, planned);
    return planned.report;
  });
}

/** What `importTasks` would do; refuses the same and changes nothing. */
export function previewImport(graph: Graph, file: TaskFile, options: ImportOptions, now: Date): ImportReport {
  const { tasks, others } = readLines(file.source, file.text, now);
  return planImport(graph, file.source, tasks, others, options).report;
}

interface Placed extends Incoming {
  /** The id in the graph. */
  ours: string;
}

interface Planned {
  placed: Placed[];
  edges: Edge[];
  others: OtherLine[];
  report: ImportReport;
}

function planImport(
  graph: Graph,
  source: string,
  tasks: readonly Incoming[],
  others: OtherLine[],
  { merge }: ImportOptions,
): Planned {
  const { existing, renamedBefore } = known(graph, tasks);
  const ourIds = new Map<string, string>();
  const isThere = (task: Incoming) => existing.has(task.id) || renamedBefore.has(task.id);
  const there = tasks.filter(isThere);
  if (there.length > 0 && !merge) throw alreadyThere(source, there);
  for (const task of there) ourIds.set(task.id, renamedBefore.get(task.id) ?? task.id);

  const fresh = tasks.filter((task) => !isThere(task));
  const taken = new Set([...existing, ...fresh.map((task) => task.id)]);
  const placed = fresh.map((task): Placed => {
    const ours = isId(task.id) ? task.id : freeId(slugOf(task.id), (id) => taken.has(id));
    taken.add(ours);
    ourIds.set(task.id, ours);
    if (ours !== task.id) task.record.restore("id");
    return { ...task, ours };
  });

  const { edges, dropped } = linkTasks(
    placed.map((task) => ({ ...task, id: task.ours })),
    (id) => ourIds.get(id) ?? (existing.has(id) ? id : undefined),
  );
  keepSaid(placed, dropped);
  const report = {
    imported: placed.map((task) => task.ours),
    skipped: there.map((task) => ourIds.get(task.id) ?? task.id),
    renamed: placed
      .filter((task) => task.ours !== task.id)
      .map(({ id, ours, line }) => ({ from: id, to: ours, line })),
    dropped,
    remarks: placed.flatMap(({ ours, line, remarks }) =>
      remarks.map((each) => ({ id: ours, line, ...each })),
    ),
    unknownFields: counted(
      placed.flatMap((task) => task.record.left().filter((field) => !taskFields.has(field))),
    ),
    otherLines: counted(others.map((other) => other.kind)),
    commands: placed.filter(({ row }) => row.exec !== null || row.verify !== null).length,
  };
  return { placed, edges, others, report };
}

/** The ids that exist, and those of the file that an earlier import had to rename. */
function known(
  graph: Graph,
  tasks: readonly Incoming[],
): { existing: Set<string>; renamedBefore: Map<string, string> } {
  const existing = new Set(rowsOf(graph, query.selectFrom("task").select("id")).map((row) => row.id));
  const renamedBefore = new Map<string, string>();
  if (tasks.every((task) => isId(task.id))) return { existing, renamedBefore };
  const select = query.selectFrom("task").select(["id", "extra"]).where("extra", "is not", null);
  for (const { id, extra } of rowsOf(graph, select)) {
    const kept: unknown = JSON.parse(extra ?? "null");
    if (isObject(kept) && typeof kept["id"] === "string") renamedBefore.set(kept["id"], id);
  }
  return { existing, renamedBefore };
}

function alreadyThere(source: string, there: readonly Incoming[]): WgError {
  const [first] = there;
  const ids = fewOf(there.map((task) => task.id.slice(0, 64)));
  const message =
    there.length === 1 ? `there is a task ${ids} already` : `${there.length} tasks are there already: ${ids}`;
  return new WgError("task-exists", message, {
    hint: "nothing was imported; --merge leaves those as they are and imports the others",
    at: { path: source, ...(first && { line: first.line }) },
  });
}

/** What the file says about needs stays beside every task of which an edge was dropped or an id was changed. */
function keepSaid(placed: readonly Placed[], dropped: readonly DroppedEdge[]): void {
  const cut = new Set(dropped.map((edge) => edge.task));
  const renamed = new Set(placed.filter((task) => task.ours !== task.id).map((task) => task.id));
  for (const task of placed) {
    if (!cut.has(task.ours) && !task.needs.some((need) => renamed.has(need))) continue;
    for (const field of needFields) task.record.restore(field);
  }
}

function write(graph: Graph, { placed, edges, others }: Planned): void {
  const empty = { blockers: 0, attempts: 0, forgiven: 0, same_plan_as: null, reopened: 0 };
  insertAll(
    graph,
    "task",
    placed.map(({ ours, row, record }) => ({ id: ours, ...row, ...empty, extra: record.leftText() })),
  );
  insertAll(
    graph,
    "tag",
    placed.flatMap(({ ours, tags }) => tags.map((tag) => ({ task: ours, tag }))),
  );
  insertAll(
    graph,
    "log",
    placed.flatMap(({ ours, log }) => log.map((entry) => ({ task: ours, ...entry }))),
  );
  insertAll(
    graph,
    "artifact",
    placed.flatMap(({ ours, artifacts }) => artifacts.map((artifact) => ({ task: ours, ...artifact }))),
  );
  // After the tasks, so that the triggers count blockers by their statuses.
  insertAll(
    graph,
    "need",
    edges.map(({ task, needs }) => ({ task, needs })),
  );
  const line = prepared(graph, "INSERT OR IGNORE INTO other_line (line) VALUES (?)");
  for (const other of others) guard(graph.file, () => line.run(other.line));
}

/** Inserts rows that have the same columns; one statement, compiled once. */
function insertAll(
  graph: Graph,
  table: "task" | "tag" | "log" | "artifact" | "need",
  rows: readonly Readonly<Record<string, string | number | null>>[],
): void {
  const [first] = rows;
  if (first === undefined) return;
  const columns = Object.keys(first);
  const places = columns.map(() => "?").join(", ");
  const statement = prepared(graph, `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${places})`);
  guard(graph.file, () => {
    for (const row of rows) statement.run(...columns.map((column) => row[column] ?? null));
  });
}

function counted(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
