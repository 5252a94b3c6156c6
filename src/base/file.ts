// Whole files read with a limit, and written so that a reader sees the old bytes or the new, never a mixture.
import { isUtf8 } from "node:buffer";
import * as fs from "node:fs";
import * as path from "node:path";
import { errnoOf, messageOf, WgError } from "./error.ts";

/** No settings file is larger; a larger one is refused before it is read. */
export const maxSettingsBytes = 1024 * 1024;

/**
 * The UTF-8 text of a file, or undefined when it does not exist. Refuses (`bad-file`) a file above `maxBytes`,
 * one that is no regular file, holds a NUL or is no UTF-8, and one that cannot be read.
 */
export function readText(file: string, maxBytes = maxSettingsBytes): string | undefined {
  let bytes: Buffer;
  try {
    const stat = fs.statSync(file, { throwIfNoEntry: false });
    if (stat === undefined) return undefined;
    if (!stat.isFile())
      throw new WgError("bad-file", `${file} is not a regular file`, { at: { path: file } });
    if (stat.size > maxBytes) {
      const hint = "a settings file holds a few lines; move the rest elsewhere";
      throw new WgError("bad-file", `${file} has ${stat.size} bytes, the limit is ${maxBytes}`, {
        at: { path: file },
        hint,
      });
    }
    bytes = fs.readFileSync(file);
  } catch (error) {
    if (error instanceof WgError) throw error;
    if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR") return undefined;
    throw new WgError("bad-file", `cannot read ${file}: ${messageOf(error)}`, {
      at: { path: file },
      cause: error,
    });
  }
  if (!isUtf8(bytes)) throw new WgError("bad-file", `${file} is not UTF-8 text`, { at: { path: file } });
  const text = bytes.toString("utf8");
  if (text.includes("\0")) throw new WgError("bad-file", `${file} holds a NUL byte`, { at: { path: file } });
  return text;
}

/** No write takes so long: a temporary file that is older was left by a process that was killed. */
const staleMs = 60_000;

/**
 * Replaces a file's text in one step: a temporary file beside it, fsync, rename, fsync of the folder. A symlink is
 * followed, so the link stays a link. Mode 0600 for a new file; an existing file keeps its own. Folders are made
 * 0700. Refuses (`cannot-write`) with the old text intact when anything before the rename fails. Temporary files of
 * this file that killed processes have left are cleared away.
 */
export function writeText(file: string, text: string): void {
  const target = followLinks(file);
  const folder = path.dirname(target);
  // Unique is enough, and "wx" makes sure of it: node:crypto would cost every command its loading.
  const temporary = path.join(
    folder,
    `.${path.basename(target)}.${process.pid}.${Math.random().toString(36).slice(2)}`,
  );
  try {
    makeFolder(folder);
    clearStale(folder, path.basename(target));
    const mode = fs.statSync(target, { throwIfNoEntry: false })?.mode ?? 0o600;
    const handle = fs.openSync(temporary, "wx", 0o600);
    try {
      fs.writeFileSync(handle, text);
      fs.fchmodSync(handle, mode & 0o777);
      fs.fsyncSync(handle);
    } finally {
      fs.closeSync(handle);
    }
    fs.renameSync(temporary, target);
  } catch (cause) {
    fs.rmSync(temporary, { force: true });
    throw cannotWrite(file, cause);
  }
  syncFolder(folder);
}

function clearStale(folder: string, name: string): void {
  for (const other of fs.readdirSync(folder)) {
    if (!other.startsWith(`.${name}.`) || !/^\d+\.[0-9a-z]+$/.test(other.slice(name.length + 2))) continue;
    const temporary = path.join(folder, other);
    const { mtimeMs } = fs.lstatSync(temporary, { throwIfNoEntry: false }) ?? {};
    if (mtimeMs !== undefined && Date.now() - mtimeMs > staleMs) fs.rmSync(temporary, { force: true });
  }
}

/** Makes a folder 0700, and those above it. Throws the system's own error: `mkdir -p` of the platform calls EROFS ENOENT. */
export function makeFolder(folder: string): void {
  if (fs.existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  try {
    fs.mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") throw error;
  }
}

/** Appends one line (the newline is added) in a single write; makes the file 0600. Refuses with `cannot-write`. */
export function appendLine(file: string, line: string): void {
  try {
    makeFolder(path.dirname(file));
    fs.appendFileSync(file, `${line}\n`, { mode: 0o600 });
  } catch (cause) {
    throw cannotWrite(file, cause);
  }
}

/** Removes a file (through no symlink); true when it was there. Refuses with `cannot-write`. */
export function removeFile(file: string): boolean {
  try {
    fs.unlinkSync(file);
    return true;
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return false;
    throw cannotWrite(file, cause);
  }
}

/** Where a chain of symlinks ends, whether or not the last target exists. */
function followLinks(file: string): string {
  let at = file;
  try {
    for (let hops = 0; hops < 40; hops++) {
      const stat = fs.lstatSync(at, { throwIfNoEntry: false });
      if (!stat?.isSymbolicLink()) return at;
      at = path.resolve(path.dirname(at), fs.readlinkSync(at));
    }
  } catch (cause) {
    throw cannotWrite(file, cause);
  }
  throw new WgError("bad-file", `${file} is a loop of symlinks`, { at: { path: file } });
}

function syncFolder(folder: string): void {
  let handle: number | undefined;
  try {
    handle = fs.openSync(folder, "r");
    fs.fsyncSync(handle);
  } catch {
    // Not every folder may be opened, nor can every file system sync one; the rename itself is done.
  } finally {
    if (handle !== undefined) fs.closeSync(handle);
  }
}

function cannotWrite(file: string, cause: unknown): WgError {
  if (cause instanceof WgError) return cause;
  const hints: Record<string, string> = {
    EACCES: "check who owns the folder",
    EPERM: "check who owns the folder",
    ENOTDIR: "a file is in the way of a folder; move it away",
    EROFS: "the file system is mounted read-only; WG_HOME can point elsewhere",
    ENOSPC: "the disk is full; free some room and run it again",
  };
  const hint = hints[errnoOf(cause) ?? ""];
  return new WgError("cannot-write", `cannot write ${file}: ${messageOf(cause)}`, {
    at: { path: file },
    cause,
    ...(hint === undefined ? {} : { hint }),
  });
}
