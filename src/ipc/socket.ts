// Where a project's socket is, and that its folder belongs to this user alone.
import * as fs from "node:fs";
import * as path from "node:path";
import { sha256 } from "../base/canonical.ts";
import { errnoOf, messageOf, WgError } from "../base/error.ts";
import type { Project } from "../base/home.ts";

/** The kernel's room for a socket's path in bytes, without the final NUL (macOS; Linux has four more). */
const maxSocketPathBytes = 103;

/**
 * The socket of a project's service: `.wg/service/socket`, or, where that is too long for the kernel, a path under
 * /tmp named by a hash of the project's path. Not `$TMPDIR`: service and caller may have different ones.
 */
export function socketPathOf(project: Project): string {
  const usual = path.join(project.service, "socket");
  if (Buffer.byteLength(usual) <= maxSocketPathBytes) return usual;
  return path.join("/tmp", `wg-${process.getuid?.() ?? 0}-${sha256(project.root).slice(0, 16)}`, "socket");
}

/** Makes the folder of a socket 0700; refuses (`bad-socket`) one that is a link or another user's. */
export function makeSocketFolder(socketPath: string): void {
  const folder = path.dirname(socketPath);
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    const stat = fs.lstatSync(folder);
    const uid = process.getuid?.() ?? stat.uid;
    if (!stat.isDirectory() || stat.uid !== uid) {
      throw new WgError("bad-socket", `${folder} is not a folder of this user`, {
        at: { path: folder },
        hint: "remove it, or ask who made it",
      });
    }
    if ((stat.mode & 0o077) !== 0) fs.chmodSync(folder, 0o700);
  } catch (cause) {
    if (cause instanceof WgError) throw cause;
    throw new WgError("cannot-write", `cannot make ${folder}: ${messageOf(cause)}`, {
      at: { path: folder },
      cause,
    });
  }
}

/** Removes what a dead service left at the path; refuses (`bad-socket`) anything that is no socket. */
export function removeStaleSocket(socketPath: string): void {
  try {
    if (!fs.lstatSync(socketPath).isSocket()) {
      throw new WgError("bad-socket", `${socketPath} is in the way and no socket`, {
        at: { path: socketPath },
        hint: "move it away",
      });
    }
    fs.unlinkSync(socketPath);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
}
