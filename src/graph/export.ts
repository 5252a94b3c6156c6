// Exporting: every task as one JSON line that an import reads back as it was, then what came along with imports.
import type { Selectable } from "kysely";
import { type Graph, guard } from "./database.ts";
import { anyOf, query, rowsOf } from "./query.ts";
import { withLeft } from "./record.ts";
import type { ArtifactTable, LogTable, TaskTable } from "./tables.ts";
import { tasksOf } from "./task.ts";
import { logFields, taskFields } from "./task-record.ts";

/** How many tasks are read at once. */
const batch = 1_000;

export interface Exported {
  /** Lines, each with its end. */
  text: string;
  tasks: number;
  /** Tasks that are being worked on, which are written as open: their runs are not exported. */
  inProgress: string[];
}

/**
 * All tasks in the order they were added, as they were at one moment, with needs, tags, log, artifacts and all that was
 * kept beside them. The same graph gives the same bytes. Runs stay behind.
 */
export function exportTasks(graph: Graph): Exported {
  const { database, file } = graph;
  return guard(file, () => {
    // One moment for all the reads; it keeps nobody from writing.
    database.exec("BEGIN");
    try {
      return exportAll(graph);
    } finally {
      database.exec("COMMIT");
    }
  });
}

function exportAll(graph: Graph): Exported {
  const lines: string[] = [];
  const inProgress: string[] = [];
  let tasks = 0;
  for (let after = 0; ; ) {
    const select = query.selectFrom("task").selectAll().where("number", ">", after);
    const rows = rowsOf(graph, select.orderBy("number").limit(batch));
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last.number;
    tasks += rows.length;
    inProgress.push(...rows.filter((row) => row.status === "in-progress").map((row) => row.id));
    lines.push(...linesOf(graph, rows));
  }
  const others = rowsOf(graph, query.selectFrom("other_line").select("line").orderBy("number"));
  lines.push(...others.map((other) => other.line));
  return { text: lines.map((line) => `${line}\n`).join(""), tasks, inProgress };
}

function linesOf(graph: Graph, rows: readonly Selectable<TaskTable>[]): string[] {
  const ids = anyOf(rows.map((row) => row.id));
  const entries = query.selectFrom("log").selectAll().where("task", "in", ids).orderBy("number");
  const files = query.selectFrom("artifact").selectAll().where("task", "in", ids).orderBy("path");
  const logs = byTask(rowsOf(graph, entries));
  const artifacts = byTask(rowsOf(graph, files));
  return tasksOf(graph, rows).map((task, index) => {
    const own = {
      kind: "task",
      id: task.id,
      title: task.title,
      ...(task.description !== "" && { description: task.description }),
      status: task.status === "in-progress" ? "open" : task.status,
      ...(task.priority !== 0 && { priority: task.priority }),
      model: task.model,
      tier: task.tier,
      exec: task.exec,
      verify: task.verify,
      gate: task.gate,
      ...(task.tags.length > 0 && { tags: task.tags }),
      ...(task.needs.length > 0 && { after: task.needs }),
      created_at: task.createdAt,
      started_at: task.startedAt,
      completed_at: task.completedAt,
      reason: task.reason,
      summary: task.summary,
      ...listed("artifacts", artifacts.get(task.id), artifactObject),
      ...listed("log", logs.get(task.id), entryObject),
    };
    return JSON.stringify(withLeft(own, rows[index]?.extra ?? null, taskFields));
  });
}

function listed<Row>(name: string, rows: readonly Row[] | undefined, object: (row: Row) => object) {
  return rows === undefined ? {} : { [name]: rows.map(object) };
}

function artifactObject({ path, at, run }: Selectable<ArtifactTable>): object {
  return { path, at, ...(run !== null && { run }) };
}

function entryObject({ at, by, run, message, extra }: Selectable<LogTable>): object {
  return withLeft({ at, by, ...(run !== null && { run }), message }, extra, logFields);
}

function byTask<Row extends { task: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const lists = new Map<string, Row[]>();
  for (const row of rows) {
    const list = lists.get(row.task);
    if (list === undefined) lists.set(row.task, [row]);
    else list.push(row);
  }
  return lists;
}
