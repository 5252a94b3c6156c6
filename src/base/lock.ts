// Locks between processes that the kernel frees when their holder dies, so no lock is ever stale.
import * as fs from "node:fs";
import * as path from "node:path";
import { messageOf, WgError } from "./error.ts";
import { makeFolder } from "./file.ts";
import { type Database, DatabaseSync } from "./sqlite.ts";

/** A lock that is held; `release` may be called twice. */
export interface Lock {
  release(): void;
}

/**
 * Takes the lock kept in `file` (made 0600 when missing; it never holds data). Any number may hold it `shared`, one
 * alone `exclusive`; a waiting exclusive holder keeps new shared ones out. Blocks the thread for at most `waitMs`;
 * undefined when it is still held then. It is SQLite's own file lock: two processes, a crash and SIGKILL are covered.
 */
export function takeLock(file: string, kind: "shared" | "exclusive", waitMs: number): Lock | undefined {
  const database = open(file, waitMs);
  try {
    // A journal in memory: nothing is ever written here, so a lock must not fail on a full disk.
    if (kind === "exclusive") database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    else database.exec("BEGIN; SELECT count(*) FROM sqlite_master");
  } catch (error) {
    database.close();
    if (/locked|busy/i.test(messageOf(error))) return undefined;
    throw cannotLock(file, error);
  }
  let held = true;
  return {
    release() {
      if (!held) return;
      held = false;
      database.close();
    },
  };
}

/** Runs `step` under the lock; refuses with `locked` when another holds it for longer than `waitMs`. */
export function withLock<T>(file: string, kind: "shared" | "exclusive", waitMs: number, step: () => T): T {
  const lock = takeLock(file, kind, waitMs);
  if (lock === undefined) {
    throw new WgError("locked", `${file} is held by another wg process`, {
      hint: "wait for it, then run this again",
    });
  }
  try {
    return step();
  } finally {
    lock.release();
  }
}

function open(file: string, waitMs: number): Database {
  try {
    makeFolder(path.dirname(file));
    // Never opened when it is there: closing any handle on a file drops this process's kernel locks on it.
    if (!fs.existsSync(file)) fs.closeSync(fs.openSync(file, "a", 0o600));
    return new DatabaseSync(file, { timeout: waitMs });
  } catch (error) {
    throw cannotLock(file, error);
  }
}

function cannotLock(file: string, cause: unknown): WgError {
  return new WgError("cannot-write", `cannot lock ${file}: ${messageOf(cause)}`, {
    at: { path: file },
    cause,
  });
}
