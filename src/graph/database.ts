// The graph's file: opening, creating and migrating it, and the one way to change it.
import * as fs from "node:fs";
import * as path from "node:path";
import { WgError } from "../base/error.ts";
import type { Project } from "../base/home.ts";
import { type Database, DatabaseSync, type Statement } from "../base/sqlite.ts";
import { applicationId, migrations } from "./migrations.ts";
import { refusalOf, sqliteCode, sqliteCodeOf } from "./sqlite-error.ts";

/** An open graph. Opaque outside this room; everything on it blocks the thread. */
export interface Graph {
  readonly file: string;
  readonly database: Database;
  /** Prepared statements by their SQL. */
  readonly statements: Map<string, Statement>;
}

/** How long a process waits for another one's change before it is refused. */
const defaultWaitMs = 10_000;

/**
 * Opens the graph of a project and moves an older file forward. Refuses: `no-graph` (no file), `newer-graph`,
 * `bad-graph` (damaged, or not ours), `locked` after `waitMs`, `cannot-open`, `cannot-write`.
 */
export function openGraph(project: Project, waitMs = defaultWaitMs): Graph {
  if (!isThere(project.database)) {
    throw new WgError("no-graph", `${project.folder} has no graph`, { hint: "make one with: wg init" });
  }
  return open(project.database, waitMs);
}

/** As `openGraph`, making the folder (0700) and the file (0600) where they are missing. Any number of processes may do so at once. */
export function createGraph(project: Project, waitMs = defaultWaitMs): Graph {
  try {
    fs.mkdirSync(path.dirname(project.database), { recursive: true, mode: 0o700 });
    fs.closeSync(fs.openSync(project.database, "a", 0o600));
  } catch (error) {
    throw refusalOf(project.database, error);
  }
  return open(project.database, waitMs);
}

/**
 * Ends the use of the graph. SQLite lets go of the file when the prepared statements are collected, at the latest
 * with the process.
 */
export function closeGraph(graph: Graph): void {
  graph.statements.clear();
  graph.database.close();
}

/**
 * A text that differs from an earlier one whenever anybody, this process included, has committed a change since.
 * Nobody is nudged when the graph changes: a service polls this mark, which costs a few microseconds.
 */
export function changeMark(graph: Graph): string {
  return guard(graph.file, () => {
    const row = prepared(
      graph,
      "SELECT data_version AS theirs, total_changes() AS ours FROM pragma_data_version",
    ).get();
    return `${row.theirs}:${row.ours}`;
  });
}

/**
 * Runs `step` as one change: all of it or nothing, and alone. A change inside a change is part of the outer one.
 * BEGIN IMMEDIATE, because a transaction that reads first and asks for the write lock later is refused at once when
 * another process wrote in between.
 */
export function change<T>(graph: Graph, step: () => T): T {
  const { database } = graph;
  if (database.isTransaction) return step();
  return guard(graph.file, () => {
    database.exec("BEGIN IMMEDIATE");
    try {
      const value = step();
      database.exec("COMMIT");
      return value;
    } catch (error) {
      // A full disk may have rolled it back already.
      if (database.isTransaction) database.exec("ROLLBACK");
      throw error;
    }
  });
}

/**
 * Why nothing can be changed at this moment: held by another process, a full disk, a file system that is read-only. Undefined
 * when it can. Waits for nobody; what it writes to find out says what the file said before.
 */
export function obstacle(graph: Graph): WgError | undefined {
  const { database } = graph;
  const { timeout } = prepared(graph, "PRAGMA busy_timeout").get();
  try {
    database.exec("PRAGMA busy_timeout = 0");
    change(graph, () => {
      const { user_version: version } = prepared(graph, "PRAGMA user_version").get();
      database.exec(`PRAGMA user_version = ${version}`);
    });
    return undefined;
  } catch (error) {
    if (error instanceof WgError) return error;
    throw error;
  } finally {
    database.exec(`PRAGMA busy_timeout = ${timeout}`);
  }
}

/** Runs `step`, which only reads, on the graph as it is at its first read, whatever others write meanwhile. */
export function snapshot<T>(graph: Graph, step: () => T): T {
  const { database } = graph;
  if (database.isTransaction) return step();
  return guard(graph.file, () => {
    database.exec("BEGIN");
    try {
      return step();
    } finally {
      database.exec("ROLLBACK");
    }
  });
}

/** Runs `step`, turning SQLite's errors into refusals. */
export function guard<T>(file: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw refusalOf(file, error);
  }
}

/** The statement of this SQL, prepared once for each open graph. */
export function prepared(graph: Graph, sql: string): Statement {
  const known = graph.statements.get(sql);
  if (known !== undefined) return known;
  const statement = graph.database.prepare(sql);
  graph.statements.set(sql, statement);
  return statement;
}

/** Unlike `existsSync`, tells a folder that may not be looked into from one that is empty. */
function isThere(file: string): boolean {
  try {
    return fs.statSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    throw refusalOf(file, error);
  }
}

function open(file: string, waitMs: number): Graph {
  let database: Database | undefined;
  try {
    database = new DatabaseSync(file, { timeout: waitMs });
    // FULL: a change that was acknowledged is on the disk. NORMAL would survive the death of any process but could
    // lose the last changes to a power cut, and saves 0.3 ms of 100 in a command.
    database.exec("PRAGMA synchronous = FULL");
    bringForward(database, file, waitMs);
    return { file, database, statements: new Map() };
  } catch (error) {
    database?.close();
    throw refusalOf(file, error);
  }
}

function bringForward(database: Database, file: string, waitMs: number): void {
  if (versionOf(database, file) === migrations.length) return;
  useWal(database, waitMs);
  for (const [from, migration] of migrations.entries()) {
    database.exec("BEGIN IMMEDIATE");
    // Another process may have moved it since.
    if (versionOf(database, file) === from) {
      database.exec(migration);
      database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${from + 1}`);
    }
    database.exec("COMMIT");
  }
}

/** The version of the file, 0 when it is empty. Refuses a newer file and one that is not ours. */
function versionOf(database: Database, file: string): number {
  const { version, owner, tables } = database
    .prepare(
      `SELECT user_version AS version, application_id AS owner, (SELECT count(*) FROM sqlite_schema) AS tables
       FROM pragma_user_version, pragma_application_id`,
    )
    .get();
  if (owner !== applicationId && (owner !== 0 || version !== 0 || tables !== 0)) {
    throw new WgError("bad-graph", "this file is no graph of wg", {
      at: { path: file },
      hint: "move it away and run: wg init",
    });
  }
  if (version > migrations.length) {
    const message = `this graph was made by a newer wg: it has version ${version}, this one knows ${migrations.length}`;
    throw new WgError("newer-graph", message, { at: { path: file }, hint: "update wg" });
  }
  return version;
}

// The switch to WAL needs the file alone and does not wait for it by itself.
function useWal(database: Database, waitMs: number): void {
  const deadline = Date.now() + waitMs;
  for (;;) {
    try {
      database.exec("PRAGMA journal_mode = WAL");
      return;
    } catch (error) {
      if (sqliteCodeOf(error) !== sqliteCode.busy || Date.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}
