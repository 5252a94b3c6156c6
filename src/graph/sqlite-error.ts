// What SQLite's errors mean to a person: each becomes a refusal with a way out.
import { errnoOf, messageOf, WgError } from "../base/error.ts";

/** SQLite's primary result codes that a person can run into. */
export const sqliteCode = {
  busy: 5,
  readOnly: 8,
  io: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notDatabase: 26,
} as const;

/** The primary result code of an error that SQLite raised, or undefined for any other. */
export function sqliteCodeOf(error: unknown): number | undefined {
  if (error instanceof Error && "errcode" in error && typeof error.errcode === "number") {
    return error.errcode & 0xff;
  }
  return undefined;
}

/** The refusal an error at `file` stands for; anything that is no trouble with the file or disk comes back as it is. */
export function refusalOf(file: string, error: unknown): unknown {
  if (error instanceof WgError) return error;
  const at = { path: file };
  const refuse = (code: string, message: string, hint: string) =>
    new WgError(code, message, { at, hint, cause: error });
  if (sqliteCodeOf(error) === undefined) {
    if (errnoOf(error) === undefined) return error;
    const full = errnoOf(error) === "ENOSPC";
    const hint = full ? "the disk is full; free some room and run it again" : "check who owns the folder";
    return refuse("cannot-open", `cannot reach ${file}: ${messageOf(error)}`, hint);
  }
  switch (sqliteCodeOf(error)) {
    case sqliteCode.busy:
      return refuse("locked", "the graph is held by another process", "wait for it, then run this again");
    case sqliteCode.readOnly:
      return refuse(
        "cannot-write",
        "the graph cannot be written",
        "check who owns the .wg folder and its files, and whether the disk is mounted read-only",
      );
    case sqliteCode.full:
      return refuse(
        "disk-full",
        "the disk is full; nothing was changed",
        "free some room and run this again",
      );
    case sqliteCode.cannotOpen:
      return refuse(
        "cannot-open",
        "the graph cannot be opened",
        "check who owns the .wg folder, and that it is writable",
      );
    case sqliteCode.notDatabase:
      return refuse("bad-graph", "this file is no graph of wg", "move it away and run: wg init");
    case sqliteCode.corrupt:
      return refuse(
        "bad-graph",
        "the graph file is damaged",
        "put a backup back, or move it away and run: wg init",
      );
    case sqliteCode.io:
      return refuse(
        "cannot-read",
        `the disk failed: ${messageOf(error)}`,
        "is the disk full, or failing? then run this again",
      );
    default:
      return error;
  }
}
